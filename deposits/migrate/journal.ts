// How far a migration has come, so that one that is interrupted goes on where it was, and never back.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { getAddress, isAddress, type Address } from "viem";
import { z } from "zod";

import { pubkey } from "../../chain/beacon/codecs.ts";
import { SECRET_FILE_MODE, isErrno, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";

const JOURNAL_FILE = "migration.json";
const PROTECTION_FILE = "protection.json";

/** Each is written before its work begins: "deleting" means that keys may be deleted, "importing" that some may be in. */
export const STAGES = ["deleting", "proving", "importing", "done"] as const;
export type Stage = (typeof STAGES)[number];

const schema = z.object({
  version: z.literal(1),
  from: z.string(),
  to: z.string(),
  pubkeys: z.array(pubkey).min(1),
  feeRecipients: z.record(
    z.string(),
    z
      .string()
      .refine((text) => isAddress(text))
      .transform((text): Address => getAddress(text)),
  ),
  stage: z.enum(STAGES),
  /** The last epoch in which the old client may have signed something. */
  lastEpoch: z.int().nonnegative(),
});
export type Journal = z.output<typeof schema>;

/** The journal of a folder, if a migration was begun in it. */
export async function readJournal(folder: string): Promise<Journal | undefined> {
  const path = join(folder, JOURNAL_FILE);
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return undefined;
    throw new EthStakeError("JOURNAL_UNREADABLE", `Restore ${path}: it says how far the migration has come`, { cause });
  }
}

/** Writes down how far it has come. */
export async function writeJournal(folder: string, journal: Journal): Promise<void> {
  const text = `${JSON.stringify(journal, undefined, 2)}\n`;
  await writeFileAtomic(join(folder, JOURNAL_FILE), text, { mode: SECRET_FILE_MODE, overwrite: true });
}

/** Where the protection is kept that the old client gave. */
export function protectionPath(folder: string): string {
  return join(folder, PROTECTION_FILE);
}
