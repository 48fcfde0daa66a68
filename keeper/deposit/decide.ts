import { formatGwei } from "../../chain/units.ts";
import { pauseReason } from "../deposit-pause.ts";
import type { Decision, Reason } from "../job.ts";
import type { KeeperPolicy } from "../policy.ts";
import { judgeOperator, type AbleOperator } from "./able-operators.ts";
import { newValidatorDemand } from "./demand.ts";
import type { DepositSnapshot, WaitingBatch } from "./read.ts";
import { usableKeys } from "./usable-keys.ts";

/** One `predeposit` transaction. */
export type DepositIntent = {
  operatorId: number;
  batchId: number;
  batch: WaitingBatch;
  /** Keys to reveal; those of them with a deposit are fewer when some are passed over. */
  reveal: number;
  deposits: number;
};

/**
 * Begins as many validators as the pool wants, one after the other with the operator that has the fewest to fill, within
 * stock limits, bonds and the keys that are there.
 */
export function decideDeposit(
  snapshot: DepositSnapshot,
  policy: Pick<KeeperPolicy, "targetGwei" | "stock">,
): Decision<DepositIntent> {
  if (snapshot.pausedUntil > 0) return { intents: [], reasons: [pauseReason(snapshot.pausedUntil)] };
  if (snapshot.batches.length === 0) return { intents: [], reasons: [NO_KEYS] };
  const usable = snapshot.batches.map((batch) => usableKeys(batch, snapshot.now));
  const reasons: Reason[] = usable.flatMap((batch) => batch.reasons);
  const judged = snapshot.operators.map((operator) => judgeOperator(snapshot, operator, usable, policy.targetGwei));
  reasons.push(...judged.flatMap(({ reason }) => reason ?? []));
  const able = judged.filter(({ slots }) => slots > 0);
  const demand = newValidatorDemand(snapshot, new Set(able.map(({ operatorId }) => operatorId)), policy);
  const free = Math.max(0, snapshot.limits.maxStock - snapshot.unprovenCount);
  if (demand.count === 0) reasons.push(noDemand(snapshot));
  else if (free === 0) reasons.push({ code: "STOCK_FULL", message: "Too many predeposits wait for their proofs" });
  return { intents: distribute(able, Math.min(demand.count, free)), reasons };
}

const NO_KEYS: Reason = {
  code: "NO_KEYS",
  message: "No key batch file in the folder opens a batch that the registry holds",
};

function noDemand({ depositableGwei }: DepositSnapshot): Reason {
  const message = `The validators there are take the ${formatGwei(depositableGwei)} ETH that can be deposited`;
  return { code: "NO_DEMAND", message, details: { depositableGwei } };
}

function distribute(able: readonly AbleOperator[], count: number): DepositIntent[] {
  const given = new Map<AbleOperator, number>();
  for (let i = 0; i < count; i++) {
    const next = able
      .filter((operator) => (given.get(operator) ?? 0) < operator.slots)
      .sort((a, b) => order(a, given) - order(b, given) || compare(a.fundedGwei, b.fundedGwei))[0];
    if (next === undefined) break;
    given.set(next, (given.get(next) ?? 0) + 1);
  }
  return [...given].flatMap(([operator, wanted]) => intentsFor(operator, wanted));
}

function order(operator: AbleOperator, given: ReadonlyMap<AbleOperator, number>): number {
  return operator.open + (given.get(operator) ?? 0);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function intentsFor({ operatorId, usable }: AbleOperator, wanted: number): DepositIntent[] {
  const intents: DepositIntent[] = [];
  let left = wanted;
  for (const { batch, deposits } of usable) {
    const taken = deposits.slice(0, left);
    const last = taken.at(-1);
    if (last === undefined) break;
    intents.push({ operatorId, batchId: batch.batchId, batch, reveal: last + 1, deposits: taken.length });
    left -= taken.length;
  }
  return intents;
}
