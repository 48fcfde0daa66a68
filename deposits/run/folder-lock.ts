// One run at a time in a folder. Every run puts a lock file of its own there and then looks for others: of two runs that
// begin together at least one sees the other, whatever the order. A lock says who holds it, so that one that a crash, a
// kill or a power cut left behind is known as such, and nobody has to delete anything by hand.
import { randomBytes } from "node:crypto";
import { readFile, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import { SECRET_FILE_MODE, isErrno, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { createSystemClock, type Clock } from "../../runtime/clock.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { retry } from "../../runtime/retry.ts";

const LOCK_FILE = /^key_index\..*lock$/;
/** Two runs that begin together may both step back; they look again after a while. */
const ATTEMPTS = 6;

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** Changes with every start of the machine; empty where the system does not tell. */
  boot: z.string(),
  /** When the process began, as the system counts: a number that was used before belongs to another process. */
  startedAt: z.string(),
});
type Holder = z.output<typeof holderSchema>;

/** Does something while no other run does anything in the folder; throws FOLDER_LOCKED when one does. */
export async function withFolderLock<T>(
  folder: string,
  action: () => Promise<T>,
  clock: Clock = createSystemClock(),
): Promise<T> {
  const name = `key_index.${process.pid}-${randomBytes(4).toString("hex")}.lock`;
  const path = join(folder, name);
  const baseDelayMs = 5 + Math.random() * 20;
  try {
    await retry(() => take(folder, name), { clock, attempts: ATTEMPTS, baseDelayMs, maxDelayMs: 100 });
    return await action();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const me = await describeProcess(process.pid);
  await writeFileAtomic(path, `${JSON.stringify(me)}\n`, { mode: SECRET_FILE_MODE });
  for (const other of (await readdir(folder)).filter((file) => LOCK_FILE.test(file) && file !== name)) {
    if (await isLeftBehind(join(folder, other))) {
      await rm(join(folder, other), { force: true });
      continue;
    }
    await rm(path, { force: true });
    throw new EthStakeError(
      "FOLDER_LOCKED",
      `Wait for the other run in ${folder}; if it is on another machine that is gone, delete ${join(folder, other)}`,
      { details: { folder, lock: other }, retryable: true },
    );
  }
}

/** True only when it is certain that the holder is gone. */
async function isLeftBehind(path: string): Promise<boolean> {
  let holder: Holder;
  try {
    holder = holderSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    // Gone in the meantime: its run has ended. Unreadable: nobody knows whose it is.
    return isErrno(error, "ENOENT");
  }
  const now = await describeProcess(holder.pid);
  if (holder.host !== now.host) return false;
  if (holder.boot !== now.boot) return true;
  return !isRunning(holder.pid) || holder.startedAt !== now.startedAt;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, "ESRCH");
  }
}

async function describeProcess(pid: number): Promise<Holder> {
  const boot = await readSystemFile("/proc/sys/kernel/random/boot_id");
  const status = await readSystemFile(`/proc/${pid}/stat`);
  // Field 22 of the line; the name in field 2 may hold blanks, and ends with the last bracket.
  const startedAt = status.slice(status.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  return { pid, host: hostname(), boot, startedAt };
}

/** Empty on systems that have no such file. */
async function readSystemFile(path: string): Promise<string> {
  return readFile(path, "utf8").then(
    (text) => text.trim(),
    () => "",
  );
}
