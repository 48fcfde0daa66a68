import { Option, type Command } from "commander";
import { z } from "zod";

import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import { wholeNumber } from "../options.ts";

/** How files are made: the options that every command that makes keys has. */
export const runFields = {
  out: z.string(),
  keystorePasswordFile: z.string().optional(),
  kdf: z.enum(["scrypt", "pbkdf2"]).default("scrypt"),
  pbkdf2: z.boolean().default(false),
  threads: wholeNumber.refine((count) => count > 0, "one thread or more is expected").optional(),
  resume: z.boolean().default(false),
  depositCliVersion: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, "a version such as 2.7.0 is expected")
    .optional(),
};

/** Adds these options. */
export function addRunOptions(command: Command): Command {
  return command
    .option("--out <folder>", "where files go", "validator_keys")
    .option(
      "--keystore-password-file <file>",
      "file with the password of keystores [ETHSTAKE_KEYSTORE_PASSWORD_FILE, ETHSTAKE_KEYSTORE_PASSWORD]",
    )
    .addOption(new Option("--kdf <name>", "how keystores are locked (default: scrypt)").choices(["scrypt", "pbkdf2"]))
    .option("--pbkdf2", "the same as --kdf pbkdf2: faster and weaker")
    .option("--threads <count>", "how many threads (default: one a core, as far as memory goes)")
    .option("--resume", "finish the run that was interrupted in the folder")
    .option("--deposit-cli-version <version>", "what the deposit data file says it was made with");
}

/** Says what to do when a run is stopped by a person. */
export async function resumable<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!hasCode(error, "ABORTED")) throw error;
    throw new EthStakeError("INTERRUPTED", "Go on with the same command and --resume: it was stopped", {
      cause: error,
    });
  }
}
