import { FAULT_KINDS, FAULTS, type FaultKind } from "./fault-kinds.ts";
import { SLOTS_PER_DAY } from "./days.ts";
import { createRandom, type Random } from "./random.ts";

/** What people do of their own will. */
export const ACT_KINDS = [
  "stake",
  "withdraw",
  "transfer",
  "claim",
  "add-keys",
  "register",
  "ask-bond",
  "take-bond",
  "claim-fee",
] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** `who` and `size` are parts of a whole, from 0 on and below 1: whoever acts turns them into people and amounts. */
export type PlannedAct = { kind: ActKind; slot: number; who: number; size: number };
export type PlannedFault = { kind: FaultKind; slot: number; endSlot: number; who: number; size: number };

/** All that will happen, in slots since the first day begins. */
export type Plan = { days: number; acts: PlannedAct[]; faults: PlannedFault[] };

export type PlanOptions = { seed: number; days: number; kinds?: readonly FaultKind[] };

/** How often an act happens on one day, on average. */
const ACTS_A_DAY: Record<ActKind, number> = {
  stake: 2.2,
  withdraw: 1.2,
  transfer: 1,
  claim: 4,
  "add-keys": 0.25,
  register: 0.06,
  "ask-bond": 0.08,
  "take-bond": 0.15,
  "claim-fee": 0.3,
};

/** A fault of each kind comes once in this many days. */
const DAYS_PER_FAULT = 8;
/** No fault begins on the last days, so that each one ends within the run. */
const QUIET_DAYS = 2;

/**
 * Makes the plan of a run. The same options give the same plan.
 *
 * @example
 * const { acts, faults } = makePlan({ seed: 1, days: 90 });
 */
export function makePlan({ seed, days, kinds = FAULT_KINDS }: PlanOptions): Plan {
  const random = createRandom(seed);
  return { days, acts: planActs(random, days), faults: planFaults(random, days, kinds) };
}

function planActs(random: Random, days: number): PlannedAct[] {
  const acts: PlannedAct[] = [];
  for (let day = 0; day < days; day++)
    for (const kind of ACT_KINDS) {
      const average = ACTS_A_DAY[kind];
      const count = Math.floor(average) + (random.next() < average % 1 ? 1 : 0);
      for (let i = 0; i < count; i++) {
        const slot = day * SLOTS_PER_DAY + random.whole(0, SLOTS_PER_DAY - 1);
        acts.push({ kind, slot, who: random.next(), size: random.next() });
      }
    }
  return acts.sort(bySlot);
}

function planFaults(random: Random, days: number, kinds: readonly FaultKind[]): PlannedFault[] {
  const each = Math.max(1, Math.floor(days / DAYS_PER_FAULT));
  const grave = kinds.filter((kind) => FAULTS[kind].stopsReports);
  const turns = random.shuffled(grave.flatMap((kind) => Array.from({ length: each }, () => kind)));
  const lastDay = Math.max(1, days - QUIET_DAYS);
  // One after the other, each in a stretch of its own, so that reports come again in between.
  const faults = turns.map((kind, turn) => {
    const from = Math.floor((turn * lastDay) / turns.length);
    const to = Math.max(from, Math.floor(((turn + 1) * lastDay) / turns.length) - 3);
    return planFault(random, kind, random.whole(from, to));
  });
  for (const kind of kinds.filter((other) => !FAULTS[other].stopsReports))
    for (let turn = 0; turn < each; turn++) {
      const from = Math.floor((turn * lastDay) / each);
      const to = Math.max(from, Math.floor(((turn + 1) * lastDay) / each) - 1);
      faults.push(planFault(random, kind, random.whole(from, to)));
    }
  return faults.sort(bySlot);
}

function planFault(random: Random, kind: FaultKind, day: number): PlannedFault {
  const { minSlots, maxSlots } = FAULTS[kind];
  const slot = day * SLOTS_PER_DAY + random.whole(0, SLOTS_PER_DAY - 1);
  return { kind, slot, endSlot: slot + random.whole(minSlots, maxSlots), who: random.next(), size: random.next() };
}

function bySlot(a: { slot: number }, b: { slot: number }): number {
  return a.slot - b.slot;
}
