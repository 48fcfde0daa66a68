// Keys that exist already, for what is signed with them later: exits and top-ups.
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Hex } from "viem";

import { EthStakeError, toEthStakeError } from "../runtime/errors.ts";
import { accountKeyOf, deriveFromAccount, masterKeyOf } from "./keys.ts";
import { decryptKeystore, pubkeyOfKeystore } from "./keystore.ts";

/** Where keys come from: keystores (files, or folders of them), or words and a range of indices. */
export type KeySource =
  | { keystores: readonly string[]; password: string }
  | { mnemonic: string; passphrase?: string | undefined; startIndex: number; count: number };

/** A key that is there for a moment. */
export type OpenKey = { secretKey: Uint8Array; pubkey: Hex };

const KEYSTORE_NAME = /^keystore-.*\.json$/;

/**
 * Works with one key after the other; each is overwritten before the next is opened.
 *
 * @example
 * const exits = await withEachKey(source, ({ secretKey, pubkey }) => signExit(secretKey, indexOf(pubkey)));
 */
export async function withEachKey<T>(source: KeySource, use: (key: OpenKey) => T | Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for await (const key of openKeys(source)) {
    try {
      results.push(await use(key));
    } finally {
      key.secretKey.fill(0);
    }
  }
  return results;
}

/** The public keys of a source, without opening keystores. */
export async function listPubkeys(source: KeySource): Promise<Hex[]> {
  if ("mnemonic" in source) return withEachKey(source, ({ pubkey }) => pubkey);
  const files = await listKeystores(source.keystores);
  return Promise.all(files.map(async (path) => pubkeyOfKeystore(await readKeystore(path))));
}

/** The files of keystores: a folder stands for all keystores in it. */
export async function listKeystores(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      const about = await stat(path).catch((error: unknown) => {
        throw toEthStakeError(
          error,
          "KEYSTORE_MISSING",
          `Name a keystore or a folder that can be read instead of ${path}`,
        );
      });
      if (!about.isDirectory()) return [path];
      const names = (await readdir(path)).filter((name) => KEYSTORE_NAME.test(name)).sort();
      return names.map((name) => join(path, name));
    }),
  );
  const files = found.flat();
  if (files.length > 0) return files;
  throw new EthStakeError("KEYSTORE_MISSING", `Name keystores: there are none in ${paths.join(", ")}`);
}

async function* openKeys(source: KeySource): AsyncGenerator<OpenKey> {
  if ("keystores" in source) {
    for (const path of await listKeystores(source.keystores)) {
      yield await decryptKeystore(await readKeystore(path), source.password).catch((error: unknown) => {
        const { code, message } = toEthStakeError(error);
        throw new EthStakeError(code, `${message} (${path})`, { cause: error });
      });
    }
    return;
  }
  const master = masterKeyOf(source.mnemonic, source.passphrase);
  const account = accountKeyOf(master);
  master.fill(0);
  try {
    for (let i = 0; i < source.count; i++) yield* deriveFromAccount(account, source.startIndex + i, 1);
  } finally {
    account.fill(0);
  }
}

async function readKeystore(path: string): Promise<string> {
  return readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("KEYSTORE_MISSING", `Make the keystore readable: ${path}`, { cause });
  });
}
