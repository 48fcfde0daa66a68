import { Command } from "commander";

import { EthStakeError } from "../runtime/errors.ts";
import { readGlobals } from "./globals.ts";
import type { CliIo } from "./io.ts";
import { printAnswer, type Answer } from "./output.ts";

/** Code of a command that failed in part and has printed all of it. */
export const PARTLY_FAILED = "PARTLY_FAILED";

/** What makes one command; its options are added to what `createCommand` answers. */
export type CommandParts = {
  name: string;
  description: string;
  /** Shown under --help. */
  example: string;
  /** Does it and answers what to print; nothing when it has printed all by itself. */
  run(command: Command, io: CliIo): Promise<Answer | undefined>;
};

/**
 * Makes a command that prints its answer for people or, with --json, for programs.
 *
 * @example
 * const command = createCommand(io, { name: "claim", description: "Claims ether", example: "ethstake claim --all", run })
 *   .option("--all", "every ticket of yours");
 */
export function createCommand(io: CliIo, { name, description, example, run }: CommandParts): Command {
  return (
    new Command(name)
      .description(description)
      .addHelpText("after", `\nExample:\n  $ ${example}`)
      // The arguments of a command, if it has any, come before the others: only `this` is always the command.
      .action(async function (this: Command) {
        const answer = await run(this, io);
        if (answer === undefined) return;
        printAnswer(io, readGlobals(this).json, answer);
        if (answer.failed) throw new EthStakeError(PARTLY_FAILED, "Part of it failed, as was printed");
      })
  );
}

/** Makes a command that only holds others. */
export function createGroup(name: string, description: string, commands: readonly Command[]): Command {
  const group = new Command(name).description(description);
  for (const command of commands) group.addCommand(command);
  return group;
}
