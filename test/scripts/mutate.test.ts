import { expect } from "chai";

import { compile } from "../../scripts/solidity/compile.ts";
import { isNode } from "../../scripts/mutate/ast.ts";
import { codeOf } from "../../scripts/mutate/code.ts";
import { mutantsOf, sampleOf, type Mutant } from "../../scripts/mutate/mutants.ts";
import { contractsOf, reachOf } from "../../scripts/mutate/reach.ts";
import { killedPercent, lineOf, tableOf } from "../../scripts/mutate/report.ts";
import type { Result } from "../../scripts/mutate/results.ts";

const FILE = "contracts/Toy.sol";
// With characters of several bytes before the code, as the compiler counts bytes.
const TOY = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
// ──── a toy ────
library Half {
    function ofDown(uint256 x) internal pure returns (uint256) { return x / 2; }
    function ofUp(uint256 x) internal pure returns (uint256) { return (x + 1) / 2; }
}
contract Toy {
    error TooMuch(uint256 got, uint256 want);
    uint256 public sum;
    modifier onlyZero() { require(msg.sender == address(0)); _; }
    function add(uint256 amount, uint256 bound) external onlyZero returns (bool done) {
        if (amount >= bound && bound != 0) revert TooMuch(amount, bound);
        sum += Half.ofDown(amount);
        for (uint256 i = 0; i < 3; ++i) sum += i;
        done = !done;
    }
    function get() external view returns (uint256) { return sum; }
}
contract Other {
    uint256 public other;
}
`;

const sources = { [FILE]: { content: TOY } };
const input = { language: "Solidity", sources, settings: { outputSelection: { "*": { "": ["ast"] } } } };
const ast = compile(input).sources[FILE]?.ast;
if (!isNode(ast)) throw new Error("The toy has no tree");
const mutants = mutantsOf({ path: FILE, content: TOY, ast });

describe("mutants", () => {
  const made = (operator: string, before: string, after: string) =>
    mutants.filter((m) => m.operator === operator && m.before === before && m.after === after);

  const EXPECTED: [string, string, string][] = [
    ["boundary", "amount >= bound", "amount > bound"],
    ["relation", "amount >= bound", "amount < bound"],
    ["relation", "bound != 0", "bound == 0"],
    ["arithmetic", "x / 2", "x * 2"],
    ["arithmetic", "sum += i", "sum -= i"],
    ["logic", "amount >= bound && bound != 0", "amount >= bound || bound != 0"],
    ["condition", "amount >= bound && bound != 0", "true"],
    ["condition", "!done", "done"],
    ["constant", "3", "4"],
    ["constant", "3", "0"],
    ["argument-swap", "amount, bound", "bound, amount"],
    ["twin", "ofDown", "ofUp"],
    ["deletion", "sum += Half.ofDown(amount)", "0"],
    ["deletion", "revert TooMuch(amount, bound)", "0"],
    ["modifier-removal", "onlyZero", ""],
    ["answer", "sum", "uint256(0)"],
    ["early-return", "", "return done; "],
  ];
  for (const [operator, before, after] of EXPECTED)
    it(`${operator} makes "${after}" of "${before}"`, () => {
      const [mutant, ...others] = made(operator, before, after);
      expect(others).to.deep.equal([]);
      if (mutant === undefined) throw new Error("no such mutant");
      const line = mutant.content.split("\n")[mutant.line - 1] ?? "";
      expect(line.slice(mutant.column - 1), "the place that it names").to.satisfy((rest: string) =>
        rest.startsWith(after),
      );
      expect(codeOf({ [FILE]: { content: mutant.content } }, { file: FILE, name: "Toy" })).to.have.property("code");
    });

  it("never make a loop that does not step", () => {
    expect(made("deletion", "++i", "0")).to.deep.equal([]);
  });

  it("have names of their own, that do not change with what stands before them", () => {
    expect(new Set(mutants.map(({ id }) => id)).size).to.equal(mutants.length);
    const moved = `// another line\n${TOY}`;
    const again = { ...input, sources: { [FILE]: { content: moved } } };
    const tree = compile(again).sources[FILE]?.ast;
    if (!isNode(tree)) throw new Error("The toy has no tree");
    const ids = mutantsOf({ path: FILE, content: moved, ast: tree }).map(({ id }) => id);
    expect(ids).to.deep.equal(mutants.map(({ id }) => id));
  });

  it("are chosen alike for a seed, and otherwise for another", () => {
    const ids = (seed: string) => sampleOf(mutants, 8, seed).map(({ id }) => id);
    expect(ids("1")).to.deep.equal(ids("1")).and.to.have.length(8);
    expect(ids("2")).not.to.deep.equal(ids("1"));
  });

  it("are looked for in the contracts that have their code, the one of their file first", () => {
    const reach = reachOf(new Map([[FILE, ast]]));
    const where = (name: string) => {
      const mutant = mutants.find((m) => m.where === name);
      return mutant === undefined ? [] : contractsOf(reach, mutant).map((contract) => contract.name);
    };
    expect(where("Half.ofDown")).to.deep.equal(["Toy"]);
    expect(where("Half.ofUp"), "nothing calls it").to.deep.equal([]);
    expect(where("Toy.add")).to.deep.equal(["Toy"]);
  });

  it("are counted as killed, alive, or neither", () => {
    const result = (status: Result["status"], mutant: Mutant | undefined = mutants[0]): Result => {
      if (mutant === undefined) throw new Error("no mutant");
      const { content: _, declaration: __, ...told } = mutant;
      return { ...told, status };
    };
    const results = (["killed", "timeout", "killed", "survived", "same", "invalid"] as const).map((s) => result(s));
    expect(killedPercent(results)).to.equal(75);
    expect(killedPercent([])).to.equal(100);
    expect(tableOf(results).split("\n").at(-1)).to.match(/^all +3 +1 +1 +1 +75\.0$/);
    expect(lineOf(result("survived"))).to.match(/^survived \w{10} contracts\/Toy\.sol:\d+:\d+ /);
  });
});
