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
 */
export function coverDemand(
  candidates: readonly ExitCandidate[],
  demandGwei: bigint,
  minPartialGwei: bigint,
  maxRequests: number,
): Cover {
  let leftGwei = notNegative(demandGwei);
  let rest = [...candidates];
  const exits: ExitCandidate[] = [];
  const partGwei = (list: readonly ExitCandidate[]) =>
    list.reduce((sum, candidate) => sum + spareGwei(candidate, minPartialGwei), 0n);

  while (leftGwei > partGwei(rest) && exits.length < maxRequests) {
    const gapWithout = (candidate: ExitCandidate) =>
      leftGwei - partGwei(rest) + spareGwei(candidate, minPartialGwei) - candidate.balanceGwei;
    const able = rest.filter(({ pendingPartialGwei }) => pendingPartialGwei === 0n).sort(bySize);
    const next = able.find((candidate) => gapWithout(candidate) <= 0n) ?? able.at(-1);
    if (next === undefined) break;
    exits.push(next);
    rest = rest.filter((candidate) => candidate !== next);
    leftGwei = notNegative(leftGwei - next.balanceGwei);
  }

  const partials: Cover["partials"] = [];
  const bySpare = [...rest].sort((a, b) => Number(spareGwei(b, minPartialGwei) - spareGwei(a, minPartialGwei)));
  for (const candidate of bySpare.slice(0, maxRequests - exits.length)) {
    const spare = spareGwei(candidate, minPartialGwei);
    if (leftGwei === 0n || spare === 0n) break;
    // The contract takes no less than the least partial: a small remainder is rounded up where the validator has it.
    const wanted = leftGwei < minPartialGwei ? minPartialGwei : leftGwei;
    const amountGwei = min(wanted, spare);
    partials.push({ candidate, amountGwei });
    leftGwei = notNegative(leftGwei - amountGwei);
  }
  return { exits, partials, shortGwei: leftGwei };
}

/** What a validator can give and stay: above 32 ETH, less what it gives already, or 0 below the least partial. */
function spareGwei(candidate: ExitCandidate, minPartialGwei: bigint): bigint {
  if (candidate.status !== "active" || candidate.effectiveBalanceGwei < ACTIVATION_GWEI) return 0n;
  const spare = notNegative(candidate.balanceGwei - ACTIVATION_GWEI - candidate.pendingPartialGwei);
  return spare < minPartialGwei ? 0n : spare;
}

function bySize(a: ExitCandidate, b: ExitCandidate): number {
  // Those that were asked before are asked again first; then the smallest.
  const retry = Number(b.status === "exiting") - Number(a.status === "exiting");
  return retry || (a.balanceGwei < b.balanceGwei ? -1 : a.balanceGwei > b.balanceGwei ? 1 : a.index - b.index);
}
