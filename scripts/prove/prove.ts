import { basename } from "node:path";

import type { SolcOutput } from "@openzeppelin/upgrades-core";
import solc from "solc";

import { EthStakeError } from "../../runtime/errors.ts";
import type { Sources } from "../solidity/sources.ts";
import { askZ3 } from "./z3.ts";

/** Where the theorems are: a contract a file, a function a theorem. */
export const PROOFS = "test/proofs/*.sol";

/** What became of the theorems of one contract. */
export type Verdict = {
  contract: string;
  theorems: readonly string[];
  /** Assertions, and sums, differences and divisions that cannot overflow or divide by zero, that z3 has proven. */
  proven: number;
  /** What it has not, in the words of the compiler. */
  open: readonly string[];
};

type Finding = NonNullable<SolcOutput["errors"]>[number] & {
  message?: string;
  sourceLocation?: { file: string; start: number };
};

const PROVEN = /^BMC: (.+) check is safe!$/;

/**
 * Proves the theorems of one file with the SMTChecker of solc and z3: for all arguments, no assertion fails and no
 * arithmetic overflows, also inside the libraries that a theorem calls.
 *
 * @example
 * const { open } = prove(readSources(root, [PROOFS]), "test/proofs/ShareMathProof.sol");
 */
export function prove(sources: Sources, file: string): Verdict {
  const contract = basename(file, ".sol");
  const input = {
    language: "Solidity",
    sources,
    settings: {
      outputSelection: { "*": { "*": [] } },
      modelChecker: {
        // Each function by itself: theorems have no state.
        engine: "bmc",
        contracts: { [file]: [contract] },
        targets: ["assert", "overflow", "underflow", "divByZero"],
        solvers: ["smtlib2"],
        showProvedSafe: true,
        showUnproved: true,
        showUnsupported: true,
      },
    },
  };
  const output: { errors?: Finding[] } = JSON.parse(solc.compile(JSON.stringify(input), { smtSolver: askZ3 }));
  const findings = output.errors ?? [];
  const [wrong] = findings.filter(({ severity }) => severity === "error");
  if (wrong !== undefined)
    throw new EthStakeError("SOLC", "Mend the sources: the compiler does not take them", {
      details: { error: wrong.formattedMessage },
    });

  const content = sources[file]?.content ?? "";
  const safe = findings.filter(({ message = "" }) => PROVEN.test(message));
  const open = findings.filter((finding) => !safe.includes(finding)).map(({ formattedMessage }) => formattedMessage);
  return {
    contract,
    theorems: theoremsOf(content),
    proven: safe.length,
    open: [...open, ...silentOf(content, file, safe)],
  };
}

/** Names of the theorems in a file. */
function theoremsOf(content: string): string[] {
  return [...content.matchAll(/function (proof_\w+)/g)].map(([, name = ""]) => name);
}

/** Assertions of which the compiler has not said that they hold. */
function silentOf(content: string, file: string, safe: readonly Finding[]): string[] {
  const told = new Set(safe.map(({ sourceLocation: at }) => (at?.file === file ? at.start : -1)));
  return [...content.matchAll(/\bassert\(.*/g)]
    .filter(({ index }) => !told.has(index))
    .map(([text]) => `${file}: nothing was said of ${text}`);
}
