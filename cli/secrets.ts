import { readFile } from "node:fs/promises";

import { EthStakeError } from "../runtime/errors.ts";
import type { CliIo } from "./io.ts";

export type SecretSource = {
  file: string | undefined;
  variable: string;
  what: string;
  /** Typed twice, as nobody sees it: for a secret that is new. */
  repeat?: boolean;
};

/** A secret from a file that an option names, or from the variable NAME or its twin NAME_FILE; never from the command line. */
export async function readSecret(io: CliIo, { file, variable, what }: SecretSource): Promise<string | undefined> {
  const path = file ?? (io.env[`${variable}_FILE`] || undefined);
  if (path === undefined) return io.env[variable] || undefined;
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new EthStakeError("SECRET_MISSING", `Make the file with the ${what} readable: ${path}`, { cause });
  });
  const secret = bytes.toString("utf8").replace(/\r?\n$/, "");
  bytes.fill(0);
  if (secret !== "") return secret;
  throw new EthStakeError("SECRET_MISSING", `Put the ${what} into ${path}: it is empty`);
}

/** The same, else a person is asked, without showing what is typed. Undefined when nobody can be asked. */
export async function readOrAskSecret(io: CliIo, source: SecretSource): Promise<string | undefined> {
  const given = await readSecret(io, source);
  if (given !== undefined || io.askSecret === undefined) return given;
  const answer = await io.askSecret(`Type the ${source.what} (it is not shown)`);
  if (answer === "") throw new EthStakeError("SECRET_MISSING", `Type the ${source.what}, or name a file with it`);
  if (source.repeat && (await io.askSecret(`Type the ${source.what} again`)) !== answer)
    throw new EthStakeError("SECRET_MISTYPED", `Start again: the ${source.what} was not the same the second time`);
  return answer;
}
