import { access } from "node:fs/promises";
import { join } from "node:path";

import { isAddress, zeroAddress, type Address, type Hex } from "viem";

import { PREDEPOSIT_GWEI, type SignedDeposit } from "../chain/keys/deposit-signature.ts";
import { encodeKeyBatchFile, toKeyBatchFile } from "../chain/keys/key-batch-file.ts";
import { MAX_BATCH_KEYS, commitmentOf, type BatchKey } from "../chain/keys/key-batch.ts";
import type { Network } from "../chain/networks.ts";
import { compoundingCredentials } from "../chain/ssz/domains.ts";
import { SECRET_FILE_MODE, SECRET_READ_ONLY_MODE, writeFileAtomic } from "../runtime/atomic-file.ts";
import { createSystemClock, type Clock } from "../runtime/clock.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { signDeposit } from "./deposit-data.ts";
import { encodeDepositFile } from "./deposit-file.ts";
import { reserveIndices } from "./index-ledger.ts";
import { deriveSigningKey, fingerprintOf, masterKeyOf, type SigningKey } from "./keys.ts";
import { assertPassword, encryptKeystore, keystoreFileName } from "./keystore.ts";
import { verifyWrittenFiles } from "./verify-files.ts";

/** More would take minutes; several runs go on where the last one ended. */
const MAX_KEYS = 1_000;

export type GenerateStep = "derive" | "keystore" | "verify";
export type GenerateOptions = {
  mnemonic: string;
  /** The first index never used from this folder, unless given; a used one is refused. */
  startIndex?: number;
  count: number;
  network: Network;
  /** Every validator pays out to it: `contracts.withdrawalVault` of the deployment. */
  withdrawalVault: Address;
  operatorId: number;
  /** Where files go; made when missing, readable by its owner alone. */
  folder: string;
  /** Keystores are written only when it is given. */
  password?: string;
  /** Keystores with pbkdf2 instead of scrypt: faster and weaker. */
  pbkdf2?: boolean;
  depositCliVersion?: string;
  onProgress?: (step: GenerateStep, done: number, total: number) => void;
  clock?: Clock;
};

export type GeneratedBatch = { path: string; commitment: Hex; count: number; keys: readonly BatchKey[] };
export type GeneratedKeys = {
  startIndex: number;
  pubkeys: Hex[];
  deposits: SignedDeposit[];
  depositDataPath: string;
  /** One per 32 keys: what `submitValidatorSigs` is called with, in this order. */
  batches: GeneratedBatch[];
  keystorePaths: string[];
};

/**
 * Makes validator keys for an operator: keystores, a deposit data file and key batch files; then reads all of them
 * again and verifies them with other code than wrote them.
 *
 * @example
 * const { batches } = await generateValidatorKeys({ mnemonic, count: 4, network: networkByName("hoodi"),
 *   withdrawalVault: deployment.contracts.withdrawalVault, operatorId: 1, folder: "validator_keys", password });
 */
export async function generateValidatorKeys(options: GenerateOptions): Promise<GeneratedKeys> {
  const { count, network, operatorId, folder, clock = createSystemClock(), onProgress = () => undefined } = options;
  refuseBadOptions(options);
  const masterKey = masterKeyOf(options.mnemonic);
  const withdrawalCredentials = compoundingCredentials(options.withdrawalVault);
  const startIndex = await reserveIndices(folder, fingerprintOf(masterKey), count, options.startIndex);

  const keys: SigningKey[] = [];
  for (let i = 0; i < count; i++) {
    keys.push(deriveSigningKey(masterKey, startIndex + i));
    onProgress("derive", i + 1, count);
    await letOthersRun();
  }
  const terms = { withdrawalCredentials, amountGwei: PREDEPOSIT_GWEI, genesisForkVersion: network.genesisForkVersion };
  const deposits = keys.map((key) => signDeposit(key.secretKey, terms));

  const stamp = await freeStamp(folder, operatorId, Math.floor(clock.now()));
  const keystorePaths = await writeKeystores(options, keys, stamp);
  const depositDataPath = join(folder, depositFileName(stamp));
  const text = encodeDepositFile(deposits, network, options.depositCliVersion);
  // Deposit signatures are private until they are used, so this file is too.
  await writeFileAtomic(depositDataPath, text, { mode: SECRET_FILE_MODE });
  const batches = await writeBatches(options, deposits, withdrawalCredentials, stamp);

  await verifyWrittenFiles({
    keys,
    deposits,
    batchPaths: batches.map(({ path }) => path),
    depositDataPath,
    keystorePaths,
    network,
    operatorId,
    withdrawalCredentials,
    ...(options.password === undefined ? {} : { password: options.password }),
    onProgress: (done, total) => onProgress("verify", done, total),
  });
  return { startIndex, pubkeys: keys.map(({ pubkey }) => pubkey), deposits, depositDataPath, batches, keystorePaths };
}

function refuseBadOptions({ count, operatorId, withdrawalVault, password }: GenerateOptions): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_KEYS)
    throw new EthStakeError("COUNT_INVALID", `Make 1 to ${MAX_KEYS} keys at once instead of ${count}`);
  if (!Number.isInteger(operatorId) || operatorId < 0 || operatorId > 0xffffffff)
    throw new EthStakeError("OPERATOR_INVALID", `Give the number that registration answered instead of ${operatorId}`);
  if (!isAddress(withdrawalVault) || withdrawalVault === zeroAddress)
    throw new EthStakeError("VAULT_INVALID", `Give the address of the WithdrawalVault instead of ${withdrawalVault}`);
  if (password !== undefined) assertPassword(password);
}

async function writeKeystores(options: GenerateOptions, keys: readonly SigningKey[], stamp: number): Promise<string[]> {
  const { folder, password, pbkdf2 = false, onProgress } = options;
  if (password === undefined) return [];
  const paths: string[] = [];
  for (const key of keys) {
    const path = join(folder, keystoreFileName(key.path, stamp));
    await writeFileAtomic(path, await encryptKeystore(key, password, { pbkdf2 }), { mode: SECRET_READ_ONLY_MODE });
    paths.push(path);
    onProgress?.("keystore", paths.length, keys.length);
    await letOthersRun();
  }
  return paths;
}

async function writeBatches(
  { folder, network, operatorId }: GenerateOptions,
  deposits: readonly SignedDeposit[],
  withdrawalCredentials: Hex,
  stamp: number,
): Promise<GeneratedBatch[]> {
  const batches: GeneratedBatch[] = [];
  for (let at = 0; at < deposits.length; at += MAX_BATCH_KEYS) {
    const keys = deposits.slice(at, at + MAX_BATCH_KEYS).map(({ pubkey, signature }) => ({ pubkey, signature }));
    const batch = { operatorId, keys };
    const path = join(folder, batchFileName(operatorId, stamp, batches.length));
    const text = encodeKeyBatchFile(toKeyBatchFile(batch, network, withdrawalCredentials));
    await writeFileAtomic(path, text, { mode: SECRET_FILE_MODE });
    batches.push({ path, commitment: commitmentOf(batch), count: keys.length, keys });
  }
  return batches;
}

function depositFileName(stamp: number): string {
  return `deposit_data-${stamp}.json`;
}

function batchFileName(operatorId: number, stamp: number, position: number): string {
  return `key_batch-${operatorId}-${stamp}${position === 0 ? "" : `-${position + 1}`}.json`;
}

/** The time for file names, moved on by seconds where two runs fall into the same one. */
async function freeStamp(folder: string, operatorId: number, unixSeconds: number): Promise<number> {
  const names = [depositFileName(unixSeconds), batchFileName(operatorId, unixSeconds, 0)];
  const taken = await Promise.all(
    names.map((name) =>
      access(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return taken.includes(true) ? freeStamp(folder, operatorId, unixSeconds + 1) : unixSeconds;
}

/** Deriving and encrypting are synchronous work; signals and servers get their turn between keys. */
function letOthersRun(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
