// A file of one's own in which the protection of all keys is kept: what comes in is merged, what goes out is a part.
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { Hex } from "viem";

import { isErrno } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { withFolderLock } from "../run/folder-lock.ts";
import { parseInterchange, readInterchange, writeInterchange, type Interchange } from "./interchange.ts";
import { mergeInterchanges } from "./merge.ts";

/** Merges files into a store, which is made when it is missing. What the store forbids only ever grows. */
export async function importProtection(store: string, files: readonly Interchange[]): Promise<Interchange> {
  return withFolderLock(dirname(store), async () => {
    const before = await readIfAny(store);
    const merged = mergeInterchanges(before === undefined ? files : [before, ...files]);
    await writeInterchange(store, merged, { overwrite: true });
    return merged;
  });
}

/** The part of a store that is about some keys, or all of it. */
export async function exportProtection(store: string, pubkeys?: readonly Hex[]): Promise<Interchange> {
  const all = await readInterchange(store);
  if (pubkeys === undefined) return all;
  const keys = pubkeys.map((pubkey) => {
    const history = all.keys.find((key) => key.pubkey === pubkey);
    if (history !== undefined) return history;
    throw new EthStakeError("KEY_UNPROTECTED", `Import the protection of ${pubkey} first: it is not in ${store}`);
  });
  return { ...all, keys };
}

async function readIfAny(store: string): Promise<Interchange | undefined> {
  try {
    return parseInterchange(await readFile(store, "utf8"), store);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
