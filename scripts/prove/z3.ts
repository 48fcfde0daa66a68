import { spawnSync } from "node:child_process";

import { EthStakeError } from "../../runtime/errors.ts";

/** A question takes seconds; the longest took fifteen on one core of a busy machine. */
const LONGEST_SECONDS = 120;

/** What solc asks of a solver, and how it wants to be answered. */
export type SmtAnswer = { contents: string } | { error: string };

/** Whether there is a z3 to ask. */
export function hasZ3(): boolean {
  return spawnSync("z3", ["--version"]).status === 0;
}

/** Throws, with what to do, when there is no z3. */
export function requireZ3(): void {
  if (hasZ3()) return;
  throw new EthStakeError("Z3_MISSING", "Install z3, which proves: apt-get install -y z3 (macOS: brew install z3)");
}

/** Asks z3 one question in SMT-LIB. */
export function askZ3(question: string): SmtAnswer {
  const { stdout, error } = spawnSync("z3", ["-smt2", "-in", `-T:${LONGEST_SECONDS}`], {
    input: question,
    encoding: "utf8",
  });
  // z3 exits with an error when it is asked for the model of what has none; its answer is on the first line all the same.
  return error === undefined ? { contents: stdout } : { error: error.message };
}
