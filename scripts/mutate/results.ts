import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import type { Verdict } from "./judge.ts";
import type { Mutant } from "./mutants.ts";

/** A judged mutant, as reports have it. */
export type Result = Omit<Mutant, "content" | "declaration"> & Verdict;

/** Verdicts that outlive a run: a line each, so that a run which is stopped loses none. */
export type Results = { of(mutant: Mutant): Result | undefined; add(mutant: Mutant, verdict: Verdict): Result };

/** Opens the file of verdicts. A verdict counts while the mutant's file is as it was. */
export function openResults(path: string): Results {
  mkdirSync(dirname(path), { recursive: true });
  const known = new Map<string, Result>();
  const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n").filter(Boolean) : [];
  for (const line of lines) {
    const { key, result }: { key: string; result: Result } = JSON.parse(line);
    known.set(key, result);
  }
  return {
    of: (mutant) => known.get(keyOf(mutant)),
    add(mutant, verdict) {
      const { content: _, declaration: __, ...told } = mutant;
      const result = { ...told, ...verdict };
      appendFileSync(path, `${JSON.stringify({ key: keyOf(mutant), result })}\n`);
      known.set(keyOf(mutant), result);
      return result;
    },
  };
}

function keyOf({ id, content }: Mutant): string {
  return createHash("sha256").update(id).update(content).digest("hex");
}
