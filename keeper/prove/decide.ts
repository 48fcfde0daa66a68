import type { Hex } from "viem";

import { inGroups } from "../in-groups.ts";
import type { Decision, Reason } from "../job.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { AnchorPoint } from "../proofs/anchor.ts";
import type { ProveSnapshot } from "./read.ts";

/** A validator whose credentials are to be shown, right or foreign. */
export type Shown = { pubkey: Hex; operatorId: number; index: number; foreign: boolean };
/** One `proveCredentials` transaction. */
export type ProveIntent = { point: AnchorPoint; validators: Shown[] };

/** Shows every predeposited validator that has a record: right credentials free the bond, foreign ones lock it. */
export function decideProve(
  { point, ourCredentials, candidates }: ProveSnapshot,
  { maxProofs }: Pick<KeeperPolicy, "maxProofs">,
): Decision<ProveIntent> {
  const shown: Shown[] = [];
  for (const { pubkey, operatorId, record } of candidates) {
    if (record === undefined) continue;
    const { index, withdrawalCredentials } = record;
    shown.push({ pubkey, operatorId, index, foreign: withdrawalCredentials !== ourCredentials });
  }
  const reasons: Reason[] = [];
  if (candidates.length === 0) reasons.push({ code: "NO_PREDEPOSIT", message: "No predeposit waits for a proof" });
  else if (shown.length < candidates.length) {
    const waiting = candidates.length - shown.length;
    const message = `The beacon chain has no record of ${waiting} predeposits yet: they are in its entry queue`;
    reasons.push({ code: "RECORD_PENDING", message, details: { waiting } });
  }
  return { intents: inGroups(shown, maxProofs).map((validators) => ({ point, validators })), reasons };
}
