import { rewardsTotal, type RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { EpochResult } from "./epoch-result.ts";

/**
 * Divides the fee shares that no tree holds yet by what attested in the window: effective balance times timely target.
 * Each part is rounded down; what remains, and everything when nothing attested, is divided next time.
 * Leaves come by operator, ascending, without zeros.
 */
export function divideRewards(
  previous: readonly RewardsLeaf[],
  cumulativeFeeShares: bigint,
  window: readonly EpochResult[],
): RewardsLeaf[] {
  const newShares = cumulativeFeeShares - rewardsTotal(previous);
  const weights = weightsOf(window);
  const totalGwei = [...weights.values()].reduce((sum, weightGwei) => sum + weightGwei, 0n);

  const shares = new Map(previous.map((leaf) => [leaf.operatorId, leaf.cumulativeShares]));
  if (totalGwei > 0n && newShares > 0n)
    for (const [operatorId, weightGwei] of weights)
      shares.set(operatorId, (shares.get(operatorId) ?? 0n) + (newShares * weightGwei) / totalGwei);

  return [...shares]
    .filter(([, cumulativeShares]) => cumulativeShares > 0n)
    .sort(([a], [b]) => a - b)
    .map(([operatorId, cumulativeShares]) => ({ operatorId, cumulativeShares }));
}

function weightsOf(window: readonly EpochResult[]): Map<number, bigint> {
  const weights = new Map<number, bigint>();
  for (const { operators } of window)
    for (const { operatorId, weightGwei } of operators)
      weights.set(operatorId, (weights.get(operatorId) ?? 0n) + weightGwei);
  return weights;
}
