import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Tests that can kill a mutant, those first that speak of the contract. */
export type TestPlan = { first: string[]; rest: string[] };

/** Tests of contracts, in the order in which they most likely kill a mutant of this contract. */
export function testsFor(root: string, contract: string): TestPlan {
  const folder = `test/contracts/${kebab(contract)}/`;
  const all = globSync("test/contracts/**/*.test.ts", { cwd: root }).sort();
  const own = all.filter((file) => file.startsWith(folder));
  const others = all.filter((file) => !own.includes(file));
  const names = new RegExp(`["'\`]${contract}\\b`);
  const speaking = others.filter((file) => names.test(readFileSync(join(root, file), "utf8")));
  return { first: [...own, ...speaking], rest: others.filter((file) => !speaking.includes(file)) };
}

function kebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
