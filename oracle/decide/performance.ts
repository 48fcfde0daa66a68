// What a frame's report says of operators, with everything that it was computed from, so that each operator can check its
// part and show where it is wrong.
import { rewardsProof, rewardsRoot, rewardsTotal, type RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { Report } from "../../chain/report/report.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { breachesOf, endedPeriods, exactEpochs, sumPeriod } from "./breaches.ts";
import type { BuiltReport } from "./build-report.ts";
import { epochsOfWindow, type EpochResult } from "./epoch-result.ts";
import { windowEpochs } from "./frames.ts";
import { divideRewards } from "./rewards.ts";
import { PPM } from "./rules.ts";
import type { FrameGrid, Snapshot } from "./snapshot.ts";

/** The published record of a frame. */
export type Performance = {
  grid: FrameGrid;
  report: Report;
  /** Leaves of the rewards tree before. */
  previousLeaves: readonly RewardsLeaf[];
  /** Fee shares minted up to the report's cut-off. */
  cumulativeFeeShares: bigint;
  leaves: readonly RewardsLeaf[];
  /** Every epoch of the window and of the periods that ended in it, each with the block whose state says so. */
  epochs: readonly EpochResult[];
};

/** The record of a report. */
export function performanceOf(snapshot: Snapshot, { report, leaves }: BuiltReport): Performance {
  const { grid, previous, cumulativeFeeShares } = snapshot;
  return {
    grid,
    report,
    previousLeaves: previous.leaves,
    cumulativeFeeShares,
    leaves,
    epochs: exactEpochs(snapshot),
  };
}

/** What is wrong in a record: sums that do not follow from its own epochs. Empty when the report follows from them. */
export function performanceProblems(performance: Performance): string[] {
  const { report, leaves, previousLeaves, cumulativeFeeShares } = performance;
  const divided = divideRewards(previousLeaves, cumulativeFeeShares, windowOf(performance));
  const rules: [string, boolean][] = [
    ["the leaves do not have the report's root", rewardsRoot(leaves) === report.rewardsRoot],
    ["the leaves do not have the report's sum", rewardsTotal(leaves) === report.rewardsTotalShares],
    ["the leaves do not follow from the epochs", stringifyJson(divided) === stringifyJson(leaves)],
    [
      "the breaches do not follow from the epochs",
      stringifyJson(breachesOf(periodsOf(performance))) === stringifyJson(report.breaches),
    ],
  ];
  return rules.filter(([, holds]) => !holds).map(([problem]) => problem);
}

/** One operator's part of a record. */
export type OperatorPerformance = {
  /** Shares of this report, and since the beginning with the proof that a claim takes. */
  rewards: { newShares: bigint; cumulativeShares: bigint; proof: readonly `0x${string}`[] };
  periods: readonly OperatorPeriod[];
  epochs: readonly (Omit<EpochResult, "network" | "operators"> & {
    assignedGwei: bigint;
    attestedGwei: bigint;
    weightGwei: bigint;
  })[];
};
export type OperatorPeriod = {
  period: number;
  /** Epochs that count, and those that do not as the whole network was in trouble. */
  countedEpochs: number;
  excludedEpochs: number;
  /** Undefined without a duty. */
  uptimePpm: number | undefined;
  thresholdPpm: number;
  breached: boolean;
};

/** Picks what concerns one operator. */
export function operatorPerformance(performance: Performance, operatorId: number): OperatorPerformance {
  const { leaves, previousLeaves, report } = performance;
  const isOurs = (item: { operatorId: number }) => item.operatorId === operatorId;
  const beforeShares = previousLeaves.find(isOurs)?.cumulativeShares ?? 0n;
  const { cumulativeShares, proof } = leaves.some(isOurs)
    ? rewardsProof(leaves, operatorId)
    : { cumulativeShares: 0n, proof: [] };
  return {
    rewards: { newShares: cumulativeShares - beforeShares, cumulativeShares, proof },
    periods: endedPeriods(periodsOf(performance)).map(({ period, epochs }) => {
      const { thresholdPpm, counted, operators } = sumPeriod(epochs);
      const { assignedGwei, attestedGwei } = operators.find(isOurs) ?? { assignedGwei: 0n, attestedGwei: 0n };
      return {
        period,
        countedEpochs: counted.length,
        excludedEpochs: epochs.length - counted.length,
        uptimePpm: assignedGwei === 0n ? undefined : Number((attestedGwei * PPM) / assignedGwei),
        thresholdPpm: Number(thresholdPpm),
        breached: report.breaches.some((breach) => isOurs(breach) && breach.period === period),
      };
    }),
    epochs: performance.epochs.flatMap(({ epoch, blockRoot, operators }) =>
      operators.filter(isOurs).map(({ operatorId: _, ...duties }) => ({ epoch, blockRoot, ...duties })),
    ),
  };
}

function windowOf({ grid, report, epochs }: Performance): EpochResult[] {
  return epochsOfWindow(epochs, windowEpochs(grid, Number(report.previousRefSlot), Number(report.refSlot)));
}

function periodsOf({ grid, report, epochs }: Performance) {
  const previous = { refSlot: Number(report.previousRefSlot) };
  return { grid, epochs, previous, refSlot: Number(report.refSlot) };
}
