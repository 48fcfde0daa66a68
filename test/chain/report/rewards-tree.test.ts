import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { concatHex, keccak256, numberToHex, zeroHash } from "viem";

import { rewardsProof, rewardsRoot, rewardsTotal, type RewardsLeaf } from "../../../chain/report/rewards-tree.ts";
import { hasCode } from "../../../runtime/errors.ts";

const leaves: RewardsLeaf[] = [1, 2, 3, 40, 500].map((operatorId) => ({
  operatorId,
  cumulativeShares: 10n ** 18n * BigInt(operatorId) + 1n,
}));

describe("chain/report/rewards-tree", () => {
  it("hashes a leaf twice, as the contract does", () => {
    const leaf = keccak256(concatHex([numberToHex(7, { size: 32 }), numberToHex(99n, { size: 32 })]));
    expect(rewardsRoot([{ operatorId: 7, cumulativeShares: 99n }])).to.equal(keccak256(leaf));
  });

  it("has the zero root while nobody has earned anything", () => {
    expect(rewardsRoot([])).to.equal(zeroHash);
    expect(rewardsTotal([])).to.equal(0n);
  });

  it("has one root for one set of leaves, in whatever order", () => {
    expect(rewardsRoot([...leaves].reverse())).to.equal(rewardsRoot(leaves));
  });

  it("proves every leaf and no other amount", () => {
    const root = rewardsRoot(leaves);
    for (const { operatorId } of leaves) {
      const { cumulativeShares, proof } = rewardsProof(leaves, operatorId);
      const holds = (shares: bigint) =>
        StandardMerkleTree.verify(root, ["uint256", "uint256"], [String(operatorId), shares.toString()], proof);
      expect(holds(cumulativeShares)).to.equal(true);
      expect(holds(cumulativeShares + 1n)).to.equal(false);
    }
  });

  it("has no proof for an operator without rewards", () => {
    let thrown: unknown;
    try {
      rewardsProof(leaves, 4);
    } catch (error) {
      thrown = error;
    }
    expect(hasCode(thrown, "NO_REWARDS")).to.equal(true);
  });
});
