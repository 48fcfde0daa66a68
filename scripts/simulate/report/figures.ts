import type { Hex } from "viem";

import type { InvariantCheck } from "../../network/ledger/invariants.ts";
import type { SimulationResult } from "../run.ts";
import { costsOf, sentInVain, sentTwice, type Role, type RoleCost } from "./costs.ts";

/** The figures of a run that its report is made of. */
export type Figures = {
  ok: boolean;
  stopped: boolean;
  seed: number;
  /** Only of a scenario. */
  scenario?: NonNullable<SimulationResult["scenario"]>;
  daysPlanned: number;
  /** Days for which the exit queue of the network was booked out at the beginning. */
  exitQueueDays: number;
  days: number;
  faults: Record<string, { planned: number; made: number; passedOver: number }>;
  acts: Record<string, { done: number; refused: Record<string, number> }>;
  rateFirst: number;
  rateLast: number;
  framesSettled: number;
  requests: {
    made: number;
    finished: number;
    daysLeast: number;
    daysMedian: number;
    daysMost: number;
    /** Of those that finished. */
    withinSevenDays: number;
    /** Finished less expected, in days, of those for which a day was told. */
    predicted: number;
    meanErrorDays: number;
    meanAbsoluteErrorDays: number;
    worstErrorDays: number;
  };
  uptime: { blocks: number; programs: number; nodes: number };
  costs: Record<Role, RoleCost & { gasPerDay: number; etherPerDay: Record<"1" | "5" | "30", number> }>;
  /** Transactions of programs that reverted, by what was called. */
  reverted: Record<string, number>;
  sentTwice: { operation: string; hash: Hex; blockNumber: number }[];
  /** Reports that were held for review, and confirmed. */
  reviewed: number;
  /** Programs that had ended by themselves, and how often each was started again. */
  restarts: Record<string, number>;
  invariants: { id: string; what: string; checks: number; broken: { day: number; detail: string }[] }[];
  usage: SimulationResult["usage"];
  notes: string[];
};

const GWEI = [1, 5, 30] as const;
const SERVICE_DAYS = 7;

/** Adds up a run. */
export function figuresOf(result: SimulationResult): Figures {
  const { seed, plan, days, stopped, usage, notes, calls } = result;
  const invariants = invariantFigures(days.map(({ day, invariants: checks }) => ({ day, checks })));
  const costs = costsOf(calls);
  const twice = sentTwice(calls);
  const rate = (ray: bigint | undefined) => Number(ray ?? 0n) / 1e27;
  const mean = (of: (day: (typeof days)[number]) => number) =>
    days.length === 0 ? 0 : days.reduce((sum, day) => sum + of(day), 0) / days.length;
  return {
    ok:
      days.length > 0 &&
      !result.failed &&
      twice.length === 0 &&
      invariants.every(({ broken }) => broken.length === 0) &&
      (result.scenario?.checks ?? []).every(({ held }) => held),
    stopped,
    seed,
    ...(result.scenario === undefined ? {} : { scenario: result.scenario }),
    daysPlanned: plan.days,
    exitQueueDays: result.exitQueueDays,
    days: days.length,
    faults: faultFigures(result),
    acts: Object.fromEntries(
      [...result.outcomes].map(([kind, { done, refused }]) => [kind, { done, refused: Object.fromEntries(refused) }]),
    ),
    rateFirst: rate(days[0]?.rateRay),
    rateLast: rate(days.at(-1)?.rateRay),
    framesSettled: days.at(-1)?.settledFrames ?? 0,
    requests: requestFigures(result),
    uptime: {
      blocks: mean(({ blocks }) => blocks),
      programs: mean(({ programsUp }) => programsUp),
      nodes: mean(({ nodesUp }) => nodesUp),
    },
    costs: costFigures(costs, days.length),
    reverted: countBy(sentInVain(calls).map(({ operation }) => operation)),
    sentTwice: twice.map(({ operation, hash, blockNumber }) => ({
      operation,
      hash,
      blockNumber: Number(blockNumber),
    })),
    reviewed: result.reviewed.length,
    restarts: Object.fromEntries(result.restarts),
    invariants,
    usage,
    notes,
  };
}

function faultFigures({ plan, faults }: SimulationResult): Figures["faults"] {
  const kinds = [...new Set(plan.faults.map(({ kind }) => kind))].sort();
  return Object.fromEntries(
    kinds.map((kind) => {
      const planned = plan.faults.filter((fault) => fault.kind === kind).length;
      return [kind, { planned, ...(faults.get(kind) ?? { made: 0, passedOver: 0 }) }];
    }),
  );
}

function requestFigures({ queue }: SimulationResult): Figures["requests"] {
  const finished = queue.flatMap(({ requestedDay, expectedDay, claimableDay }) =>
    claimableDay === undefined ? [] : [{ requestedDay, expectedDay, claimableDay, took: claimableDay - requestedDay }],
  );
  const took = finished.map((one) => one.took).sort((a, b) => a - b);
  const errors = finished.flatMap(({ expectedDay, claimableDay }) =>
    expectedDay === undefined ? [] : [claimableDay - expectedDay],
  );
  const meanOf = (list: readonly number[]) =>
    list.length === 0 ? 0 : list.reduce((sum, value) => sum + value, 0) / list.length;
  return {
    made: queue.length,
    finished: finished.length,
    daysLeast: took[0] ?? 0,
    daysMedian: took[Math.floor(took.length / 2)] ?? 0,
    daysMost: took.at(-1) ?? 0,
    withinSevenDays: took.filter((days) => days <= SERVICE_DAYS).length,
    predicted: errors.length,
    meanErrorDays: meanOf(errors),
    meanAbsoluteErrorDays: meanOf(errors.map(Math.abs)),
    worstErrorDays: Math.max(0, ...errors.map(Math.abs)),
  };
}

function costFigures(costs: Record<Role, RoleCost>, days: number): Figures["costs"] {
  const of = (cost: RoleCost) => {
    const gasPerDay = days === 0 ? 0 : Number(cost.gas) / days;
    const [one, five, thirty] = GWEI.map((gwei) => (gasPerDay * gwei) / 1e9);
    return { ...cost, gasPerDay, etherPerDay: { "1": one ?? 0, "5": five ?? 0, "30": thirty ?? 0 } };
  };
  const { oracle, keeper, operators, stakers, others } = costs;
  return {
    oracle: of(oracle),
    keeper: of(keeper),
    operators: of(operators),
    stakers: of(stakers),
    others: of(others),
  };
}

function invariantFigures(days: readonly { day: number; checks: readonly InvariantCheck[] }[]): Figures["invariants"] {
  const first = days[0]?.checks ?? [];
  return first.map(({ id, what }) => {
    const own = days.flatMap(({ day, checks }) =>
      checks.filter((check) => check.id === id).map((c) => ({ day, ...c })),
    );
    const broken = own.filter(({ held }) => !held).map(({ day, detail }) => ({ day, detail }));
    return { id, what, checks: own.length, broken };
  });
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
