// Which key indices of which mnemonic were used in a folder. An index is booked before its key is made, so that a crash
// loses an index and never uses one twice: a validator key that is used twice is how validators get slashed. Whoever
// books holds the lock of the folder (run/folder-lock.ts).
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Hex } from "viem";
import { z } from "zod";

import { SECRET_FILE_MODE, isErrno, writeFileAtomic } from "../runtime/atomic-file.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { hexOf } from "../chain/beacon/codecs.ts";

const LEDGER_FILE = "key_index.json";

const schema = z.object({
  version: z.literal(1),
  mnemonics: z.array(z.object({ fingerprint: hexOf(8), nextIndex: z.int().nonnegative() })),
});
type Ledger = z.output<typeof schema>;

/** The first index of a mnemonic that was never used from this folder. */
export async function nextIndex(folder: string, fingerprint: Hex): Promise<number> {
  return entryOf(await readLedger(folder), fingerprint);
}

/** The index to begin with: `startIndex`, when given, must not lie before one that is used. */
export async function firstFreeIndex(folder: string, fingerprint: Hex, startIndex?: number): Promise<number> {
  const next = await nextIndex(folder, fingerprint);
  const first = startIndex ?? next;
  if (first >= next) return first;
  throw new EthStakeError("INDEX_REUSED", `Start at index ${next}: those before it are used already`, {
    details: { startIndex, nextIndex: next, folder },
  });
}

/** Books all indices before `end`, whatever was booked already. */
export async function bookIndices(
  folder: string,
  fingerprint: Hex,
  end: number,
  write = writeFileAtomic,
): Promise<void> {
  const ledger = await readLedger(folder);
  const others = ledger.mnemonics.filter((entry) => entry.fingerprint !== fingerprint);
  const entry = { fingerprint, nextIndex: Math.max(end, entryOf(ledger, fingerprint)) };
  const booked: Ledger = { version: 1, mnemonics: [...others, entry] };
  const text = `${JSON.stringify(booked, undefined, 2)}\n`;
  await write(join(folder, LEDGER_FILE), text, { mode: SECRET_FILE_MODE, overwrite: true });
}

function entryOf(ledger: Ledger, fingerprint: Hex): number {
  return ledger.mnemonics.find((entry) => entry.fingerprint === fingerprint)?.nextIndex ?? 0;
}

async function readLedger(folder: string): Promise<Ledger> {
  const path = join(folder, LEDGER_FILE);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return { version: 1, mnemonics: [] };
    throw new EthStakeError("LEDGER_UNREADABLE", `Make ${path} readable: it says which key indices are used`, {
      cause,
    });
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    // Starting again from 0 would use indices twice, so a broken ledger stops everything.
    throw new EthStakeError("LEDGER_MALFORMED", `Restore ${path} from a backup: it says which key indices are used`, {
      cause,
    });
  }
}
