import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import type { SignedVoluntaryExit } from "../../chain/beacon/validator-api.ts";
import { decodeExitFile, type ExitSecrets } from "../../chain/exits/exit-file.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";

/** An exit that an operator has left with us. */
export type HeldExit = { path: string; exit: SignedVoluntaryExit };
/** A file that cannot be used, with the code of what is wrong. */
export type ExitFileProblem = { path: string; code: string; message: string };
export type ExitFolderLook = { exits: HeldExit[]; problems: ExitFileProblem[] };

export type ExitFolder = {
  /** Everything in the folder. What is wrong with one file keeps no other from being read. */
  read(): Promise<ExitFolderLook>;
};

/** As `ethstake exits sign` and the tools of others name them. */
const EXIT_FILE = /\.(json|age)$/;
/** An exit in any wrapping has about two kilobytes. */
const MAX_BYTES = 65_536;

/** A folder of exit files. Each version of a file is opened once, since opening one with a password takes a second. */
export function createExitFolder({ folder, secrets }: { folder: string; secrets: ExitSecrets }): ExitFolder {
  const opened = new Map<string, { version: string; result: HeldExit | ExitFileProblem }>();

  const open = async (path: string): Promise<HeldExit | ExitFileProblem> => {
    try {
      const { size, mtimeMs } = await stat(path);
      const version = `${size}/${mtimeMs}`;
      const before = opened.get(path);
      if (before?.version === version) return before.result;
      const result = await decode(path, size, secrets);
      opened.set(path, { version, result });
      return result;
    } catch (error) {
      return problemOf(path, error);
    }
  };

  return {
    read: async () => {
      const look: ExitFolderLook = { exits: [], problems: [] };
      const names = await readdir(folder).catch((cause: unknown) => {
        const message = "Make the folder that KEEPER_EXIT_FOLDER names readable";
        look.problems.push(problemOf(folder, new EthStakeError("EXIT_FOLDER_MISSING", message, { cause })));
        return [];
      });
      for (const name of names.filter((one) => EXIT_FILE.test(one)).sort()) {
        const result = await open(join(folder, name));
        if ("code" in result) look.problems.push(result);
        else look.exits.push(result);
      }
      return look;
    },
  };
}

async function decode(path: string, size: number, secrets: ExitSecrets): Promise<HeldExit | ExitFileProblem> {
  try {
    if (size > MAX_BYTES) throw new EthStakeError("EXIT_MALFORMED", "Name a signed exit: this is too long for one");
    return { path, exit: await decodeExitFile(await readFile(path, "utf8"), secrets) };
  } catch (error) {
    return problemOf(path, error);
  }
}

function problemOf(path: string, error: unknown): ExitFileProblem {
  const { code, message } = toEthStakeError(error, "EXIT_MISSING", "Make the file readable");
  return { path, code, message };
}
