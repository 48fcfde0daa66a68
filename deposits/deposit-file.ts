// The deposit data file as the staking launchpad and its tools read it:
// https://github.com/ethstaker/ethstaker-deposit-cli/blob/main/ethstaker_deposit/credentials.py
import { readFile } from "node:fs/promises";

import type { Hex } from "viem";
import { z } from "zod";

import type { SignedDeposit } from "../chain/keys/deposit-signature.ts";
import { decodeJson } from "../runtime/decode-json.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { depositDataRoot, depositMessageRoot } from "./deposit-data.ts";
import type { AnyNetwork } from "../chain/networks.ts";

/** Some tools refuse files of older versions. */
export const DEFAULT_CLI_VERSION = "2.7.0";

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`), `is not hex of ${bytes} bytes`)
    .transform((text): Hex => `0x${text}`);
const entrySchema = z
  .object({
    pubkey: hex(48),
    withdrawal_credentials: hex(32),
    amount: z.int().positive(),
    signature: hex(96),
    deposit_message_root: hex(32),
    deposit_data_root: hex(32),
    fork_version: hex(4),
    network_name: z.string(),
    deposit_cli_version: z.string(),
  })
  .transform((item) => ({
    pubkey: item.pubkey,
    withdrawalCredentials: item.withdrawal_credentials,
    amountGwei: BigInt(item.amount),
    signature: item.signature,
    messageRoot: item.deposit_message_root,
    dataRoot: item.deposit_data_root,
    forkVersion: item.fork_version,
    networkName: item.network_name,
  }));
const schema = z.array(entrySchema).min(1);

/** A deposit as a file states it: what it says about itself may be wrong. */
export type DepositEntry = z.output<typeof entrySchema>;

/** The text of a deposit data file. */
export function encodeDepositFile(
  deposits: readonly SignedDeposit[],
  network: Pick<AnyNetwork, "name" | "genesisForkVersion">,
  cliVersion = DEFAULT_CLI_VERSION,
): string {
  const entries = deposits.map(
    (deposit): z.input<typeof entrySchema> => ({
      pubkey: bare(deposit.pubkey),
      withdrawal_credentials: bare(deposit.withdrawalCredentials),
      amount: Number(deposit.amountGwei),
      signature: bare(deposit.signature),
      deposit_message_root: bare(depositMessageRoot(deposit)),
      deposit_data_root: bare(depositDataRoot(deposit)),
      fork_version: bare(network.genesisForkVersion),
      network_name: network.name,
      deposit_cli_version: cliVersion,
    }),
  );
  return `${JSON.stringify(entries, undefined, 2)}\n`;
}

/** Reads a deposit data file; see {@link decodeDepositFile}. */
export async function readDepositFile(path: string): Promise<DepositEntry[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("DEPOSIT_FILE_MISSING", `Name a deposit data file that can be read instead of ${path}`, {
      cause,
    });
  });
  return decodeDepositFile(text);
}

/** Decodes the shape of a deposit data file and judges nothing: see verify/find-problems.ts. */
export function decodeDepositFile(text: string): DepositEntry[] {
  return decodeJson(
    schema,
    text,
    (problem) => new EthStakeError("DEPOSIT_FILE_MALFORMED", `Name a deposit data file that is whole: ${problem}`),
  );
}

function bare(text: string): string {
  return text.replace(/^0x/, "").toLowerCase();
}
