import { EthStakeError } from "../../runtime/errors.ts";
import type { Report } from "../../chain/report/report.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Refuses to sign what the chain would refuse to settle: the rules of RewardDistribution that can be known now.
 * A report that fails here shows a fault of this program or of its nodes, never a fact about the chain.
 */
export function checkReport(report: Report, snapshot: Snapshot): void {
  const { previous, grid, cumulativeFeeShares } = snapshot;
  const previousShares = previous.leaves.reduce((sum, leaf) => sum + leaf.cumulativeShares, 0n);
  const rules: [string, boolean][] = [
    ["the reference slot ends a frame", (report.refSlot + 1n) % BigInt(grid.slotsPerFrame) === 0n],
    ["the frame is after the last settled one", report.refSlot > BigInt(previous.refSlot)],
    ["the cut-off is not before the last one", report.cutoffTimestamp >= BigInt(previous.cutoffTimestamp)],
    ["withdrawal receipts never fall", report.withdrawalReceiptsWei >= previous.withdrawalReceiptsWei],
    ["execution receipts never fall", report.executionReceiptsWei >= previous.executionReceiptsWei],
    ["exiting ether is part of the balance", report.exitingGwei <= report.consensusBalanceGwei],
    ["the rewards tree never shrinks", report.rewardsTotalShares >= previousShares],
    ["the rewards tree holds no more than was minted", report.rewardsTotalShares <= cumulativeFeeShares],
    ["losses ascend by operator", ascends(report.losses.map((loss) => BigInt(loss.operatorId)))],
    ["thefts ascend by slot", ascends(report.thefts.map((theft) => theft.slot))],
    ["thefts are of the window", report.thefts.every((theft) => isIn(theft.slot, previous.refSlot, report.refSlot))],
    ["exits ascend", ascends(report.exits.map(BigInt))],
  ];
  const broken = rules.filter(([, holds]) => !holds).map(([rule]) => rule);
  if (broken.length === 0) return;
  throw new EthStakeError("REPORT_REFUSED", `Look at the nodes before anything is signed: not true that ${broken[0]}`, {
    details: { refSlot: report.refSlot, broken },
  });
}

function isIn(slot: bigint, after: number, upTo: bigint): boolean {
  return slot > BigInt(after) && slot <= upTo;
}

function ascends(values: readonly bigint[]): boolean {
  return values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0n));
}
