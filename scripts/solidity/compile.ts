import type { SolcInput, SolcOutput } from "@openzeppelin/upgrades-core";
import solc from "solc";

import { EthStakeError } from "../../runtime/errors.ts";

/** Version of the compiler that runs in this process, without its commit. */
export const SOLC_VERSION = "0.8.34";

/** Compiles in this process; throws what the compiler says when the sources are wrong. */
export function compile(input: SolcInput): SolcOutput {
  const output: SolcOutput = JSON.parse(solc.compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new EthStakeError("SOLC", `Mend the sources: the compiler finds ${errors.length} errors`, {
      details: { errors: errors.map(({ formattedMessage }) => formattedMessage) },
    });
  return output;
}
