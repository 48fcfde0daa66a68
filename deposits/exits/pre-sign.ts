import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Hex } from "viem";

import type { SignedVoluntaryExit } from "../../chain/beacon/validator-api.ts";
import { SECRET_FILE_MODE, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { withEachKey, type KeySource } from "../key-source.ts";
import { isExitValid, signExit, type ExitDomain } from "../../chain/exits/exit.ts";
import { decodeExitFile, encodeExitFile, exitFileName, type ExitProtection } from "../../chain/exits/exit-file.ts";

export type PreSignOptions = {
  keys: KeySource;
  /** By public key, as the beacon chain numbered them. */
  validatorIndices: ReadonlyMap<Hex, number>;
  /** The exit counts from here on; it does not grow old. */
  epoch: number;
  domain: ExitDomain;
  protection: ExitProtection;
  folder: string;
  /** For file names. */
  stamp: number;
};
export type PreSigned = { pubkey: Hex; validatorIndex: number; epoch: number; path: string };

/** Signs exits to be kept, writes each into a file of its own, and reads it again. */
export async function preSignExits(options: PreSignOptions): Promise<PreSigned[]> {
  const { validatorIndices, epoch, domain, protection, folder, stamp } = options;
  return withEachKey(options.keys, async ({ secretKey, pubkey }) => {
    const validatorIndex = validatorIndices.get(pubkey);
    if (validatorIndex === undefined)
      throw new EthStakeError("VALIDATOR_UNKNOWN", `Wait until the chain knows ${pubkey}: it has no index yet`);
    const exit = signExit(secretKey, { epoch, validatorIndex }, domain);
    const path = join(folder, exitFileName(exit, stamp, protection));
    await writeFileAtomic(path, await encodeExitFile(exit, protection), { mode: SECRET_FILE_MODE });
    await readBack(path, { exit, pubkey, domain, protection });
    return { pubkey, validatorIndex, epoch, path };
  });
}

async function readBack(
  path: string,
  meant: { exit: SignedVoluntaryExit; pubkey: Hex; domain: ExitDomain; protection: ExitProtection },
): Promise<void> {
  const { exit, pubkey, domain, protection } = meant;
  // What is encrypted to somebody else, nobody here can open.
  const sealed = protection !== undefined && "recipients" in protection;
  const secrets = protection !== undefined && "password" in protection ? { password: protection.password } : {};
  const written = sealed ? exit : await decodeExitFile(await readFile(path, "utf8"), secrets);
  const same = written.epoch === exit.epoch && written.validatorIndex === exit.validatorIndex;
  if (same && isExitValid(written, pubkey, domain)) return;
  throw new EthStakeError("FILES_NOT_VERIFIED", `Do not use ${path}, sign the exit again: it is not what was signed`);
}
