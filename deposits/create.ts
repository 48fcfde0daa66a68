import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { size, type Hex } from "viem";

import type { SignedDeposit } from "../chain/keys/deposit-signature.ts";
import { SECRET_FILE_MODE, writeFileAtomic } from "../runtime/atomic-file.ts";
import { createSystemClock, type Clock } from "../runtime/clock.ts";
import { EthStakeError, toEthStakeError } from "../runtime/errors.ts";
import { DEFAULT_CLI_VERSION, encodeDepositFile } from "./deposit-file.ts";
import { bookIndices, firstFreeIndex } from "./index-ledger.ts";
import { accountKeyOf, assertIndex, fingerprintOf, masterKeyOf } from "./keys.ts";
import { assertPassword, type Kdf } from "../chain/keys/encrypted-secret.ts";
import type { AnyNetwork } from "../chain/networks.ts";
import { withFolderLock } from "./run/folder-lock.ts";
import { derivePubkeys, exists, signDeposits, writeKeystores, type WriteFile } from "./run/make.ts";
import { assertMayRun, readUnfinished, removeHalfWritten, removePlan, writePlan, type RunPlan } from "./run/plan.ts";
import { createMeter, type OnProgress, type Step } from "./run/progress.ts";
import { readBackDeposits, readBackKeystores } from "./run/read-back.ts";
import { assertAmount } from "./terms.ts";
import { createPool, threadsFor, type Pool } from "./workers/pool.ts";
import { createKeyVault, putKey, type KeyVault } from "./workers/vault.ts";

/** More at once would keep an operator waiting for hours; several runs go on where the last one ended. */
const MAX_KEYS = 10_000;

export type CreateOptions = {
  mnemonic: string;
  /** The BIP-39 passphrase, sometimes called the 25th word. */
  passphrase?: string | undefined;
  /** The first index never used from this folder, unless given; a used one is refused. */
  startIndex?: number | undefined;
  count: number;
  network: AnyNetwork;
  withdrawalCredentials: Hex;
  amountGwei: bigint;
  /** Where files go; made when missing, readable by its owner alone. */
  folder: string;
  /** Keystores are written only when it is given. */
  password?: string | undefined;
  kdf?: Kdf | undefined;
  /** Finishes the run that was interrupted in the folder; the other options must be those that it began with. */
  resume?: boolean | undefined;
  /** One a core unless given, as far as it is worth it and there is memory. */
  threads?: number | undefined;
  depositCliVersion?: string | undefined;
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  /** How files are written; tests bring disks that are full. */
  write?: WriteFile | undefined;
  /** Files of whoever calls, beside ours: part of the run, so that a crash before they are there is resumed as well. */
  beside?: { operatorId: number; write: (deposits: readonly SignedDeposit[], stamp: number) => Promise<void> };
};

export type CreatedDeposits = {
  startIndex: number;
  /** The time in the names of the files. */
  stamp: number;
  deposits: SignedDeposit[];
  depositDataPath: string;
  keystorePaths: string[];
};

/** What a run works with. */
type Run = { options: CreateOptions; plan: RunPlan; pool: Pool; vault: KeyVault; account: KeyVault; clock: Clock };

/**
 * Makes validator keys: keystores and a deposit data file; then reads all of them again and verifies them. Indices are
 * never used twice, files never overwritten, and an interrupted run can be resumed.
 *
 * @example
 * const { depositDataPath } = await createDeposits({ mnemonic, count: 100, network: networkByName("hoodi"),
 *   withdrawalCredentials: credentialsOf(address, true), amountGwei: etherToGwei(32), folder: "validator_keys", password });
 */
export async function createDeposits(options: CreateOptions): Promise<CreatedDeposits> {
  refuseBadOptions(options);
  const { folder, count, clock = createSystemClock() } = options;
  const kdf = kdfOf(options);
  const master = masterKeyOf(options.mnemonic, options.passphrase);
  const account = createKeyVault(1);
  const vault = createKeyVault(count);
  const pool = createPool({ threads: options.threads ?? threadsFor(count, kdf), signal: options.signal });
  try {
    putKey(account.memory, 0, accountKeyOf(master));
    await makeFolder(folder);
    return await withFolderLock(folder, async () => {
      const plan = await planRun(options, fingerprintOf(master), clock);
      const made = await carryOut({ options, plan, pool, vault, account, clock });
      await removePlan(folder);
      return made;
    });
  } finally {
    master.fill(0);
    account.wipe();
    vault.wipe();
    await pool.close();
  }
}

/** What a deposit data file is called. */
export function depositFileName(stamp: number): string {
  return `deposit_data-${stamp}.json`;
}

function refuseBadOptions({ count, startIndex, password, threads, ...options }: CreateOptions): void {
  if (!Number.isInteger(count) || count < 1 || count > MAX_KEYS)
    throw new EthStakeError("COUNT_INVALID", `Make 1 to ${MAX_KEYS} keys at once instead of ${count}`);
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1))
    throw new EthStakeError("THREADS_INVALID", `Use one thread or more instead of ${threads}`);
  if (size(options.withdrawalCredentials) !== 32)
    throw new EthStakeError("CREDENTIALS_INVALID", "Give withdrawal credentials of 32 bytes");
  if (startIndex !== undefined) assertIndex(startIndex + count - 1);
  assertAmount(options.amountGwei, options.withdrawalCredentials);
  if (password !== undefined) assertPassword(password);
}

/** The run that was interrupted, or a new one with its indices booked. */
async function planRun(options: CreateOptions, fingerprint: Hex, clock: Clock): Promise<RunPlan> {
  const { folder, count, network, resume = false } = options;
  const unfinished = await readUnfinished(folder);
  const wanted = {
    fingerprint,
    count,
    network: network.name,
    genesisForkVersion: network.genesisForkVersion,
    withdrawalCredentials: options.withdrawalCredentials,
    amountGwei: options.amountGwei.toString(),
    kdf: kdfOf(options),
    depositCliVersion: options.depositCliVersion ?? DEFAULT_CLI_VERSION,
    operatorId: options.beside?.operatorId,
  };
  assertMayRun(folder, unfinished, { ...wanted, startIndex: options.startIndex }, resume);
  await removeHalfWritten(folder);
  const plan: RunPlan = unfinished ?? {
    version: 1,
    ...wanted,
    startIndex: await firstFreeIndex(folder, fingerprint, options.startIndex),
    stamp: await freeStamp(folder, Math.floor(clock.now())),
  };
  assertIndex(plan.startIndex + count - 1);
  if (unfinished === undefined) await writePlan(folder, plan, options.write);
  await bookIndices(folder, fingerprint, plan.startIndex + count, options.write);
  return plan;
}

async function carryOut({ options, plan, pool, vault, account, clock }: Run): Promise<CreatedDeposits> {
  const { folder, count, network, password, write = writeFileAtomic, onProgress = () => undefined } = options;
  const { startIndex, stamp } = plan;
  const meter = (step: Step, total = count) => createMeter(step, total, clock, onProgress);

  const keys = { account: account.memory, vault: vault.memory, firstIndex: startIndex, count };
  const pubkeys = await derivePubkeys(pool, keys, meter("derive"));
  const { withdrawalCredentials, amountGwei } = options;
  const terms = { withdrawalCredentials, amountGwei, genesisForkVersion: network.genesisForkVersion };
  const deposits = await signDeposits(pool, { vault: vault.memory, pubkeys, terms }, meter("sign"));

  const keystores = {
    folder,
    stamp,
    vault: vault.memory,
    firstIndex: startIndex,
    pubkeys,
    kdf: options.kdf ?? "scrypt",
  };
  const keystorePaths =
    password === undefined ? [] : await writeKeystores(pool, { ...keystores, password, write }, meter("keystore"));
  // From here on no key is needed.
  vault.wipe();

  // Last of all files: where there is deposit data, there are keystores.
  const depositDataPath = join(folder, depositFileName(stamp));
  // Deposit signatures are private until they are used, so this file is too.
  if (!(await exists(depositDataPath)))
    await write(depositDataPath, encodeDepositFile(deposits, network, plan.depositCliVersion), {
      mode: SECRET_FILE_MODE,
    });

  const verified = meter("verify", count + keystorePaths.length);
  await readBackDeposits(pool, depositDataPath, { network, deposits }, verified);
  await readBackKeystores(pool, keystorePaths, { firstIndex: startIndex, pubkeys, password: password ?? "" }, (done) =>
    verified(count + done),
  );
  await options.beside?.write(deposits, stamp);
  return { startIndex, stamp, deposits, depositDataPath, keystorePaths };
}

function kdfOf({ password, kdf = "scrypt" }: CreateOptions): Kdf | "none" {
  return password === undefined ? "none" : kdf;
}

/** The time for file names, moved on by seconds where two runs fall into the same one. */
async function freeStamp(folder: string, unixSeconds: number): Promise<number> {
  return (await exists(join(folder, depositFileName(unixSeconds)))) ? freeStamp(folder, unixSeconds + 1) : unixSeconds;
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw toEthStakeError(error, "FOLDER_UNWRITABLE", `Choose a folder that can be written instead of ${folder}`);
  });
}
