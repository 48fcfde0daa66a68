// What a run is going to make, written before it makes anything and removed when all of it is there and verified. The
// file that a crash leaves behind is how the next run knows what to finish: keys and signatures come out the same.
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { hexOf } from "../../chain/beacon/codecs.ts";
import { SECRET_FILE_MODE, isErrno, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { KDFS } from "../../chain/keys/encrypted-secret.ts";

const PLAN_FILE = "unfinished_run.json";
/** As runtime/atomic-file.ts names what it has not moved into place yet. */
const TEMPORARY_FILE = /\.[0-9a-f]{12}\.tmp$/;

const schema = z.object({
  version: z.literal(1),
  fingerprint: hexOf(8),
  startIndex: z.int().nonnegative(),
  count: z.int().positive(),
  /** The time in the names of files. */
  stamp: z.int().nonnegative(),
  network: z.string(),
  genesisForkVersion: hexOf(4),
  withdrawalCredentials: hexOf(32),
  amountGwei: z.string().regex(/^\d{1,20}$/),
  kdf: z.enum([...KDFS, "none"]),
  depositCliVersion: z.string(),
  /** Whose key batches are made beside. */
  operatorId: z.int().nonnegative().optional(),
});
export type RunPlan = z.output<typeof schema>;

/** The run that did not come to its end in this folder. */
export async function readUnfinished(folder: string): Promise<RunPlan | undefined> {
  const path = join(folder, PLAN_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return undefined;
    throw new EthStakeError("RUN_UNREADABLE", `Make ${path} readable: it says what is left to do`, { cause });
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EthStakeError("RUN_MALFORMED", `Restore ${path} from a backup: it says what is left to do`, { cause });
  }
}

/** Writes down what is going to be made. */
export async function writePlan(folder: string, plan: RunPlan, write = writeFileAtomic): Promise<void> {
  await write(join(folder, PLAN_FILE), `${JSON.stringify(plan, undefined, 2)}\n`, { mode: SECRET_FILE_MODE });
}

/** All of it is there. */
export async function removePlan(folder: string): Promise<void> {
  await rm(join(folder, PLAN_FILE), { force: true });
}

/** Removes what a killed run had not moved into place. The lock of the folder is held, so nobody is writing. */
export async function removeHalfWritten(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (TEMPORARY_FILE.test(name)) await rm(join(folder, name), { force: true });
}

/** Refuses to begin before another run is finished, and to finish one with other options than it began with. */
export function assertMayRun(
  folder: string,
  unfinished: RunPlan | undefined,
  wanted: Omit<RunPlan, "version" | "stamp" | "startIndex"> & { startIndex: number | undefined },
  resume: boolean,
): void {
  const path = join(folder, PLAN_FILE);
  if (unfinished === undefined) {
    if (!resume) return;
    throw new EthStakeError("NOTHING_TO_RESUME", `Leave --resume out: no run was interrupted in ${folder}`);
  }
  if (!resume)
    throw new EthStakeError(
      "RUN_UNFINISHED",
      `Add --resume to finish the run that was interrupted in ${folder}; to give it and its key indices up, delete ${path}`,
      { details: { startIndex: unfinished.startIndex, count: unfinished.count } },
    );
  const began = new Map<string, unknown>(Object.entries(unfinished));
  for (const [name, value] of Object.entries(wanted)) {
    if (value === began.get(name) || (name === "startIndex" && value === undefined)) continue;
    const what = name === "fingerprint" ? "the mnemonic" : name;
    throw new EthStakeError("RUN_DIFFERS", `Resume with the same options: ${what} is not what the run began with`, {
      details: { name },
    });
  }
}
