import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { isErrno, writeFileAtomic } from "../runtime/atomic-file.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { stringifyJson } from "../runtime/json.ts";
import type { Start } from "./chain.ts";

const FILE = "beginning.json";

const bigInteger = z.string().regex(/^\d+$/).transform(BigInt);
const schema = z.object({ block: bigInteger, refSlot: bigInteger, refSlotTimestamp: bigInteger });

/** Where a deployment began: the block before its first transaction, and the frame in which reports begin. */
export type Beginning = Start & { block: bigint };

/**
 * The beginning of the run whose journal is in this folder, or the given one, kept for the next run. Without it a run
 * that goes on a day later would give other arguments than the one that was cut short.
 */
export async function keepBeginning(folder: string | undefined, now: Beginning): Promise<Beginning> {
  if (folder === undefined) return now;
  const path = join(folder, FILE);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (isErrno(cause, "ENOENT")) return undefined;
    throw unreadable(path, cause);
  });
  if (text === undefined) {
    await writeFileAtomic(path, stringifyJson(now));
    return now;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): EthStakeError {
  return new EthStakeError("JOURNAL_INVALID", `Repair ${path}, or remove its folder to deploy anew`, { cause });
}
