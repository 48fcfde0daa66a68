// Which keys a command signs with: keystores, or words and indices.
import type { Command } from "commander";
import { z } from "zod";

import type { KeySource } from "../deposits/key-source.ts";
import { addWordsOptions, readWords, wordsFields } from "./deposits/words.ts";
import type { CliIo } from "./io.ts";
import { usageError, wholeNumber } from "./options.ts";
import { readOrAskSecret } from "./secrets.ts";

export const keyFields = {
  ...wordsFields,
  keystores: z.array(z.string()).optional(),
  keystorePasswordFile: z.string().optional(),
  startIndex: wholeNumber.optional(),
  count: wholeNumber.optional(),
};

/** Adds the options that name keys. */
export function addKeyOptions(command: Command): Command {
  command
    .option("--keystores <paths...>", "keystores, or folders of them")
    .option(
      "--keystore-password-file <file>",
      "file with the password of keystores [ETHSTAKE_KEYSTORE_PASSWORD_FILE, ETHSTAKE_KEYSTORE_PASSWORD]",
    );
  return addWordsOptions(command)
    .option("--start-index <index>", "of the words: the first key index")
    .option("--count <count>", "of the words: how many keys (default: 1)");
}

/** Reads what was named; asks for the secret where nobody named a file. */
export async function readKeySource(io: CliIo, given: z.output<z.ZodObject<typeof keyFields>>): Promise<KeySource> {
  if (given.keystores !== undefined) {
    if (given.startIndex !== undefined || given.mnemonicFile !== undefined)
      throw usageError("Name either --keystores, or --mnemonic-file with --start-index");
    const source = {
      file: given.keystorePasswordFile,
      variable: "ETHSTAKE_KEYSTORE_PASSWORD",
      what: "password of keystores",
    };
    const password = await readOrAskSecret(io, source);
    if (password === undefined) throw usageError("Give the password of the keystores with --keystore-password-file");
    return { keystores: given.keystores, password };
  }
  if (given.startIndex === undefined) throw usageError("Name keys: --keystores, or --mnemonic-file with --start-index");
  return { ...(await readWords(io, given)), startIndex: given.startIndex, count: given.count ?? 1 };
}
