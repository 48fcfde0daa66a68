import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { zeroHash, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";

/** What an operator has earned since the protocol began, in 1e-18 shares. */
export type RewardsLeaf = { operatorId: number; cumulativeShares: bigint };

/** Root of the tree over the leaves, in whatever order they come; zero when nobody has earned anything. */
export function rewardsRoot(leaves: readonly RewardsLeaf[]): Hex {
  return leaves.length === 0 ? zeroHash : toHex(treeOf(leaves).root);
}

/** Sum of the tree. */
export function rewardsTotal(leaves: readonly RewardsLeaf[]): bigint {
  return leaves.reduce((sum, leaf) => sum + leaf.cumulativeShares, 0n);
}

/** What `RewardDistribution.claimRewards` wants of an operator. */
export function rewardsProof(
  leaves: readonly RewardsLeaf[],
  operatorId: number,
): { cumulativeShares: bigint; proof: Hex[] } {
  const index = leaves.findIndex((leaf) => leaf.operatorId === operatorId);
  const leaf = leaves[index];
  if (leaf === undefined)
    throw new EthStakeError("NO_REWARDS", `Wait for a report that pays operator ${operatorId}: it has no rewards yet`, {
      details: { operatorId },
    });
  return { cumulativeShares: leaf.cumulativeShares, proof: treeOf(leaves).getProof(index).map(toHex) };
}

// OpenZeppelin's tree sorts by the hash of the leaf, so that the order given does not matter for the root.
function treeOf(leaves: readonly RewardsLeaf[]): StandardMerkleTree<[string, string]> {
  const values = leaves.map((leaf): [string, string] => [String(leaf.operatorId), leaf.cumulativeShares.toString()]);
  return StandardMerkleTree.of(values, ["uint256", "uint256"]);
}

function toHex(text: string): Hex {
  return `0x${text.replace(/^0x/, "")}`;
}
