import type { Hex } from "viem";

import { min } from "../capacity.ts";
import { ACTIVATION_GWEI, MAX_TARGET_GWEI, PREDEPOSIT_GWEI, type KeeperPolicy } from "../policy.ts";
import type { FundCandidate } from "./read.ts";

/** A validator that ether may go to, and what it gets. */
export type Place = FundCandidate & { givenGwei: bigint };

export type TopUp = {
  pubkey: Hex;
  operatorId: number;
  index: number;
  amountGwei: bigint;
  /** The call proves its predeposit as well. */
  proves: boolean;
};

/** What brings a predeposited validator to its activation. */
export const firstTopUpGwei = ACTIVATION_GWEI - PREDEPOSIT_GWEI;

/** What the contract counts as an operator's room: what its proven validators can still take. */
export function provenRoomGwei(places: readonly Place[]): bigint {
  return places
    .filter((place) => !isUnproven(place))
    .reduce((sum, place) => sum + MAX_TARGET_GWEI - hasGwei(place), 0n);
}

/** The validators that can be given ether; those that were begun come first. */
export function open(places: readonly Place[], targetGwei: bigint): Place[] {
  return places
    .filter((place) => place.fundable && hasGwei(place) < targetGwei)
    .sort((a, b) => Number(isStarted(b)) - Number(isStarted(a)) || a.index - b.index);
}

/**
 * Chooses what validators get, one filled to the target before the next one is begun, and no more of them than one
 * transaction can prove.
 */
export function serve(
  places: readonly Place[],
  availableGwei: bigint,
  policy: Pick<KeeperPolicy, "targetGwei" | "minTopUpGwei" | "maxProofs">,
): TopUp[] {
  let leftGwei = availableGwei;
  const topUps: TopUp[] = [];
  for (const place of open(places, policy.targetGwei)) {
    if (topUps.length === policy.maxProofs) break;
    const amountGwei = amountFor(place, leftGwei, policy);
    if (amountGwei === 0n) continue;
    const { pubkey, operatorId, index } = place;
    topUps.push({ pubkey, operatorId, index, amountGwei, proves: isUnproven(place) });
    leftGwei -= amountGwei;
  }
  return topUps;
}

/** Books what validators get. */
export function take(places: readonly Place[], topUps: readonly TopUp[]): void {
  for (const { index, amountGwei } of topUps) {
    const place = places.find((it) => it.index === index);
    if (place !== undefined) place.givenGwei += amountGwei;
  }
}

function isUnproven({ proven, givenGwei }: Place): boolean {
  return !proven && givenGwei === 0n;
}

/** What a validator gets of what is available, or 0 when that is too little or it is full. */
function amountFor(
  place: Place,
  availableGwei: bigint,
  { targetGwei, minTopUpGwei }: Pick<KeeperPolicy, "targetGwei" | "minTopUpGwei">,
): bigint {
  const leastGwei = isStarted(place) ? minTopUpGwei : ACTIVATION_GWEI - hasGwei(place);
  const amountGwei = min(availableGwei, targetGwei - hasGwei(place));
  return amountGwei >= leastGwei ? amountGwei : 0n;
}

/** True from the first top-up on. */
function isStarted(place: Place): boolean {
  return hasGwei(place) >= ACTIVATION_GWEI;
}

function hasGwei({ depositedGwei, givenGwei }: Place): bigint {
  return depositedGwei + givenGwei;
}
