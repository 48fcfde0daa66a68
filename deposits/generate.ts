import { join } from "node:path";

import { isAddress, zeroAddress, type Address, type Hex } from "viem";

import { PREDEPOSIT_GWEI, type SignedDeposit } from "../chain/keys/deposit-signature.ts";
import {
  assertBatchIsFor,
  encodeKeyBatchFile,
  readKeyBatchFile,
  toKeyBatchFile,
} from "../chain/keys/key-batch-file.ts";
import { MAX_BATCH_KEYS, commitmentOf, type BatchKey } from "../chain/keys/key-batch.ts";
import type { Network } from "../chain/networks.ts";
import { compoundingCredentials } from "../chain/ssz/domains.ts";
import { SECRET_FILE_MODE, writeFileAtomic } from "../runtime/atomic-file.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { createDeposits, type CreateOptions, type CreatedDeposits } from "./create.ts";
import { exists } from "./run/make.ts";
import { assertSame, readPrivate } from "./run/read-back.ts";

export type GenerateOptions = Omit<CreateOptions, "withdrawalCredentials" | "amountGwei" | "beside" | "network"> & {
  network: Network;
  /** Every validator pays out to it: `contracts.withdrawalVault` of the deployment. */
  withdrawalVault: Address;
  operatorId: number;
};

export type GeneratedBatch = { path: string; commitment: Hex; count: number; keys: readonly BatchKey[] };
export type GeneratedKeys = CreatedDeposits & {
  pubkeys: Hex[];
  /** One per 32 keys: what `submitValidatorSigs` is called with, in this order. */
  batches: GeneratedBatch[];
};

/**
 * Makes validator keys for an operator of the pool: keystores, a deposit data file and key batch files; then reads all
 * of them again and verifies them.
 *
 * @example
 * const { batches } = await generateValidatorKeys({ mnemonic, count: 4, network: networkByName("hoodi"),
 *   withdrawalVault: deployment.contracts.withdrawalVault, operatorId: 1, folder: "validator_keys", password });
 */
export async function generateValidatorKeys({
  withdrawalVault,
  operatorId,
  ...options
}: GenerateOptions): Promise<GeneratedKeys> {
  if (!Number.isInteger(operatorId) || operatorId < 0 || operatorId > 0xffffffff)
    throw new EthStakeError("OPERATOR_INVALID", `Give the number that registration answered instead of ${operatorId}`);
  if (!isAddress(withdrawalVault) || withdrawalVault === zeroAddress)
    throw new EthStakeError("VAULT_INVALID", `Give the address of the WithdrawalVault instead of ${withdrawalVault}`);
  const withdrawalCredentials = compoundingCredentials(withdrawalVault);
  let batches: GeneratedBatch[] = [];
  const created = await createDeposits({
    ...options,
    withdrawalCredentials,
    amountGwei: PREDEPOSIT_GWEI,
    beside: {
      operatorId,
      write: async (deposits, stamp) => {
        const batchOptions = { ...options, operatorId, withdrawalCredentials };
        batches = await writeBatches(batchOptions, deposits, stamp);
        await readBackBatches(batchOptions, batches, deposits);
      },
    },
  });
  return { ...created, pubkeys: created.deposits.map(({ pubkey }) => pubkey), batches };
}

type BatchOptions = Pick<GenerateOptions, "folder" | "network" | "write"> & {
  operatorId: number;
  withdrawalCredentials: Hex;
};

async function writeBatches(
  { folder, network, operatorId, withdrawalCredentials, write = writeFileAtomic }: BatchOptions,
  deposits: readonly SignedDeposit[],
  stamp: number,
): Promise<GeneratedBatch[]> {
  const batches: GeneratedBatch[] = [];
  for (let at = 0; at < deposits.length; at += MAX_BATCH_KEYS) {
    const keys = deposits.slice(at, at + MAX_BATCH_KEYS).map(({ pubkey, signature }) => ({ pubkey, signature }));
    const batch = { operatorId, keys };
    const path = join(folder, batchFileName(operatorId, stamp, batches.length));
    const text = encodeKeyBatchFile(toKeyBatchFile(batch, network, withdrawalCredentials));
    if (!(await exists(path))) await write(path, text, { mode: SECRET_FILE_MODE });
    batches.push({ path, commitment: commitmentOf(batch), count: keys.length, keys });
  }
  return batches;
}

/** Commitments, signatures and rights of what was written, and that it holds the keys in their order. */
async function readBackBatches(
  want: BatchOptions,
  batches: readonly GeneratedBatch[],
  deposits: readonly SignedDeposit[],
): Promise<void> {
  const written: BatchKey[] = [];
  for (const { path } of batches) {
    await readPrivate(path);
    const batch = await readKeyBatchFile(path);
    assertBatchIsFor(batch, want);
    written.push(...batch.keys);
  }
  const flat = (keys: readonly BatchKey[]) => keys.flatMap(({ pubkey, signature }) => [pubkey, signature]);
  assertSame("the key batches", flat(written), flat(deposits));
}

function batchFileName(operatorId: number, stamp: number, position: number): string {
  return `key_batch-${operatorId}-${stamp}${position === 0 ? "" : `-${position + 1}`}.json`;
}
