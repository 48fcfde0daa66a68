// `npm run mutate`: makes one mistake after the other in the contracts and asks the tests whether they see it.
//   --files GLOB    which contracts; all unless told
//   --sample N      so many of them, chosen by --seed S
//   --id ID         that one alone, whatever was known of it
//   --jobs N        at once; 2 unless told
//   --again         judges survivors again: tests may have become better
//   --list          says what would be tried, and tries nothing
// Verdicts are kept in build/mutation and count while a file is as it was. The report is build/mutation/report.json.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { matchesGlob, join } from "node:path";
import { parseArgs } from "node:util";

import type { Case } from "./judge.ts";
import { mutantsOf, sampleOf } from "./mutants.ts";
import { fileOf, readProject } from "./project.ts";
import { contractsOf, reachOf } from "./reach.ts";
import { LEAST_KILLED_PERCENT, killedPercent, lineOf, tableOf } from "./report.ts";
import { openResults, type Result } from "./results.ts";
import { judgeAll } from "./threads.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "build", "mutation");
const { values } = parseArgs({
  options: {
    files: { type: "string", default: "contracts/**/*.sol" },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    id: { type: "string" },
    jobs: { type: "string", default: "2" },
    again: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

const project = readProject(root);
const paths = [...project.trees.keys()].filter(
  (path) => path.startsWith("contracts/") && !path.includes("/interfaces/") && matchesGlob(path, values.files),
);
const every = paths.flatMap((path) => mutantsOf(fileOf(project, path)));
const named = values.id === undefined ? every : every.filter(({ id }) => id === values.id);
const chosen = values.sample === undefined ? named : sampleOf(named, Number(values.sample), values.seed);
console.log(`${chosen.length} of ${every.length} mutants of ${paths.length} files`);

if (values.list) for (const mutant of chosen) console.log(lineOf({ ...mutant, status: "invalid" }));
else await run();

async function run(): Promise<void> {
  // Contracts without a mistake are those of the sources.
  execFileSync("hardhat", ["build", "--quiet", "--no-tests"], { cwd: root, stdio: "inherit" });
  const known = openResults(join(folder, "results.jsonl"));
  const reach = reachOf(project.trees);
  const results: Result[] = [];
  const open: Case[] = [];
  for (const mutant of chosen) {
    const before = known.of(mutant);
    const again = values.id !== undefined || (values.again && before?.status === "survived");
    if (before !== undefined && !again) results.push(before);
    else open.push({ mutant, contracts: contractsOf(reach, mutant) });
  }
  if (results.length > 0) console.log(`${results.length} are known already`);

  await judgeAll({ root, sources: project.sources, jobs: Number(values.jobs), cases: open }, ({ mutant }, verdict) => {
    const result = known.add(mutant, verdict);
    results.push(result);
    console.log(`[${results.length}/${chosen.length}] ${lineOf(result)}`);
  });

  const survivors = results.filter(({ status }) => status === "survived");
  mkdirSync(folder, { recursive: true });
  const killed = killedPercent(results);
  writeFileSync(join(folder, "report.json"), JSON.stringify({ killedPercent: killed, results }, null, 2));
  console.log(`\n${tableOf(results)}`);
  if (survivors.length > 0) console.log(`\n${survivors.map(lineOf).join("\n")}`);
  if (killed < LEAST_KILLED_PERCENT) process.exitCode = 1;
}
