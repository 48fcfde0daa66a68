// What RewardDistribution refuses, worked out before anything is sent, so that a refusal comes with its reason. The names
// are those of the contract's errors. A bound that is changed there is changed here, and nowhere else.
import { gweiToWei, formatWei } from "../units.ts";
import type { Report } from "./report.ts";

/** What the contract will look at when it settles. */
export type SettlementView = {
  lastRefSlot: bigint;
  lastCutoffTimestamp: bigint;
  slotsPerFrame: bigint;
  framesPerPeriod: bigint;
  secondsPerSlot: bigint;
  genesisTime: bigint;
  /** Of the block in which it is settled, in seconds. */
  timestamp: bigint;
  pooledWei: bigint;
  consensusGwei: bigint;
  /** Deposits up to the report's cut-off, less those already settled. */
  depositsGwei: bigint;
  withdrawalVault: { collectedWei: bigint; balanceWei: bigint };
  executionVault: { collectedWei: bigint; balanceWei: bigint };
  pendingTotalShares: bigint;
  /** At the report's cut-off. */
  cumulativeFeeShares: bigint;
  maxYearlyGrowthBps: bigint;
  maxLossBps: bigint;
};

/** A bound that a report breaks. */
export type BrokenBound = {
  /** The contract's error. */
  errorName: string;
  /** One sentence with the figures. */
  reason: string;
};

const BPS = 10_000n;
const SECONDS_PER_YEAR = 365n * 86_400n;

/** Every bound that this report would break now, in the order in which the contract looks at them. */
export function brokenBounds(report: Report, view: SettlementView): BrokenBound[] {
  return [...orderBounds(report, view), ...receiptBounds(report, view), ...plausibilityBounds(report, view)];
}

/** Rewards of the window as the settlement computes them, negative for a loss. */
export function settlementRewardsWei(report: Report, view: SettlementView): bigint {
  const withdrawalsWei = report.withdrawalReceiptsWei - view.withdrawalVault.collectedWei;
  const executionWei = report.executionReceiptsWei - view.executionVault.collectedWei;
  const haveWei = gweiToWei(report.consensusBalanceGwei) + withdrawalsWei + executionWei;
  return haveWei - gweiToWei(view.consensusGwei + view.depositsGwei);
}

function orderBounds(report: Report, view: SettlementView): BrokenBound[] {
  const { refSlot, previousRefSlot, cutoffTimestamp, breaches, losses } = report;
  const refTime = view.genesisTime + refSlot * view.secondsPerSlot;
  const slotsPerPeriod = view.framesPerPeriod * view.slotsPerFrame;
  const open = breaches.find(({ period }) => (BigInt(period) + 1n) * slotsPerPeriod > refSlot + 1n);
  const unordered = losses.find(({ operatorId }, i) => operatorId <= (losses[i - 1]?.operatorId ?? 0));
  return broken([
    ["OffGrid", (refSlot + 1n) % view.slotsPerFrame === 0n, () => `slot ${refSlot} does not end a frame`],
    ["FrameSettled", refSlot > view.lastRefSlot, () => `the frame of slot ${view.lastRefSlot} is settled already`],
    [
      "BuiltOnOther",
      previousRefSlot === view.lastRefSlot,
      () => `it builds on slot ${previousRefSlot}, and ${view.lastRefSlot} was settled last`,
    ],
    ["FrameNotOver", view.timestamp >= refTime + view.secondsPerSlot, () => `slot ${refSlot} is not over`],
    [
      "CutoffOutOfOrder",
      cutoffTimestamp >= view.lastCutoffTimestamp && cutoffTimestamp <= refTime,
      () => `the cut-off ${cutoffTimestamp} is not between ${view.lastCutoffTimestamp} and ${refTime}`,
    ],
    ["PeriodNotOver", open === undefined, () => `period ${open?.period} has not ended`],
    ["LossesOutOfOrder", unordered === undefined, () => `losses do not ascend at operator ${unordered?.operatorId}`],
  ]);
}

function receiptBounds(report: Report, view: SettlementView): BrokenBound[] {
  const { pendingTotalShares: minShares, cumulativeFeeShares: maxShares } = view;
  const got = report.rewardsTotalShares;
  const inVault = (receiptsWei: bigint, { collectedWei, balanceWei }: SettlementView["withdrawalVault"]) =>
    receiptsWei >= collectedWei && receiptsWei <= collectedWei + balanceWei;
  return broken([
    [
      "RewardsImplausible",
      got >= minShares && got <= maxShares,
      () => `the rewards tree holds ${got} shares, which is not between ${minShares} and ${maxShares}`,
    ],
    [
      "ReceiptsImplausible",
      inVault(report.withdrawalReceiptsWei, view.withdrawalVault),
      () => `withdrawal receipts of ${formatWei(report.withdrawalReceiptsWei)} ETH are not in the vault`,
    ],
    [
      "ReceiptsImplausible",
      inVault(report.executionReceiptsWei, view.executionVault),
      () => `execution receipts of ${formatWei(report.executionReceiptsWei)} ETH are not in the vault`,
    ],
  ]);
}

function plausibilityBounds(report: Report, view: SettlementView): BrokenBound[] {
  const rewardsWei = settlementRewardsWei(report, view);
  const windowSeconds = (report.refSlot - view.lastRefSlot) * view.secondsPerSlot;
  const maxGrowthWei = (view.pooledWei * view.maxYearlyGrowthBps * windowSeconds) / (BPS * SECONDS_PER_YEAR);
  const maxLossWei = (view.pooledWei * view.maxLossBps) / BPS;
  const namedWei = report.losses.reduce((sum, { amountWei }) => sum + amountWei, 0n);
  return broken([
    [
      "GrowthImplausible",
      rewardsWei <= 0n || rewardsWei <= maxGrowthWei,
      () => `rewards of ${formatWei(rewardsWei)} ETH are above ${formatWei(maxGrowthWei)} ETH`,
    ],
    [
      "LossImplausible",
      -rewardsWei <= maxLossWei,
      () => `a loss of ${formatWei(-rewardsWei)} ETH is above ${formatWei(maxLossWei)} ETH`,
    ],
    [
      "LossImplausible",
      namedWei <= maxLossWei,
      () => `named losses of ${formatWei(namedWei)} ETH are above ${formatWei(maxLossWei)} ETH`,
    ],
  ]);
}

function broken(rules: readonly (readonly [string, boolean, () => string])[]): BrokenBound[] {
  return rules.filter(([, holds]) => !holds).map(([errorName, , reason]) => ({ errorName, reason: reason() }));
}
