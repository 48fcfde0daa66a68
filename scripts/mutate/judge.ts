import type { Sources } from "../solidity/sources.ts";
import { codeOf, type Code, type ContractName } from "./code.ts";
import type { Mutant } from "./mutants.ts";
import type { Run, TestBench } from "./test-bench.ts";
import { testsFor } from "./tests.ts";

/** What became of a mutant. `same`: it has the code of the original. `timeout`: its tests never ended. */
export type Verdict = { status: "killed" | "timeout" | "survived" | "invalid" | "same"; by?: string };

/** A mutant and the contracts that its mistake is in, the one that is best tested first. */
export type Case = { mutant: Mutant; contracts: readonly ContractName[] };

const NEAR_TIMEOUT_MS = 180_000;
const ALL_TIMEOUT_MS = 1_800_000;

type Coded = readonly (readonly [ContractName, Code])[];

/**
 * Judges mutants one after the other: the contract of the mistake with its own tests first; who survives has the mistake
 * in every contract and faces all tests.
 */
export function createJudge(root: string, sources: Sources, bench: TestBench) {
  const originals = new Map<string, Code>();
  const sound = new Set<string>();
  /** How many mistakes in a contract a file of tests has found: who found most is asked first. */
  const found = new Map<string, number>();

  return async function judge({ mutant, contracts }: Case): Promise<Verdict> {
    const [home] = contracts;
    if (home === undefined) return { status: "survived", by: "no contract has this code" };
    const mutated = { ...sources, [mutant.file]: { content: mutant.content } };
    const { first, rest } = testsFor(root, home.name, mutant.where.split(".").at(-1) ?? "");
    const foundBy = (file: string) => found.get(`${home.name} ${file}`) ?? 0;
    first.sort((a, b) => foundBy(b) - foundBy(a));

    const coded: [ContractName, Code][] = [];
    for (const contract of contracts) {
      const compiled = codeOf(mutated, contract);
      if ("error" in compiled) return { status: "invalid", by: compiled.error.split("\n")[0] ?? "" };
      if (compiled.code.bytecode === originalOf(contract).bytecode) continue;
      coded.push([contract, compiled.code]);
      if (contract !== home) continue;
      const near = await run(coded, first, NEAR_TIMEOUT_MS);
      if (near.ended === "failed") found.set(`${home.name} ${near.file}`, foundBy(near.file ?? "") + 1);
      if (near.ended !== "passed") return verdictOf(near);
    }
    if (coded.length === 0) return { status: "same" };
    // With the mistake in others than the first, its tests may see more.
    const all = coded.length === 1 && coded[0]?.[0] === home ? rest : [...first, ...rest];
    return verdictOf(await run(coded, all, ALL_TIMEOUT_MS));
  };

  /** Tests contracts that are wrong. A test kills only where it passes without the mistake. */
  async function run(coded: Coded, tests: readonly string[], timeoutMs: number): Promise<Run> {
    if (tests.length === 0) return { ended: "passed" };
    const ended = await runOn(coded, tests, timeoutMs);
    if (ended.ended !== "failed") return ended;
    const right = coded.map(([contract]) => [contract, originalOf(contract)] as const);
    const failed = ended.file === undefined ? tests : [ended.file];
    const key = [...coded.map(([{ name }]) => name), ...failed].join();
    if (sound.has(key)) return ended;
    let without = await runOn(right, failed, ALL_TIMEOUT_MS);
    if (without.ended !== "passed") {
      // It may be the process that is worn out, and not the test that is wrong.
      bench.close();
      without = await runOn(right, failed, ALL_TIMEOUT_MS);
      if (without.ended !== "passed") throw new Error(`Tests fail without a mistake: ${JSON.stringify(without)}`);
      return runOn(coded, tests, timeoutMs);
    }
    sound.add(key);
    return ended;
  }

  async function runOn(coded: Coded, tests: readonly string[], timeoutMs: number): Promise<Run> {
    for (const [contract, code] of coded) bench.put(contract, code);
    try {
      return await bench.run(tests, timeoutMs);
    } finally {
      bench.restore();
    }
  }

  /** The code without the mistake, made with the same settings. */
  function originalOf(contract: ContractName): Code {
    const known = originals.get(contract.name);
    if (known !== undefined) return known;
    const compiled = codeOf(sources, contract);
    if ("error" in compiled) throw new Error(compiled.error);
    originals.set(contract.name, compiled.code);
    return compiled.code;
  }
}

function verdictOf(run: Run): Verdict {
  if (run.ended === "passed") return { status: "survived" };
  return run.ended === "timeout" ? { status: "timeout" } : { status: "killed", by: run.test };
}
