import type { Hex } from "viem";

import { fetchPeerReport } from "../../../chain/report/peer-client.ts";
import { rewardsProof, rewardsRoot } from "../../../chain/report/rewards-tree.ts";
import type { Stage } from "../../network/stage.ts";

/** What `claimRewards` takes for an operator now; undefined when nothing is due, or no member has the tree. */
export async function readRewardsClaim(
  { protocol, oracles, signal }: Stage,
  operatorId: number,
): Promise<readonly [number, bigint, readonly Hex[]] | undefined> {
  const { distribution } = protocol;
  const [[root], [waitingRoot, , claimableAt], lastRefSlot, claimedShares, block] = await Promise.all([
    distribution.read.claimableRoot(),
    distribution.read.pendingRoot(),
    distribution.read.lastRefSlot(),
    distribution.read.claimedShares([operatorId]),
    protocol.client.getBlock(),
  ]);
  const wanted = block.timestamp >= BigInt(claimableAt) ? waitingRoot : root;
  for (const { url, running } of oracles) {
    if (!running) continue;
    const answer = await fetchPeerReport(url, lastRefSlot, { signal }).catch(() => undefined);
    if (answer === undefined || rewardsRoot(answer.leaves) !== wanted) continue;
    if (!answer.leaves.some((leaf) => leaf.operatorId === operatorId)) return undefined;
    const { cumulativeShares, proof } = rewardsProof(answer.leaves, operatorId);
    return cumulativeShares > claimedShares ? [operatorId, cumulativeShares, proof] : undefined;
  }
  return undefined;
}
