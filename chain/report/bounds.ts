// What RewardDistribution does with a report, worked out before anything is sent: what it refuses, so that a refusal comes
// with its reason, and what it holds for review. A surplus is no reason for either: it is booked later. The names are those
// of the contract's errors. A bound that is changed there is changed here, and nowhere else.
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
  /** All that were minted by the settlements before. */
  cumulativeFeeShares: bigint;
  maxLossBps: bigint;
  /** Until when a report waits for review, in Unix seconds; over, or 0, when none does. */
  reviewUntil: bigint;
};

/** A bound that a report breaks. */
export type BrokenBound = {
  /** The contract's error. */
  errorName: string;
  /** One sentence with the figures. */
  reason: string;
};

const BPS = 10_000n;

/** Every bound that this report would break, now or once a review has confirmed it. */
export function brokenBounds(report: Report, view: SettlementView): BrokenBound[] {
  return [...orderBounds(report, view), ...receiptBounds(report, view)];
}

/** Why the settlement would hold this report for review and book nothing; undefined when it would book it. */
export function reviewReason(report: Report, view: SettlementView): string | undefined {
  const namedWei = report.losses.reduce((sum, { amountWei }) => sum + amountWei, 0n);
  const poolWei = -settlementRewardsWei(report, view);
  const lossWei = namedWei > poolWei ? namedWei : poolWei;
  const maxLossWei = (view.pooledWei * view.maxLossBps) / BPS;
  if (lossWei <= maxLossWei) return undefined;
  return `a loss of ${formatWei(lossWei)} ETH is above ${formatWei(maxLossWei)} ETH`;
}

/** Rewards of the window as the settlement computes them, negative for a loss; what it would defer is in them. */
export function settlementRewardsWei(report: Report, view: SettlementView): bigint {
  const withdrawalsWei = report.withdrawalReceiptsWei - view.withdrawalVault.collectedWei;
  const executionWei = report.executionReceiptsWei - view.executionVault.collectedWei;
  const haveWei = gweiToWei(report.consensusBalanceGwei) + withdrawalsWei + executionWei;
  return haveWei - gweiToWei(view.consensusGwei + view.depositsGwei);
}

function orderBounds(report: Report, view: SettlementView): BrokenBound[] {
  const { refSlot, previousRefSlot, cutoffTimestamp, breaches, losses, thefts } = report;
  const refTime = view.genesisTime + refSlot * view.secondsPerSlot;
  const slotsPerPeriod = view.framesPerPeriod * view.slotsPerFrame;
  const open = breaches.find(({ period }) => (BigInt(period) + 1n) * slotsPerPeriod > refSlot + 1n);
  const stray = thefts.find(({ slot }) => slot <= view.lastRefSlot || slot > refSlot);
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
    [
      "TheftOutOfWindow",
      stray === undefined,
      () => `the theft at slot ${stray?.slot} is not between ${view.lastRefSlot} and ${refSlot}`,
    ],
    [
      "ReviewNotOver",
      view.timestamp >= view.reviewUntil,
      () => `a report waits for review until ${new Date(Number(view.reviewUntil) * 1000).toISOString()}`,
    ],
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

function broken(rules: readonly (readonly [string, boolean, () => string])[]): BrokenBound[] {
  return rules.filter(([, holds]) => !holds).map(([errorName, , reason]) => ({ errorName, reason: reason() }));
}
