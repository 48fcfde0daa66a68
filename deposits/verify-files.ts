import { readFile, stat } from "node:fs/promises";

import type { Hex } from "viem";

import { PREDEPOSIT_GWEI, type SignedDeposit } from "../chain/keys/deposit-signature.ts";
import { assertBatchIsFor, readKeyBatchFile } from "../chain/keys/key-batch-file.ts";
import type { Network } from "../chain/networks.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { parseDepositFile } from "./deposit-file.ts";
import type { SigningKey } from "./keys.ts";
import { decryptKeystore } from "./keystore.ts";

export type WrittenFiles = {
  keys: readonly SigningKey[];
  deposits: readonly SignedDeposit[];
  depositDataPath: string;
  batchPaths: readonly string[];
  keystorePaths: readonly string[];
  password?: string;
  network: Network;
  operatorId: number;
  withdrawalCredentials: Hex;
  onProgress?: (done: number, total: number) => void;
};

/**
 * Reads again what was written and compares it with what was meant: files, rights, keys, roots, signatures (under a
 * second implementation of BLS), commitments, and that every keystore opens to its key.
 */
export async function verifyWrittenFiles(files: WrittenFiles): Promise<void> {
  const { network, withdrawalCredentials, operatorId, keys, keystorePaths, onProgress } = files;
  const total = keystorePaths.length + files.batchPaths.length + 1;
  let done = 0;
  const step = () => onProgress?.(++done, total);
  const pubkeys = keys.map(({ pubkey }) => pubkey);

  const want = { network, withdrawalCredentials, amountGwei: PREDEPOSIT_GWEI };
  const deposits = parseDepositFile(await readPrivate(files.depositDataPath), want);
  same(
    files.depositDataPath,
    deposits.map(({ pubkey }) => pubkey),
    pubkeys,
  );
  step();

  const batchKeys = [];
  for (const path of files.batchPaths) {
    await readPrivate(path);
    const batch = await readKeyBatchFile(path);
    assertBatchIsFor(batch, { network, operatorId, withdrawalCredentials });
    batchKeys.push(...batch.keys);
    step();
  }
  same(
    "the key batches",
    batchKeys.map(({ pubkey }) => pubkey),
    pubkeys,
  );
  same(
    "the key batches",
    batchKeys.map(({ signature }) => signature),
    deposits.map(({ signature }) => signature),
  );

  for (const [i, path] of keystorePaths.entries()) {
    const opened = await decryptKeystore(await readPrivate(path), files.password ?? "");
    same(path, [opened.pubkey, opened.path], [keys[i]?.pubkey, keys[i]?.path]);
    step();
  }
}

async function readPrivate(path: string): Promise<string> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw unverified(path, "others can read it");
  return readFile(path, "utf8");
}

function same(path: string, got: readonly unknown[], want: readonly unknown[]): void {
  if (got.length !== want.length || got.some((item, i) => item !== want[i]))
    throw unverified(path, "it does not hold the keys that were made");
}

function unverified(path: string, problem: string): EthStakeError {
  return new EthStakeError("FILES_NOT_VERIFIED", `Do not use ${path}, make the keys again: ${problem}`, {
    details: { path, problem },
  });
}
