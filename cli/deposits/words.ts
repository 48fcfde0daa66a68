// Where the words of a mnemonic come from, for every command that derives keys.
import type { Command } from "commander";
import { z } from "zod";

import { SECRET_FILE_MODE, writeFileAtomic } from "../../runtime/atomic-file.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { CliIo } from "../io.ts";
import { usageError } from "../options.ts";
import { readOrAskSecret, readSecret } from "../secrets.ts";

/** The option that names the words. */
export const wordsFields = { mnemonicFile: z.string().optional(), mnemonicPassphraseFile: z.string().optional() };
/** The same, and those that make new words. */
export const newWordsFields = { ...wordsFields, newMnemonic: z.string().optional(), language: z.string().optional() };

/** Adds the options that name the words. */
export function addWordsOptions(command: Command): Command {
  return command
    .option("--mnemonic-file <file>", "file with your words [ETHSTAKE_MNEMONIC_FILE, ETHSTAKE_MNEMONIC]")
    .option("--mnemonic-passphrase-file <file>", "file with the passphrase of the words, if they have one");
}

/** The same, and those that make new words. */
export function addNewWordsOptions(command: Command): Command {
  return addWordsOptions(command)
    .option("--new-mnemonic <file>", "make new words and write them to this file")
    .option("--language <name>", "language of new words (default: english)");
}

type Given = z.output<z.ZodObject<typeof wordsFields>> &
  Partial<Pick<z.output<z.ZodObject<typeof newWordsFields>>, "newMnemonic" | "language">>;
export type Words = { mnemonic: string; passphrase: string | undefined };

/** The words: new ones, or from a file, the environment or a person. */
export async function readWords(io: CliIo, given: Given): Promise<Words> {
  const passphrase = await readSecret(io, {
    file: given.mnemonicPassphraseFile,
    variable: "ETHSTAKE_MNEMONIC_PASSPHRASE",
    what: "passphrase of the mnemonic",
  });
  if (given.newMnemonic !== undefined) return { mnemonic: await makeWords(given, given.newMnemonic), passphrase };
  const source = { file: given.mnemonicFile, variable: "ETHSTAKE_MNEMONIC", what: "mnemonic" };
  const mnemonic = await readOrAskSecret(io, source);
  if (mnemonic !== undefined) return { mnemonic, passphrase };
  throw new EthStakeError("MNEMONIC_MISSING", "Give the words with --mnemonic-file");
}

async function makeWords({ mnemonicFile, language = "english" }: Given, path: string): Promise<string> {
  if (mnemonicFile !== undefined) throw usageError("Give either --mnemonic-file or --new-mnemonic");
  const { LANGUAGES, createMnemonic } = await import("../../deposits/mnemonic.ts");
  const known = LANGUAGES.find((name) => name === language);
  if (known === undefined) throw usageError(`Correct --language: one of ${LANGUAGES.join(", ")} is expected`);
  const words = createMnemonic(known);
  await writeFileAtomic(path, `${words}\n`, { mode: SECRET_FILE_MODE });
  return words;
}
