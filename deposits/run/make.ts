// The steps that make keys and files, each on all threads of the pool.
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Hex } from "viem";

import type { SignedDeposit } from "../../chain/keys/deposit-signature.ts";
import { SECRET_READ_ONLY_MODE, isErrno, type writeFileAtomic } from "../../runtime/atomic-file.ts";
import type { DepositTerms } from "../deposit-data.ts";
import { signingPath } from "../keys.ts";
import type { Kdf } from "../../chain/keys/encrypted-secret.ts";
import { keystoreFileName } from "../keystore.ts";
import type { Pool } from "../workers/pool.ts";

/** Keys and deposits per task: enough to be worth a message, few enough to show progress. */
const KEYS_PER_TASK = 16;

export type WriteFile = typeof writeFileAtomic;
type Count = (done: number) => void;

/** Derives keys into the vault; answers their public keys, in the order of their indices. */
export async function derivePubkeys(
  pool: Pool,
  keys: { account: SharedArrayBuffer; vault: SharedArrayBuffer; firstIndex: number; count: number },
  count: Count,
): Promise<Hex[]> {
  const parts = await inParts(keys.count, count, (at, size) => pool.run("derive", { ...keys, at, count: size }));
  return parts.flat();
}

/** Signs a deposit with every key of the vault. */
export async function signDeposits(
  pool: Pool,
  { vault, pubkeys, terms }: { vault: SharedArrayBuffer; pubkeys: readonly Hex[]; terms: DepositTerms },
  count: Count,
): Promise<SignedDeposit[]> {
  const parts = await inParts(pubkeys.length, count, (at, size) =>
    pool.run("sign", { vault, at, pubkeys: pubkeys.slice(at, at + size), terms }),
  );
  return parts.flat();
}

/** Writes a keystore for every key of the vault, but for those that are there already. */
export async function writeKeystores(
  pool: Pool,
  options: {
    folder: string;
    stamp: number;
    vault: SharedArrayBuffer;
    firstIndex: number;
    pubkeys: readonly Hex[];
    password: string;
    kdf: Kdf;
    write: WriteFile;
  },
  count: Count,
): Promise<string[]> {
  const { folder, stamp, vault, firstIndex, pubkeys, password, kdf, write } = options;
  const fileOf = (at: number) => join(folder, keystoreFileName(signingPath(firstIndex + at), stamp));
  const there = new Set<string>();
  for (const at of pubkeys.keys()) if (await exists(fileOf(at))) there.add(fileOf(at));
  // Before the others are locked with a password that is not theirs.
  for (const file of [...there].slice(0, 1)) await pool.run("open", { text: await readFile(file, "utf8"), password });
  let done = 0;
  return settleAll(
    pubkeys.map(async (pubkey, at) => {
      const path = signingPath(firstIndex + at);
      const file = fileOf(at);
      if (!there.has(file)) {
        const text = await pool.run("encrypt", { vault, at, pubkey, path, password, kdf });
        await write(file, text, { mode: SECRET_READ_ONLY_MODE });
      }
      count(++done);
      return file;
    }),
  );
}

/** True when a file is there; any doubt but its absence is an error. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: unknown) => {
      if (isErrno(error, "ENOENT")) return false;
      throw error;
    },
  );
}

/** Waits until all have ended, so that nothing is written after an error was told. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

async function inParts<T>(total: number, count: Count, run: (at: number, size: number) => Promise<T>): Promise<T[]> {
  let done = 0;
  const starts = Array.from({ length: Math.ceil(total / KEYS_PER_TASK) }, (_, i) => i * KEYS_PER_TASK);
  return Promise.all(
    starts.map(async (at) => {
      const size = Math.min(KEYS_PER_TASK, total - at);
      const result = await run(at, size);
      count((done += size));
      return result;
    }),
  );
}
