// Reads again what was written, and compares it with what was meant.
import { randomInt } from "node:crypto";
import { readFile, stat } from "node:fs/promises";

import type { Hex } from "viem";

import type { SignedDeposit } from "../../chain/keys/deposit-signature.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { decodeDepositFile, type DepositEntry } from "../deposit-file.ts";
import { signingPath } from "../keys.ts";
import type { AnyNetwork } from "../../chain/networks.ts";
import { findBadSignatures, findProblems, throwFirst } from "../verify/find-problems.ts";
import type { Pool } from "../workers/pool.ts";

type Count = (done: number) => void;

/** A fault in a library shows in any few signatures, and the second library takes ten times as long as the first. */
const MAX_SECOND_OPINIONS = 256;

/**
 * The deposit data file: rights, keys, roots, every signature, and the signatures (of many, some chosen at random) once
 * more under a second implementation of BLS.
 */
export async function readBackDeposits(
  pool: Pool,
  path: string,
  want: { network: AnyNetwork; deposits: readonly SignedDeposit[] },
  count: Count,
): Promise<void> {
  const { network, deposits } = want;
  const [first] = deposits;
  if (first === undefined) throw unverified(path, "it holds nothing");
  const entries = decodeDepositFile(await readPrivate(path));
  const { withdrawalCredentials, amountGwei } = first;
  throwFirst(await findProblems(entries, { network, withdrawalCredentials, amountGwei }, pool, count));
  const some = chooseSome(entries);
  const [bad] = await findBadSignatures(some, network.genesisForkVersion, pool, "verifyAgain");
  if (bad !== undefined) throw unverified(path, `two libraries differ on the signature of ${some[bad]?.pubkey}`);
  const pubkeys = entries.map(({ pubkey }) => pubkey);
  assertSame(
    path,
    pubkeys,
    deposits.map(({ pubkey }) => pubkey),
  );
}

function chooseSome(entries: readonly DepositEntry[]): readonly DepositEntry[] {
  if (entries.length <= MAX_SECOND_OPINIONS) return entries;
  const left = [...entries];
  return Array.from({ length: MAX_SECOND_OPINIONS }, () => left.splice(randomInt(left.length), 1)).flat();
}

/** Keystores: rights, that each opens with the password, and that the key in it is the one that was meant. */
export async function readBackKeystores(
  pool: Pool,
  paths: readonly string[],
  want: { firstIndex: number; pubkeys: readonly Hex[]; password: string },
  count: Count,
): Promise<void> {
  let done = 0;
  await Promise.all(
    paths.map(async (path, i) => {
      const opened = await pool.run("open", { text: await readPrivate(path), password: want.password });
      assertSame(path, [opened.pubkey, opened.path], [want.pubkeys[i], signingPath(want.firstIndex + i)]);
      count(++done);
    }),
  );
}

/** Reads a file that nobody else may read. */
export async function readPrivate(path: string): Promise<string> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw unverified(path, "others can read it");
  return readFile(path, "utf8");
}

/** Refuses a file that does not hold what was meant. */
export function assertSame(path: string, got: readonly unknown[], want: readonly unknown[]): void {
  if (got.length !== want.length || got.some((item, i) => item !== want[i]))
    throw unverified(path, "it does not hold the keys that were made");
}

function unverified(path: string, problem: string): EthStakeError {
  return new EthStakeError("FILES_NOT_VERIFIED", `Do not use ${path}, make the keys again: ${problem}`, {
    details: { path, problem },
  });
}
