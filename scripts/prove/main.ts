// `npm run prove`: proves the arithmetic of shares and of the queue, in the libraries that the contracts run. Takes a
// minute or two, and z3.
import { globSync } from "node:fs";
import { join } from "node:path";

import { readSources } from "../solidity/sources.ts";
import { PROOFS, prove } from "./prove.ts";
import { requireZ3 } from "./z3.ts";

requireZ3();
const root = join(import.meta.dirname, "..", "..");
const sources = readSources(root, [PROOFS]);
for (const file of globSync(PROOFS, { cwd: root }).sort()) {
  const { contract, theorems, proven, open } = prove(sources, file);
  console.log(`${contract}: ${theorems.length} theorems, ${proven} conditions proven, ${open.length} open`);
  for (const theorem of theorems) console.log(`  ${theorem}`);
  for (const condition of open) console.log(condition);
  if (open.length > 0) process.exitCode = 1;
}
