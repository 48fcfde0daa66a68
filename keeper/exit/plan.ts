import { min, notNegative } from "../capacity.ts";
import { sweepSlots, withdrawableEpoch, type ExitQueue, type ExitRules } from "./exit-queue.ts";

/** Ether that withdrawals wait for, oldest first. */
export type WaitingDemand = {
  gwei: bigint;
  /** When it should be paid at the latest, in Unix seconds. */
  dueAt: number;
};

/** Everything that the plan is made from. Times in Unix seconds. */
export type PlanInput = {
  now: number;
  epoch: number;
  secondsPerEpoch: number;
  secondsPerSlot: number;
  demands: readonly WaitingDemand[];
  /** What of it neither buffer, vaults nor earlier requests cover: the contract lets nobody ask for more. */
  uncoveredGwei: bigint;
  /** What partial withdrawals can give. */
  spareGwei: bigint;
  /** What the sweep brings by itself: balances above the most that is effective. */
  skimGwei: bigint;
  queue: ExitQueue;
  rules: ExitRules;
  /** Validators of the network, for the length of a sweep. */
  validatorCount: number;
  /** The longest time until a report brings what has arrived to the queue. */
  reportSeconds: number;
  /** Time kept in hand: the queue of the chain may grow, and slots may be missed. */
  marginSeconds: number;
};

/** What is to be asked for now, and when the rest will have to be. */
export type ExitPlan = {
  orderGwei: bigint;
  /** Demand that is left to new stake for now, and until when. */
  waitingGwei: bigint;
  waitsUntil: number | undefined;
  /** When ether that is asked for now is expected at the queue. */
  arrivesAt: number;
  /** Demand that will be paid after its time, whatever is done. */
  lateGwei: bigint;
};

/**
 * Asks for as little as needed, as late as possible and as early as needed: what a request lacks is ordered when waiting
 * any longer would make it late. Until then new stake may pay for it, and nobody has to leave. docs/keeper/exit-planning.md
 * has the rules.
 */
export function planExits(input: PlanInput): ExitPlan {
  const { now, demands, marginSeconds } = input;
  const uncoveredGwei = notNegative(input.uncoveredGwei);
  const totalGwei = sumOf(demands);
  // Requests are paid in their order: what covers a part of the demand covers the oldest.
  let coveredGwei = notNegative(totalGwei - uncoveredGwei);
  const arrivesAt = now + leadSeconds(input);
  const skimAt = now + sweepSlots(input.validatorCount) * input.secondsPerSlot + input.reportSeconds;

  let skimLeftGwei = input.skimGwei;
  const plan: ExitPlan = { orderGwei: 0n, waitingGwei: 0n, waitsUntil: undefined, arrivesAt, lateGwei: 0n };
  for (const { gwei, dueAt } of demands) {
    const paidGwei = min(gwei, coveredGwei);
    coveredGwei -= paidGwei;
    let lackGwei = gwei - paidGwei;
    if (skimAt <= dueAt) {
      const skimmedGwei = min(lackGwei, skimLeftGwei);
      skimLeftGwei -= skimmedGwei;
      lackGwei -= skimmedGwei;
    }
    if (lackGwei === 0n) continue;
    const orderBy = dueAt - (arrivesAt - now) - marginSeconds;
    if (orderBy <= now) {
      // Paid in order: what is asked for a request is asked for all before it too.
      plan.orderGwei += lackGwei + plan.waitingGwei;
      plan.waitingGwei = 0n;
      plan.waitsUntil = undefined;
      if (dueAt < arrivesAt) plan.lateGwei += lackGwei;
    } else {
      plan.waitingGwei += lackGwei;
      plan.waitsUntil = Math.min(plan.waitsUntil ?? Infinity, orderBy);
    }
  }
  // Demand that no list names is asked for at once.
  const unnamedGwei = notNegative(uncoveredGwei - totalGwei);
  return { ...plan, orderGwei: min(plan.orderGwei + unnamedGwei, uncoveredGwei) };
}

/** From now until ether that is asked for is at the queue: exit queue, delay, sweep where validators leave, report. */
function leadSeconds(input: Omit<PlanInput, "demands">): number {
  const { epoch, queue, rules, uncoveredGwei, spareGwei, secondsPerEpoch, secondsPerSlot } = input;
  const epochs = withdrawableEpoch(queue, rules, epoch, uncoveredGwei) - epoch;
  const sweep = uncoveredGwei > spareGwei ? sweepSlots(input.validatorCount) * secondsPerSlot : 0;
  return epochs * secondsPerEpoch + sweep + input.reportSeconds;
}

function sumOf(demands: readonly WaitingDemand[]): bigint {
  return demands.reduce((sum, { gwei }) => sum + gwei, 0n);
}
