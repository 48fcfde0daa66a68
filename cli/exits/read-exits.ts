import { readFile } from "node:fs/promises";

import type { SignedVoluntaryExit } from "../../chain/beacon/validator-api.ts";
import { identityIn } from "../../chain/exits/identity.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import type { Command } from "commander";
import { z } from "zod";
import type { CliIo } from "../io.ts";
import { readSecret } from "../secrets.ts";

export const exitSecretFields = { exitPasswordFile: z.string().optional(), identityFile: z.string().optional() };

/** Adds the options that name what opens encrypted exits. */
export function addExitSecretOptions(command: Command): Command {
  return command
    .option("--exit-password-file <file>", "of exits in EIP-2335 form [ETHSTAKE_EXIT_PASSWORD_FILE]")
    .option("--identity-file <file>", "of exits encrypted with age: the file that age-keygen wrote");
}

/** Reads exit files of any kind; errors name the file. */
export async function readExits(
  io: CliIo,
  paths: readonly string[],
  given: z.output<z.ZodObject<typeof exitSecretFields>>,
): Promise<{ path: string; exit: SignedVoluntaryExit }[]> {
  const { decodeExitFile } = await import("../../chain/exits/exit-file.ts");
  const password = await readSecret(io, {
    file: given.exitPasswordFile,
    variable: "ETHSTAKE_EXIT_PASSWORD",
    what: "password of exits",
  });
  const source = { file: given.identityFile, variable: "ETHSTAKE_EXIT_IDENTITY", what: "key that opens exits" };
  const identity = identityIn((await readSecret(io, source)) ?? "");
  return Promise.all(
    paths.map(async (path) => {
      try {
        return { path, exit: await decodeExitFile(await readFile(path, "utf8"), { password, identity }) };
      } catch (error) {
        const { code, message } = toEthStakeError(error, "EXIT_MISSING", "Name an exit that can be read");
        throw new EthStakeError(code, `${message} (${path})`, { cause: error });
      }
    }),
  );
}
