import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { Hex } from "viem";

import { deriveSigningKeys } from "../../deposits/keys.ts";
import { startBeaconNode, type BeaconNode } from "../chain/support/beacon-node.ts";
import { run, type Ran } from "./run.ts";

export const address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
export const words = `${"abandon ".repeat(23)}art`;
export const password = "correct horse battery";
export const keys = deriveSigningKeys(words, 0, 2);
export const root: Hex = `0x${"0a".repeat(32)}`;

/** A folder with words and a password, a beacon node, and commands that are seen to print no secret. */
export type DepositWorld = {
  beacon: BeaconNode;
  folder: string;
  /** A path in the folder. */
  at(name: string): string;
  json(...argv: string[]): Promise<{ status: number; document: Record<string, unknown> }>;
  /** `deposits create` of two keys with pbkdf2 keystores. */
  create(...extra: string[]): Promise<{ status: number; document: Record<string, unknown> }>;
  /** The deposit data file that it made. */
  dataPath(): string;
  /** Both keys are validators of the beacon node. */
  known(credentials: Hex): void;
  close(): Promise<void>;
};

export async function createDepositWorld(): Promise<DepositWorld> {
  const folder = mkdtempSync(join(tmpdir(), "ethstake-cli-"));
  const at = (name: string) => join(folder, name);
  writeFileSync(at("words"), `${words}\n`, { mode: 0o600 });
  writeFileSync(at("password"), `${password}\n`, { mode: 0o600 });
  const beacon = await startBeaconNode();
  const checkpoint = { epoch: "12", root };
  const checkpoints = { previous_justified: checkpoint, current_justified: checkpoint, finalized: checkpoint };
  beacon.extra = { "/states/head/finality_checkpoints": checkpoints };
  const json: DepositWorld["json"] = async (...argv) => {
    const ran = await run([...argv, "--json", "--yes"]);
    assertNoSecret(ran);
    return { status: ran.status, document: JSON.parse(ran.stdout) as Record<string, unknown> };
  };
  return {
    beacon,
    folder,
    at,
    json,
    create: (...extra) =>
      json(
        ...["deposits", "create", "--mnemonic-file", at("words"), "--count", "2", "--withdrawal-address", address],
        ...["--keystore-password-file", at("password"), "--kdf", "pbkdf2", "--out", at("keys"), ...extra],
      ),
    dataPath: () => at(`keys/${readdirSync(at("keys")).find((name) => name.startsWith("deposit_data"))}`),
    known: (withdrawalCredentials) => {
      const balanceGwei = 32_000_000_000n;
      beacon.validators = keys.map(({ pubkey }, index) => ({ pubkey, index, withdrawalCredentials, balanceGwei }));
    },
    close: async () => {
      await beacon.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** No words, no password and no key is printed. */
export function assertNoSecret({ stdout, stderr }: Ran): void {
  const text = stdout + stderr;
  for (const secret of ["abandon", password, ...keys.map(({ secretKey }) => Buffer.from(secretKey).toString("hex"))])
    expect(text.includes(secret), "a secret was printed").to.equal(false);
}
