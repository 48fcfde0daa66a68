import { globSync } from "node:fs";

import { readText } from "./project.ts";

/** Tests that can kill a mutant, those first that speak of the contract. */
export type TestPlan = { first: string[]; rest: string[] };

/** Tests of contracts, in the order in which they most likely kill a mutant of this contract. */
export function testsFor(root: string, contract: string): TestPlan {
  const folder = `test/contracts/${kebab(contract)}/`;
  const all = globSync("test/contracts/**/*.test.ts", { cwd: root }).sort();
  const speaks = (file: string) =>
    file.startsWith(folder) || new RegExp(`["'\`]${contract}\\b`).test(readText(root, file));
  return { first: all.filter(speaks), rest: all.filter((file) => !speaks(file)) };
}

function kebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
