import type { Sources } from "../solidity/sources.ts";
import { codeOf, type Code, type ContractName } from "./code.ts";
import type { Mutant } from "./mutants.ts";
import type { TestBench } from "./test-bench.ts";
import { testsFor } from "./tests.ts";

/** What became of a mutant. `same`: it has the code of the original. `timeout`: its tests never ended. */
export type Verdict = { status: "killed" | "timeout" | "survived" | "invalid" | "same"; by?: string };

/** A mutant and the contracts that its mistake is in, the one that is best tested first. */
export type Case = { mutant: Mutant; contracts: readonly ContractName[] };

const NEAR_TIMEOUT_MS = 180_000;
const ALL_TIMEOUT_MS = 900_000;

/**
 * Judges mutants one after the other: the contract of the mistake with its own tests first; who survives has the mistake
 * in every contract and faces all tests.
 */
export function createJudge(root: string, sources: Sources, bench: TestBench) {
  const originals = new Map<string, Code>();

  return async function judge({ mutant, contracts }: Case): Promise<Verdict> {
    const [home, ...others] = contracts;
    if (home === undefined) return { status: "survived", by: "no contract has this code" };
    const mutated = { ...sources, [mutant.file]: { content: mutant.content } };
    const original = await originalOf(home);
    const compiled = codeOf(mutated, home);
    if ("error" in compiled) return { status: "invalid", by: compiled.error.split("\n")[0] ?? "" };
    const same = compiled.code.bytecode === original.bytecode;
    if (same && others.length === 0) return { status: "same" };

    const { first, rest } = testsFor(root, home.name);
    bench.put(home, compiled.code);
    try {
      const near = same || first.length === 0 ? PASSED : await bench.run(first, NEAR_TIMEOUT_MS);
      if (near.ended !== "passed") return verdictOf(near);
      let differs = !same;
      for (const other of others) {
        const code = codeOf(mutated, other);
        if ("error" in code) return { status: "invalid", by: code.error.split("\n")[0] ?? "" };
        differs ||= code.code.bytecode !== (await originalOf(other)).bytecode;
        bench.put(other, code.code);
      }
      if (!differs) return { status: "same" };
      const tests = others.length === 0 ? rest : [...rest, ...first];
      return verdictOf(await bench.run(tests, ALL_TIMEOUT_MS));
    } finally {
      bench.restore();
    }
  };

  /** The code without the mistake, made with the same settings. Its own tests must pass, or they would kill anything. */
  async function originalOf(contract: ContractName): Promise<Code> {
    const known = originals.get(contract.name);
    if (known !== undefined) return known;
    const compiled = codeOf(sources, contract);
    if ("error" in compiled) throw new Error(compiled.error);
    bench.put(contract, compiled.code);
    const { first } = testsFor(root, contract.name);
    const run = first.length === 0 ? PASSED : await bench.run(first, NEAR_TIMEOUT_MS);
    bench.restore();
    if (run.ended !== "passed")
      throw new Error(`${contract.name} fails its tests without a mistake: ${JSON.stringify(run)}`);
    originals.set(contract.name, compiled.code);
    return compiled.code;
  }
}

const PASSED = { ended: "passed" } as const;

function verdictOf(run: Awaited<ReturnType<TestBench["run"]>>): Verdict {
  if (run.ended === "passed") return { status: "survived" };
  return run.ended === "timeout" ? { status: "timeout" } : { status: "killed", by: run.test };
}
