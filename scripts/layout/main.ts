// `npm run layout` compares the storage of every upgradeable contract with what is recorded in deploy/layouts;
// `npm run layout -- --write` records it, once for each release.
import { join } from "node:path";

import { readSources } from "../solidity/sources.ts";
import { layoutsOf } from "./layouts.ts";
import { RECORDS, movesBetween, readRecords, writeRecords } from "./records.ts";

const root = join(import.meta.dirname, "..", "..");
const layouts = layoutsOf(readSources(root));

if (process.argv.includes("--write")) {
  writeRecords(root, layouts);
  console.log(`Recorded ${Object.keys(layouts).length} layouts in ${RECORDS}`);
} else {
  const recorded = readRecords(root);
  for (const [name, layout] of Object.entries(layouts)) {
    const before = recorded[name];
    const moves = before === undefined ? "is not recorded" : movesBetween(before, layout);
    console.log(`${name}: ${moves === "" ? "nothing moved" : moves}`);
    if (moves !== "") process.exitCode = 1;
  }
}
