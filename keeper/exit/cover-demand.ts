import { min, notNegative } from "../capacity.ts";
import { ACTIVATION_GWEI } from "../policy.ts";
import type { ExitCandidate } from "./read.ts";

export type Cover = {
  exits: ExitCandidate[];
  partials: { candidate: ExitCandidate; amountGwei: bigint }[];
  /** What nobody can give. */
  shortGwei: bigint;
};

/**
 * Chooses whom to ask. Partial withdrawals come first: nobody has to leave for them, and they are paid sooner. Whole
 * validators leave only as long as all the parts together are too little: then the smallest one that closes the gap, or
 * the largest when none does. Nobody is asked for both, since a waiting partial makes the chain ignore an exit.
 *
 * The contract counts a validator by what was deposited for it, and refuses an exit that gives 32 ETH more than is
 * needed: part of that validator's balance is enough then.
 */
export function coverDemand(
  candidates: readonly ExitCandidate[],
  demandGwei: bigint,
  minPartialGwei: bigint,
  maxRequests: number,
): Cover {
  const spareOf = (candidate: ExitCandidate) => spareGwei(candidate, minPartialGwei);
  const spareOfAll = (list: readonly ExitCandidate[]) => list.reduce((sum, item) => sum + spareOf(item), 0n);
  let leftGwei = notNegative(demandGwei);
  let rest = [...candidates];

  const exits: ExitCandidate[] = [];
  while (leftGwei > spareOfAll(rest) && exits.length < maxRequests) {
    const able = rest.filter((item) => mayExit(item, leftGwei)).sort(bySize);
    const closesGap = (item: ExitCandidate) => item.depositedGwei + spareOfAll(rest) - spareOf(item) >= leftGwei;
    const next = able.find(closesGap) ?? able.at(-1);
    if (next === undefined) break;
    exits.push(next);
    rest = rest.filter((item) => item !== next);
    leftGwei = notNegative(leftGwei - next.depositedGwei);
  }

  const partials: Cover["partials"] = [];
  const bySpare = [...rest].sort((a, b) => Number(spareOf(b) - spareOf(a)));
  for (const candidate of bySpare.slice(0, maxRequests - exits.length)) {
    const amountGwei = min(leftGwei, spareOf(candidate));
    if (amountGwei < minPartialGwei) break;
    partials.push({ candidate, amountGwei });
    leftGwei -= amountGwei;
  }
  return { exits, partials, shortGwei: leftGwei };
}

function mayExit({ pendingPartialGwei, depositedGwei }: ExitCandidate, leftGwei: bigint): boolean {
  return pendingPartialGwei === 0n && depositedGwei < leftGwei + ACTIVATION_GWEI;
}

/** What a validator can give and stay: above 32 ETH, less what it gives already, or 0 below the least partial. */
function spareGwei(candidate: ExitCandidate, minPartialGwei: bigint): bigint {
  if (candidate.status !== "active" || candidate.effectiveBalanceGwei < ACTIVATION_GWEI) return 0n;
  const aboveGwei = notNegative(candidate.balanceGwei - ACTIVATION_GWEI - candidate.pendingPartialGwei);
  const spare = min(aboveGwei, candidate.depositedGwei);
  return spare < minPartialGwei ? 0n : spare;
}

function bySize(a: ExitCandidate, b: ExitCandidate): number {
  // Those that were asked before are asked again first; then the smallest.
  const retry = Number(b.status === "exiting") - Number(a.status === "exiting");
  return retry || Number(a.depositedGwei - b.depositedGwei) || a.index - b.index;
}
