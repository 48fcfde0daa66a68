import { readFile } from "node:fs/promises";

import { EthStakeError } from "../runtime/errors.ts";
import type { CliIo } from "./io.ts";

/** A secret from a file that an option names, or from the variable NAME or its twin NAME_FILE; never from the command line. */
export async function readSecret(
  io: CliIo,
  { file, variable, what }: { file: string | undefined; variable: string; what: string },
): Promise<string | undefined> {
  const path = file ?? (io.env[`${variable}_FILE`] || undefined);
  if (path === undefined) return io.env[variable] || undefined;
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EthStakeError("SECRET_MISSING", `Make the file with the ${what} readable: ${path}`, { cause });
  });
  const secret = text.replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw new EthStakeError("SECRET_MISSING", `Put the ${what} into ${path}: it is empty`);
}
