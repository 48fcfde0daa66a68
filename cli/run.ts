import { CommanderError } from "commander";
import { BaseError } from "viem";

import { toExecutionError } from "../chain/execution/revert.ts";
import { protocolErrorAbi } from "../chain/protocol/error-abi.ts";
import { hasCode } from "../runtime/errors.ts";
import { createProgram } from "./app.ts";
import { PARTLY_FAILED } from "./command.ts";
import type { CliIo } from "./io.ts";
import { usageError } from "./options.ts";
import { printError } from "./output.ts";

/** The flags in which other tools take secrets. */
const SECRET_FLAG = /^unknown option '--[^']*(?:mnemonic|password|passphrase|private[-_]?key|secret|seed)/;

/**
 * Runs a command line and answers its exit status: 0, 1 when it failed, 2 when it was called wrongly. `argv` is what
 * comes after the program's name. Never throws.
 *
 * @example
 * const status = await runCli(["stake", "--amount", "32", "--yes"], { env: process.env, stdout, stderr });
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const program = createProgram(io);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    if (hasCode(error, PARTLY_FAILED)) return 1;
    const json = argv.includes("--json");
    if (!(error instanceof CommanderError)) return printError(io, json, named(error));
    // Help was asked for, and is printed.
    if (error.exitCode === 0) return 0;
    return printError(io, json, usageError(usageText(error)));
  }
}

/** What reading from a node throws has no name of ours yet. */
function named(error: unknown): unknown {
  return error instanceof BaseError ? toExecutionError(error, "Reading the chain", protocolErrorAbi) : error;
}

function usageText({ code, message }: CommanderError): string {
  if (code === "commander.help") return "Name a command; ethstake --help lists them";
  const [line = ""] = message.replace(/^error: /, "").split("\n");
  // What follows "=" may be a secret, and this is printed.
  const first = line.replace(/=.*'$/, "'");
  if (SECRET_FLAG.test(first))
    return `${sentence(first)}: everybody on this machine could read it; put it into a file and name that`;
  return `${sentence(first)}; --help shows what is possible`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
