import type { Address } from "viem";

import type { Call } from "../../network/ledger/gas.ts";
import { cast, keeper, operators, stakers, stranger } from "../people.ts";

export const ROLES = ["oracle", "keeper", "operators", "stakers", "others"] as const;
export type Role = (typeof ROLES)[number];

/** What a role used in the whole run. */
export type RoleCost = { transactions: number; reverted: number; gas: bigint; gasByOperation: Record<string, bigint> };

const roleOf = new Map<Address, Role>([
  ...cast.committee.map(({ address }) => [address, "oracle"] as const),
  [keeper.address, "keeper"],
  ...operators.map(({ address }) => [address, "operators"] as const),
  ...stakers.map(({ address }) => [address, "stakers"] as const),
  [stranger.address, "others"],
]);

/** Adds up gas by role. The deployment's own transactions are in none. */
export function costsOf(calls: readonly Call[]): Record<Role, RoleCost> {
  const costs = {
    oracle: noCost(),
    keeper: noCost(),
    operators: noCost(),
    stakers: noCost(),
    others: noCost(),
  } satisfies Record<Role, RoleCost>;
  for (const { from, gasUsed, success, operation } of calls) {
    const role = roleOf.get(from);
    if (role === undefined) continue;
    const cost = costs[role];
    cost.transactions += 1;
    if (!success) cost.reverted += 1;
    cost.gas += gasUsed;
    cost.gasByOperation[operation] = (cost.gasByOperation[operation] ?? 0n) + gasUsed;
  }
  return costs;
}

/** Takes what is there, whatever it is, and reverts when that is nothing: another one with the same data is another deed. */
const REPEATABLE: ReadonlySet<string> = new Set(["RewardDistribution.finalizeStale"]);

/**
 * Transactions of programs that were sent twice: the same call with the same data by the same sender, mined again after it
 * had succeeded. After a revert it is another attempt.
 */
export function sentTwice(calls: readonly Call[]): Call[] {
  const done = new Set<string>();
  return calls.filter(({ from, operation, input, success }) => {
    const role = roleOf.get(from);
    if (role !== "oracle" && role !== "keeper") return false;
    const key = `${from} ${operation} ${input}`;
    if (done.has(key)) return !(success && REPEATABLE.has(operation));
    if (success) done.add(key);
    return false;
  });
}

/** Transactions of programs that were mined and reverted: gas for nothing. */
export function sentInVain(calls: readonly Call[]): Call[] {
  return calls.filter(({ from, success }) => {
    const role = roleOf.get(from);
    return !success && (role === "oracle" || role === "keeper");
  });
}

function noCost(): RoleCost {
  return { transactions: 0, reverted: 0, gas: 0n, gasByOperation: {} };
}
