import { inGroups } from "../in-groups.ts";
import type { Decision } from "../job.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { AnchorPoint } from "../proofs/anchor.ts";
import type { WitnessCandidate, WitnessSnapshot } from "./read.ts";

/** One `proveSlashed` or `proveLeaving` transaction. */
export type WitnessIntent = { kind: "slashed" | "leaving"; point: AnchorPoint; indices: number[] };

/**
 * Tells the contract what it cannot see. Slashings first: they lock bond and stop the operator's stake. Then validators
 * that leave without having been asked: their room would keep the turn from all operators behind theirs.
 */
export function decideWitness(
  { point, candidates }: WitnessSnapshot,
  { maxProofs }: Pick<KeeperPolicy, "maxProofs">,
): Decision<WitnessIntent> {
  const slashed = candidates.filter((it) => it.slashed);
  // A slashed validator leaves too: the proof of its slashing says so.
  const leaving = candidates.filter((it) => it.leaving && !it.slashed && it.status === "active");
  const intentsOf = (kind: WitnessIntent["kind"], list: readonly WitnessCandidate[]) =>
    inGroups(indicesOf(list), maxProofs).map((indices): WitnessIntent => ({ kind, point, indices }));
  const intents = [...intentsOf("slashed", slashed), ...intentsOf("leaving", leaving)];
  if (intents.length > 0) return { intents, reasons: [] };
  return {
    intents,
    reasons: [{ code: "NOTHING_TO_SHOW", message: "No validator was slashed or leaves without the contract knowing" }],
  };
}

function indicesOf(list: readonly WitnessCandidate[]): number[] {
  return list.map(({ index }) => index).sort((a, b) => a - b);
}
