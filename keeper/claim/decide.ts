import type { Decision, Reason } from "../job.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { ClaimSnapshot } from "./read.ts";

/** One `claim` transaction. */
export type ClaimIntent = { requestId: bigint; hint: bigint; amountWei: bigint };

/** Twice what a claim takes that pays an account. More is code of the receiver, and not for us to pay. */
const MAX_GAS = 200_000n;

/** Claims for owners who have left their ether for long, the oldest first. */
export function decideClaim(
  { candidates }: ClaimSnapshot,
  { maxClaims }: Pick<KeeperPolicy, "maxClaims">,
): Decision<ClaimIntent> {
  const reasons: Reason[] = [];
  const intents: ClaimIntent[] = [];
  for (const { requestId, hint, amountWei, outcome } of [...candidates].sort((a, b) =>
    a.requestId < b.requestId ? -1 : 1,
  )) {
    if ("gas" in outcome && outcome.gas <= MAX_GAS) intents.push({ requestId, hint, amountWei });
    else {
      const why = "gas" in outcome ? `its receiver takes ${outcome.gas} gas` : outcome.refusal;
      const message = `Ticket ${requestId} is left to its owner: ${why}`;
      reasons.push({ code: "CLAIM_LEFT_OUT", message, details: { requestId, why } });
    }
  }
  if (candidates.length === 0)
    reasons.push({ code: "NOTHING_TO_CLAIM", message: "Nobody has left finalised ether for long" });
  return { intents: intents.slice(0, maxClaims), reasons };
}
