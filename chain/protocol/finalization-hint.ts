import type { Report } from "../report/report.ts";
import type { Protocol } from "./contracts.ts";

/** A rate has 27 decimals. */
const RAY = 10n ** 27n;

/**
 * The request in which a settlement will cut the queue, guessed from the rate before it and what the report brings. The
 * settlement computes its own budget and rate: a wrong guess costs a search there, nothing else.
 */
export async function finalizationHint(
  { pool, queue, distribution }: Pick<Protocol, "pool" | "queue" | "distribution">,
  report: Report,
): Promise<bigint> {
  const [bufferedWei, pooledWei, totalShares, [withdrawalsWei, executionRewardsWei]] = await Promise.all([
    pool.read.bufferedWei(),
    pool.read.totalPooledEther(),
    pool.read.totalShares(),
    distribution.read.collectedWei(),
  ]);
  const receiptsWei = report.withdrawalReceiptsWei + report.executionReceiptsWei;
  const arrivingWei = receiptsWei - withdrawalsWei - executionRewardsWei;
  const budgetWei = bufferedWei + (arrivingWei > 0n ? arrivingWei : 0n);
  return queue.read.finalizationHint([budgetWei, (pooledWei * RAY) / totalShares, report.cutoffTimestamp]);
}
