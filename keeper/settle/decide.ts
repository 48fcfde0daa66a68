import type { Decision, Reason } from "../job.ts";
import type { DueFrame, Proposal, SettleSnapshot } from "./read.ts";

/** One `settleRewards` transaction. */
export type SettleIntent = Proposal;

/** Settles the newest frame that the committee agrees on. */
export function decideSettle({ peerCount, pausedUntil, reviewUntil, frames }: SettleSnapshot): Decision<SettleIntent> {
  if (frames.length === 0)
    return nothing({ code: "NOTHING_DUE", message: "Every frame that is past its grace time is settled" });
  if (pausedUntil > 0) {
    const message = `Settlements are paused until ${inWords(pausedUntil)}`;
    return nothing({ code: "SETTLE_PAUSED", message, details: { pausedUntil } });
  }
  if (reviewUntil > 0) {
    const message = `A report waits for review until ${inWords(reviewUntil)}: nothing is settled before it is confirmed or dropped`;
    return nothing({ code: "REPORT_IN_REVIEW", message, details: { reviewUntil } });
  }
  if (peerCount === 0)
    return nothing({ code: "NO_PEERS", message: "A frame is not settled: name oracle members in KEEPER_ORACLE_PEERS" });
  for (const { proposals } of frames) {
    const agreed = proposals.find((proposal) => proposal.agreed);
    if (agreed !== undefined) return { intents: [agreed], reasons: [] };
  }
  return { intents: [], reasons: frames.map(noAgreement) };
}

function noAgreement({ refSlot, proposals }: DueFrame): Reason {
  const signed = proposals.map(({ reportHash, signers }) => ({ reportHash, signers: signers.length }));
  const details = { refSlot, signed };
  if (proposals.length === 0)
    return { code: "NO_REPORT", message: `No oracle member that was asked has a report of slot ${refSlot}`, details };
  if (proposals.length > 1)
    return { code: "REPORTS_DIFFER", message: `Oracle members disagree about slot ${refSlot}`, details };
  const message = `Too few oracle members have signed the report of slot ${refSlot}`;
  return { code: "NO_QUORUM", message, details };
}

function inWords(timestamp: number): string {
  return new Date(timestamp * 1000).toISOString();
}

function nothing(reason: Reason): Decision<SettleIntent> {
  return { intents: [], reasons: [reason] };
}
