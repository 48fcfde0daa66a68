// What changed from one settled report to the next, for people.
import type { Report } from "../../chain/report/report.ts";
import { formatGwei, formatWei } from "../../chain/units.ts";

const DECIMALS = 6;

/** One change: what it is about, in words, and the amount where there is one. */
export type Change = { about: string; text: string };

/** The difference of a report to the one before it; before the first, to nothing. */
export function explainReport(report: Report, before: Report | undefined): Change[] {
  const balanceGwei = report.consensusBalanceGwei - (before?.consensusBalanceGwei ?? 0n);
  const withdrawnWei = report.withdrawalReceiptsWei - (before?.withdrawalReceiptsWei ?? 0n);
  const earnedWei = report.executionReceiptsWei - (before?.executionReceiptsWei ?? 0n);
  const shares = report.rewardsTotalShares - (before?.rewardsTotalShares ?? 0n);
  const skipped = before === undefined ? 0n : report.previousRefSlot - before.refSlot;
  return [
    {
      about: "frame",
      text: `slot ${report.refSlot}, built on slot ${report.previousRefSlot}${skipped === 0n ? "" : ", which is not the one shown before"}`,
    },
    {
      about: "consensus balance",
      text: `${formatGwei(report.consensusBalanceGwei, DECIMALS)} ETH, ${signed(balanceGwei, (value) => formatGwei(value, DECIMALS))} ETH`,
    },
    { about: "of it exiting", text: `${formatGwei(report.exitingGwei, DECIMALS)} ETH` },
    { about: "withdrawals received", text: `${formatWei(withdrawnWei, DECIMALS)} ETH came from the beacon chain` },
    { about: "tips and MEV", text: `${formatWei(earnedWei, DECIMALS)} ETH came into the rewards vault` },
    { about: "operator rewards", text: `${formatWei(shares, DECIMALS)} shares were divided` },
    ...report.losses.map(({ operatorId, amountWei }) => ({
      about: "loss",
      text: `operator ${operatorId} lost ${formatWei(amountWei, DECIMALS)} ETH`,
    })),
    ...report.breaches.map(({ operatorId, period, uptimePpm, thresholdPpm }) => ({
      about: "breach",
      text: `operator ${operatorId} was at ${percent(uptimePpm)} in period ${period}, below ${percent(thresholdPpm)}`,
    })),
    ...report.thefts.map(({ operatorId, slot, amountWei }) => ({
      about: "theft",
      text: `operator ${operatorId} kept ${formatWei(amountWei, DECIMALS)} ETH of the block of slot ${slot}`,
    })),
    ...(report.exits.length === 0
      ? []
      : [{ about: "exits", text: `${report.exits.length} validators have been paid out in full` }]),
  ];
}

function signed(value: bigint, format: (value: bigint) => string): string {
  return value < 0n ? `-${format(-value)}` : `+${format(value)}`;
}

function percent(ppm: number): string {
  return `${(ppm / 10_000).toFixed(2)} %`;
}
