import { join } from "node:path";

import { expect } from "chai";

import { PROOFS, prove } from "../../scripts/prove/prove.ts";
import { hasZ3 } from "../../scripts/prove/z3.ts";
import { readSources, type Sources } from "../../scripts/solidity/sources.ts";

const SHARES = "test/proofs/ShareMathProof.sol";

// Without z3 there is nothing to test: `npm run prove`, which proves everything, then says how to get it.
if (hasZ3())
  describe("proofs", () => {
    const all = readSources(join(import.meta.dirname, "..", ".."), [PROOFS]);
    const one = only(all, "proof_INV04_roundTripGainsNothing");

    it("a theorem is proven, with the arithmetic in the library that it calls", () => {
      const { theorems, proven, open } = prove(one, SHARES);
      expect(open).to.deep.equal([]);
      expect(theorems).to.deep.equal(["proof_INV04_roundTripGainsNothing"]);
      // The assertion; two products and two divisions.
      expect(proven).to.equal(5);
    });

    it("a bug in the library is found: shares that are rounded up", () => {
      const { open } = prove(planted(one, "amountWei * totalShares) /", "amountWei * totalShares + 1) /"), SHARES);
      expect(open.join()).to.include("Assertion violation");
    });

    it("a bug in the library is found: a product that overflows", () => {
      const { open } = prove(
        planted(one, "(shares * totalPooledWei)", "(shares * totalPooledWei * 1e40 / 1e40)"),
        SHARES,
      );
      expect(open.join()).to.include("Overflow");
    });

    it("an assertion of which the compiler says nothing is open", () => {
      const content = one[SHARES]?.content.replace("contract ShareMathProof {", "$& // assert(false)") ?? "";
      const { open } = prove({ ...one, [SHARES]: { content } }, SHARES);
      expect(open).to.have.length(1);
    });
  }).timeout(300_000);

/** The proofs of shares with one theorem left. */
function only(sources: Sources, theorem: string): Sources {
  const content = sources[SHARES]?.content.replace(/\n {4}\/\/\/ @dev[^{]*\{[\s\S]*?\n {4}\}\n/g, (text) =>
    text.includes(theorem) ? text : "",
  );
  return { ...sources, [SHARES]: { content: content ?? "" } };
}

/** The same sources with a bug in the library. */
function planted(sources: Sources, from: string, to: string): Sources {
  const file = "contracts/libraries/ShareMath.sol";
  const content = sources[file]?.content ?? "";
  if (!content.includes(from)) throw new Error(`${file} has no ${from}`);
  return { ...sources, [file]: { content: content.replace(from, to) } };
}
