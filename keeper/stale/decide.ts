import { formatWei } from "../../chain/units.ts";
import type { Decision, Reason } from "../job.ts";
import type { StaleSnapshot } from "./read.ts";

/** One `finalizeStale` transaction. */
export type StaleIntent = { hint: bigint; amountWei: bigint };

const WHY: Readonly<Record<string, string>> = {
  NothingToFinalize: "no request was eligible at the last report, the buffer is empty, or the day's limit is used up",
  SlashingUnsettled: "a proven slashing is in no report yet",
  ActionPaused: "settling is paused, or a report waits for review",
};

/** Pays the oldest requests from the buffer when reports have stopped, as far as the contract lets anyone do it. */
export function decideStale({ now, staleAt, minRequestWei, hint, outcome }: StaleSnapshot): Decision<StaleIntent> {
  if (outcome === undefined || now < staleAt)
    return nothing({ code: "REPORTS_FRESH", message: `Reports count as stopped from ${isoTime(staleAt)}` });
  if ("refusal" in outcome) {
    const { refusal } = outcome;
    const message = `Reports have stopped, but nothing is finalised: ${WHY[refusal] ?? refusal}`;
    return nothing({ code: "STALE_REFUSED", message, details: { refusal } });
  }
  if (outcome.amountWei < minRequestWei) {
    const message = `Reports have stopped, but only ${outcome.amountWei} wei could be set aside: less than it costs`;
    return nothing({ code: "STALE_DUST", message });
  }
  return {
    intents: [{ hint, amountWei: outcome.amountWei }],
    reasons: [
      {
        code: "REPORTS_STOPPED",
        message: `Reports have stopped since ${isoTime(staleAt)}: ${formatWei(outcome.amountWei, 4)} ETH can be set aside`,
      },
    ],
  };
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}

function nothing(reason: Reason): Decision<StaleIntent> {
  return { intents: [], reasons: [reason] };
}
