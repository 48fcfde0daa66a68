import type { Hex } from "viem";

import { min } from "../capacity.ts";
import { ACTIVATION_GWEI, PREDEPOSIT_GWEI, type KeeperPolicy } from "../policy.ts";
import type { FundCandidate } from "./read.ts";

/** A validator that ether may go to, and what it gets. */
export type Place = FundCandidate & { givenGwei: bigint };

export type TopUp = { pubkey: Hex; operatorId: number; index: number; amountGwei: bigint; wasProven: boolean };

/** What brings a predeposited validator to its activation. */
export const firstTopUpGwei = ACTIVATION_GWEI - PREDEPOSIT_GWEI;

/** The validators that can be given ether; those that were begun come first. */
export function open(candidates: readonly FundCandidate[], targetGwei: bigint): Place[] {
  return candidates
    .filter(({ fundable, depositedGwei }) => fundable && depositedGwei < targetGwei)
    .map((candidate) => ({ ...candidate, givenGwei: 0n }))
    .sort((a, b) => Number(isStarted(b)) - Number(isStarted(a)) || a.index - b.index);
}

/** Gives ether to validators, one filled to the target before the next one is begun. Books what each got. */
export function serve(
  places: readonly Place[],
  availableGwei: bigint,
  policy: Pick<KeeperPolicy, "targetGwei" | "minTopUpGwei">,
): TopUp[] {
  let leftGwei = availableGwei;
  const topUps: TopUp[] = [];
  for (const place of places) {
    const amountGwei = amountFor(place, leftGwei, policy);
    if (amountGwei === 0n) continue;
    const { pubkey, operatorId, index } = place;
    topUps.push({ pubkey, operatorId, index, amountGwei, wasProven: place.proven || place.givenGwei > 0n });
    place.givenGwei += amountGwei;
    leftGwei -= amountGwei;
  }
  return topUps;
}

/** What a validator gets of what is available, or 0 when that is too little or it is full. */
function amountFor(
  place: Place,
  availableGwei: bigint,
  { targetGwei, minTopUpGwei }: Pick<KeeperPolicy, "targetGwei" | "minTopUpGwei">,
): bigint {
  const hasGwei = place.depositedGwei + place.givenGwei;
  const leastGwei = isStarted(place) ? minTopUpGwei : ACTIVATION_GWEI - hasGwei;
  const amountGwei = min(availableGwei, targetGwei - hasGwei);
  return amountGwei >= leastGwei ? amountGwei : 0n;
}

/** True from the first top-up on. */
function isStarted({ depositedGwei, givenGwei }: Place): boolean {
  return depositedGwei + givenGwei >= ACTIVATION_GWEI;
}
