import { min, notNegative } from "../capacity.ts";
import { ACTIVATION_GWEI } from "../policy.ts";
import type { ExitCandidate } from "./read.ts";

/** A validator that requests can be made for. */
export type Askable = ExitCandidate & {
  mayExit: boolean;
  /** What it can give and stay: above 32 ETH, less what it gives already. */
  spareGwei: bigint;
};

export type Cover = {
  exits: Askable[];
  partials: { candidate: Askable; amountGwei: bigint }[];
  /** What nobody can give. */
  shortGwei: bigint;
};

/**
 * Chooses whom to ask. Partial withdrawals come first: nobody has to leave for them, and they are paid sooner. Whole
 * validators leave only as long as all the parts together are too little: then the smallest one that closes the gap, or
 * the largest when none does. Nobody is asked for both, since a waiting partial makes the chain ignore an exit.
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
    const able = rest.filter((item) => mayExit(item, leftGwei)).sort(bySize);
    const closesGap = (item: Askable) => item.effectiveBalanceGwei + spareOfAll(rest) - spareOf(item) >= leftGwei;
    const next = able.find(closesGap) ?? able.at(-1);
    if (next === undefined) break;
    exits.push(next);
    rest = rest.filter((item) => item !== next);
    leftGwei = notNegative(leftGwei - next.effectiveBalanceGwei);
  }

  const givers: Askable[] = [];
  for (const item of [...rest].sort((a, b) => Number(spareOf(b) - spareOf(a)))) {
    if (spareOf(item) === 0n || givers.length >= maxRequests - exits.length || leftGwei <= spareOfAll(givers)) break;
    givers.push(item);
  }
  const partials: Cover["partials"] = [];
  // In the order of a proof: the contract compares each amount with what the ones before it leave of the demand.
  for (const candidate of givers.sort((a, b) => a.index - b.index)) {
    // The least that can be asked for is right also where a little less is wanted.
    const amountGwei = min(leftGwei < minPartialGwei ? minPartialGwei : leftGwei, spareOf(candidate));
    partials.push({ candidate, amountGwei });
    leftGwei = notNegative(leftGwei - amountGwei);
  }
  return { exits, partials, shortGwei: leftGwei };
}

function mayExit({ mayExit, effectiveBalanceGwei }: Askable, leftGwei: bigint): boolean {
  return mayExit && effectiveBalanceGwei < leftGwei + ACTIVATION_GWEI;
}

function bySize(a: Askable, b: Askable): number {
  // Those that were asked before are asked again first; then the smallest.
  const retry = Number(b.status === "exiting") - Number(a.status === "exiting");
  return retry || Number(a.effectiveBalanceGwei - b.effectiveBalanceGwei) || a.index - b.index;
}
