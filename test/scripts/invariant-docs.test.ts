import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { ENTRY_POINTS } from "../contracts/support/entry-points.ts";

const ROOT = join(import.meta.dirname, "../..");
const INVARIANTS = 20;
const INCIDENTS = 44;
/** Contracts that the suite does not deploy. */
const BESIDE = ["RebasingEthStake", "AsyncRedeem", "ProxySeed", "BeaconProofs", "DepositVerifier"];

describe("docs/invariants.md", () => {
  const page = readFileSync(join(ROOT, "docs/invariants.md"), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| IN"));
  const rowOf = (id: string) => rows.find((row) => row.split("|")[1]?.includes(id)) ?? "";
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${prefix}-${String(i + 1).padStart(2, "0")}`);
  const suite = readFileSync(join(ROOT, "test/invariants/ProtocolInvariants.t.sol"), "utf8");
  const ids = [...numbered("INV", INVARIANTS), ...numbered("INC", INCIDENTS)];

  for (const id of ids)
    it(`${id} has a row, and every test that it names`, () => {
      const row = rowOf(id);
      expect(row).not.to.equal("");
      if (row.includes("suite;")) expect(suite).to.include(`invariant_${id.replace("-", "")}_`);
      for (const path of pathsIn(row)) {
        const file = [".test.ts", ".t.sol", ".sol"].map((end) => join(ROOT, "test", path + end)).find(existsSync);
        expect(file, `test/${path}`).to.be.a("string");
        expect(readFileSync(file ?? "", "utf8"), path).to.match(new RegExp(id.replace("-", "-?")));
      }
    });

  it("says of no incident that it has no test when there is one", () => {
    const without = ids.filter((id) => id.startsWith("INC") && pathsIn(rowOf(id)).length === 0);
    const tests = globSync("test/**/*.test.ts", { cwd: ROOT }).map((path) => readFileSync(join(ROOT, path), "utf8"));
    for (const id of without)
      expect(
        tests.filter((text) => text.includes(`${id} `)),
        id,
      ).to.deep.equal([]);
  });

  it("says of every function that changes something which handler calls it, or why none does", () => {
    const writes = Object.entries(ENTRY_POINTS)
      .filter(([contract]) => !BESIDE.includes(contract))
      .flatMap(([, { writes }]) => Object.keys(writes).map((signature) => signature.slice(0, signature.indexOf("("))));
    for (const name of new Set(writes)) expect(page, name).to.include(`\`${name}\``);
  });
});

/** `contracts/vaults/{collect,refuse}` names two. */
function pathsIn(row: string): string[] {
  const cells = row.split("|");
  return [...(cells.at(-2) ?? "").matchAll(/`([a-z0-9-]+\/[^`]+)`/g)].flatMap(([, name = ""]) => {
    const [, folder, names] = /^(.*)\{(.*)\}$/.exec(name) ?? [];
    return folder === undefined || names === undefined ? [name] : names.split(",").map((one) => folder + one);
  });
}
