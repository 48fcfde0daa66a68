import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Tests that can kill a mutant, those first that speak of the contract. */
export type TestPlan = { first: string[]; rest: string[] };

/** Tests of contracts, in the order in which they most likely kill a mutant of this function of a contract. */
export function testsFor(root: string, contract: string, functionName: string): TestPlan {
  const folder = `test/contracts/${kebab(contract)}/`;
  const all = globSync("test/contracts/**/*.test.ts", { cwd: root }).sort();
  const saysAny = (pattern: RegExp) => (file: string) => pattern.test(readFileSync(join(root, file), "utf8"));
  const own = all.filter((file) => file.startsWith(folder));
  const others = all.filter((file) => !own.includes(file));
  const speaking = others.filter(saysAny(new RegExp(`["'\`]${contract}\\b`)));
  const near = [...own, ...speaking];
  const naming = near.filter(saysAny(new RegExp(`\\b${functionName}\\b`)));
  return {
    first: [...naming, ...near.filter((file) => !naming.includes(file))],
    rest: others.filter((file) => !speaking.includes(file)),
  };
}

function kebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
