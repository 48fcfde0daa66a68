import { min, notNegative } from "../capacity.ts";
import { ACTIVATION_GWEI } from "../policy.ts";
import type { ExitCandidate } from "./read.ts";

/** A validator that requests can be made for. */
export type Askable = ExitCandidate & {
  mayExit: boolean;
  /** What it can give and stay: above 32 ETH, less what it gives already. */
  spareGwei: bigint;
  /** Its operator missed its duties or is not active: its validators go first. */
  inBreach: boolean;
  /** Ether on all validators of its operator: after breaches those with the most give first. */
  operatorFundedGwei: bigint;
};

export type Cover = {
  exits: Askable[];
  partials: { candidate: Askable; amountGwei: bigint }[];
  /** What nobody can give. */
  shortGwei: bigint;
};

/**
 * Chooses whom to ask. Partial withdrawals come first: nobody has to leave for them, and they are paid sooner. Whole
 * validators leave only as long as all the parts together are too little. Those that were asked before are asked again
 * first, then those of operators in breach, then those of the operator with the most ether; among the same, the smallest
 * one that closes the gap, or the largest when none does. Nobody is asked for both, since a waiting partial makes the
 * chain ignore an exit.
 *
 * The contract counts a validator by its effective balance, and refuses an exit that gives 32 ETH more than is needed:
 * part of that validator's balance is enough then.
 */
export function coverDemand(
  candidates: readonly Askable[],
  demandGwei: bigint,
  minPartialGwei: bigint,
  maxRequests: number,
): Cover {
  // Less than the least partial withdrawal cannot be asked for.
  const spareOf = ({ spareGwei }: Askable) => (spareGwei < minPartialGwei ? 0n : spareGwei);
  const spareOfAll = (list: readonly Askable[]) => list.reduce((sum, item) => sum + spareOf(item), 0n);
  let leftGwei = notNegative(demandGwei);
  let rest = [...candidates];

  const exits: Askable[] = [];
  while (leftGwei > spareOfAll(rest) && exits.length < maxRequests) {
    const able = firstInRank(rest.filter((item) => mayExit(item, leftGwei))).sort(bySize);
    const closesGap = (item: Askable) => item.effectiveBalanceGwei + spareOfAll(rest) - spareOf(item) >= leftGwei;
    const next = able.find(closesGap) ?? able.at(-1);
    if (next === undefined) break;
    exits.push(next);
    rest = rest.filter((item) => item !== next);
    leftGwei = notNegative(leftGwei - next.effectiveBalanceGwei);
  }

  const givers: Askable[] = [];
  for (const item of [...rest].sort((a, b) => byRank(a, b) || Number(spareOf(b) - spareOf(a)))) {
    if (givers.length >= maxRequests - exits.length || leftGwei <= spareOfAll(givers)) break;
    // One that leaves ranks first and has nothing to give.
    if (spareOf(item) > 0n) givers.push(item);
  }
  const partials = shareOut(givers, leftGwei, minPartialGwei, spareOf);
  const givenGwei = partials.reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
  return { exits, partials, shortGwei: notNegative(leftGwei - givenGwei) };
}

type Partial = Cover["partials"][number];

/** What each gives, in the order of a proof: the contract compares each with what the ones before it leave of the demand. */
function shareOut(
  givers: readonly Askable[],
  demandGwei: bigint,
  minPartialGwei: bigint,
  spareOf: (item: Askable) => bigint,
): Partial[] {
  const byIndex = (a: Partial, b: Partial) => a.candidate.index - b.candidate.index;
  const ranked = give(givers, demandGwei, minPartialGwei, spareOf);
  const overGwei = ranked.reduce((sum, { amountGwei }) => sum + amountGwei, 0n) - demandGwei;
  if (overGwei <= 0n || ranked.length === 1) return ranked.sort(byIndex);
  // The last one gives the least part, which is more than is left: another gives so much less.
  const donor = ranked.find(({ amountGwei }) => amountGwei - overGwei >= minPartialGwei);
  if (donor !== undefined) {
    donor.amountGwei -= overGwei;
    return ranked.sort(byIndex);
  }
  const inOrder = [...givers].sort((a, b) => a.index - b.index);
  return give(inOrder, demandGwei, minPartialGwei, spareOf);
}

/** Each gives what it can of what is left; the least that can be asked for also where a little less is wanted. */
function give(
  givers: readonly Askable[],
  demandGwei: bigint,
  minPartialGwei: bigint,
  spareOf: (item: Askable) => bigint,
): Partial[] {
  const partials: Partial[] = [];
  let leftGwei = demandGwei;
  for (const candidate of givers) {
    if (leftGwei === 0n) break;
    const amountGwei = min(leftGwei < minPartialGwei ? minPartialGwei : leftGwei, spareOf(candidate));
    partials.push({ candidate, amountGwei });
    leftGwei = notNegative(leftGwei - amountGwei);
  }
  return partials;
}

function mayExit({ mayExit, effectiveBalanceGwei }: Askable, leftGwei: bigint): boolean {
  return mayExit && effectiveBalanceGwei < leftGwei + ACTIVATION_GWEI;
}

function byRank(a: Askable, b: Askable): number {
  const retry = Number(b.status === "exiting") - Number(a.status === "exiting");
  return retry || Number(b.inBreach) - Number(a.inBreach) || Number(b.operatorFundedGwei - a.operatorFundedGwei);
}

/** Those before which nobody comes. */
function firstInRank(list: readonly Askable[]): Askable[] {
  const [first] = [...list].sort(byRank);
  return first === undefined ? [] : list.filter((item) => byRank(item, first) === 0);
}

function bySize(a: Askable, b: Askable): number {
  return Number(a.effectiveBalanceGwei - b.effectiveBalanceGwei) || a.index - b.index;
}
