import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { PreviousReport } from "../decide/snapshot.ts";
import type { View } from "./view.ts";
import type { SettledReport } from "./protocol-events.ts";

/** The settled report that the next one builds on, or what the contract begins with when there is none. */
export async function readPreviousReport(
  { protocol, deployment }: Pick<View, "protocol" | "deployment">,
  { settled, lastRefSlot }: { settled: SettledReport | undefined; lastRefSlot: number },
  leavesOf: (settled: SettledReport) => Promise<readonly RewardsLeaf[]>,
): Promise<PreviousReport> {
  if (settled === undefined) {
    return {
      refSlot: lastRefSlot,
      cutoffTimestamp: Number(await protocol.distribution.read.lastCutoffTimestamp()),
      cutoffBlockNumber: deployment.deployedAtBlock - 1,
      withdrawalReceiptsWei: 0n,
      executionReceiptsWei: 0n,
      leaves: [],
    };
  }
  const { report } = settled;
  const [block, leaves] = await Promise.all([
    protocol.client.getBlock({ blockHash: report.cutoffBlockHash }),
    leavesOf(settled),
  ]);
  return {
    refSlot: Number(report.refSlot),
    cutoffTimestamp: Number(report.cutoffTimestamp),
    cutoffBlockNumber: Number(block.number),
    withdrawalReceiptsWei: report.withdrawalReceiptsWei,
    executionReceiptsWei: report.executionReceiptsWei,
    leaves,
  };
}
