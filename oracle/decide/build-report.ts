import { rewardsRoot, rewardsTotal, type RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { Report } from "../../chain/report/report.ts";
import { breachesOf, exactEpochs } from "./breaches.ts";
import { finalExits } from "./exits.ts";
import { windowEpochs } from "./frames.ts";
import { epochsOfWindow } from "./epoch-result.ts";
import { namedLosses } from "./losses.ts";
import { divideRewards } from "./rewards.ts";
import type { Snapshot } from "./snapshot.ts";
import { theftsOf } from "./thefts.ts";
import { consensusBalance } from "./valuation.ts";

export type BuiltReport = { report: Report; leaves: RewardsLeaf[] };

/** The report of a snapshot. Pure: the same snapshot, in any order, gives the same bytes (INV-16). */
export function buildReport(given: Snapshot): BuiltReport {
  const snapshot = { ...given, epochs: exactEpochs(given) };
  const { refSlot, grid, previous, cutoff } = snapshot;
  const inWindow = epochsOfWindow(snapshot.epochs, windowEpochs(grid, previous.refSlot, refSlot));
  const leaves = divideRewards(previous.leaves, snapshot.cumulativeFeeShares, inWindow);
  return {
    leaves,
    report: {
      refSlot: BigInt(refSlot),
      previousRefSlot: BigInt(previous.refSlot),
      cutoffTimestamp: BigInt(cutoff.timestamp),
      cutoffBlockHash: cutoff.blockHash,
      blockRoot: snapshot.blockRoot,
      ...consensusBalance(snapshot),
      withdrawalReceiptsWei: snapshot.withdrawalReceiptsWei,
      executionReceiptsWei: snapshot.executionReceiptsWei,
      rewardsRoot: rewardsRoot(leaves),
      rewardsTotalShares: rewardsTotal(leaves),
      losses: namedLosses(snapshot),
      breaches: breachesOf(snapshot),
      thefts: theftsOf(snapshot),
      exits: finalExits(snapshot),
    },
  };
}
