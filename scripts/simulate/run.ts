import { act } from "./actors/act.ts";
import { reviewReports } from "./actors/administrator.ts";
import type { Call } from "../network/ledger/gas.ts";
import { beginDays, type Days } from "./days.ts";
import { FAULT_ACTS } from "./faults/all.ts";
import type { DayRecord } from "./ledger/day.ts";
import type { QueueTime } from "./ledger/queue-times.ts";
import type { FaultKind } from "./plan/fault-kinds.ts";
import { exitQueueOf } from "./plan/days.ts";
import { makePlan, type Plan, type PlannedFault } from "./plan/plan.ts";
import { createMeter, type Usage } from "./report/usage.ts";
import type { Outcome } from "./sender.ts";
import { readFacts } from "./scenarios/facts.ts";
import { judge, type ExpectationCheck, type Scenario } from "./scenarios/scenario.ts";
import { settleIn } from "./set-world.ts";
import { withWorld, type WorldRunOptions } from "./with-world.ts";
import type { World } from "./world.ts";

export type SimulationOptions = WorldRunOptions & {
  seed: number;
  days: number;
  kinds?: readonly FaultKind[];
  /** Days for which the exit queue of the network is booked out when the first day begins; 0 unless told. */
  exitQueueDays?: number;
};

/** What is played: a plan, and what a scenario adds to it. */
type Script = { seed: number; plan: Plan; exitQueueDays: number; scenario?: Scenario };

/** All that a run has shown; of a run that was stopped, what it had by then. */
export type SimulationResult = {
  seed: number;
  plan: Plan;
  exitQueueDays: number;
  /** Faults that were made, by kind, and those that could not be. */
  faults: Map<FaultKind, { made: number; passedOver: number }>;
  outcomes: ReadonlyMap<string, Outcome>;
  days: DayRecord[];
  queue: QueueTime[];
  calls: readonly Call[];
  /** Reference slots of reports that were held and then confirmed. */
  reviewed: readonly bigint[];
  /** How often a program that had ended by itself was started again, by its name. */
  restarts: ReadonlyMap<string, number>;
  notes: string[];
  usage: Usage;
  /** What was played, and what came of all that it expects, if it was a scenario. */
  scenario?: { name: string; about: string; checks: readonly ExpectationCheck[] };
  stopped: boolean;
  /** Something was thrown; the last note says what. */
  failed: boolean;
};

/** Plays a plan on a network of its own. A signal ends it early, with what there is. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, days, kinds, exitQueueDays = 0 } = options;
  const plan = makePlan({ seed, days, ...(kinds === undefined ? {} : { kinds }) });
  const network = exitQueueDays === 0 ? {} : { network: { exitQueueUntilEpoch: exitQueueOf(exitQueueDays) } };
  return run({ ...options, ...network }, { seed, plan, exitQueueDays });
}

/** Plays a scenario on a network of its own, and judges it at its end. */
export async function playScenario(scenario: Scenario, options: WorldRunOptions): Promise<SimulationResult> {
  const { days, faults = [], setting: { network, overrides } = {} } = scenario;
  const script: Script = { seed: 0, plan: { days, acts: [], faults: [...faults] }, exitQueueDays: 0, scenario };
  return run(
    { ...options, ...(network === undefined ? {} : { network }), ...(overrides === undefined ? {} : { overrides }) },
    script,
  );
}

async function run(options: WorldRunOptions, script: Script): Promise<SimulationResult> {
  const meter = createMeter();
  try {
    return await withWorld(options, (world) => play(world, script, { signal: options.signal, meter }));
  } finally {
    meter.stop();
  }
}

type PlayOptions = { signal: AbortSignal; meter: ReturnType<typeof createMeter> };

async function play(
  world: World,
  { seed, plan, exitQueueDays, scenario }: Script,
  { signal, meter }: PlayOptions,
): Promise<SimulationResult> {
  const { stage } = world;
  const result: SimulationResult = {
    ...{ seed, plan, exitQueueDays, days: [], queue: [], calls: [], restarts: world.restarts },
    ...{ reviewed: world.reviewed, notes: world.notes },
    faults: new Map(),
    outcomes: world.sender.outcomes,
    usage: meter.read(0),
    stopped: false,
    failed: false,
  };
  let days: Days | undefined;
  const over = new AbortController();
  // A scenario reviews what it has held by itself.
  if (scenario === undefined) void reviewReports(world, AbortSignal.any([signal, over.signal]));
  try {
    stage.timeline.chapter("Before the first day");
    await settleIn(world, scenario?.setting?.operators);
    days = await beginDays(world);
    stage.timeline.chapter(`${plan.days} days`);
    const open: PlannedFault[] = [];
    while (result.days.length < plan.days) {
      const record = await days.next(async (slot) => {
        await endFaults(world, open, slot);
        await beginFaults(world, plan, slot, open, result);
        for (const planned of plan.acts.filter((one) => one.slot === slot))
          await attempt(world, planned.kind, () => act(world, planned));
        // A scenario whose steps cannot be taken is no scenario: whatever they throw ends it.
        for (const step of scenario?.steps.filter((one) => one.slot === slot) ?? []) await step.act(world);
      });
      result.days.push(record);
      result.usage = meter.read(stage.net.slot());
    }
    if (scenario !== undefined) result.scenario = await judgeRun(world, scenario, days, result);
  } catch (error) {
    if (!signal.aborted) {
      // What led there is worth as much as what came of it.
      if (result.days.length === 0) throw error;
      world.notes.push(
        `the run ended early: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      result.failed = true;
    }
    result.stopped = true;
  } finally {
    over.abort();
  }
  result.queue = [...(days?.queue.times.values() ?? [])];
  result.calls = days?.calls ?? [];
  result.usage = meter.read(stage.net.slot());
  return result;
}

async function judgeRun(
  world: World,
  scenario: Scenario,
  { firstSlot, queue, calls }: Days,
  { days }: SimulationResult,
): Promise<NonNullable<SimulationResult["scenario"]>> {
  const { name, about } = scenario;
  const facts = await readFacts(world, { days, calls, firstSlot, queue: [...queue.times.values()] });
  const checks = judge(scenario, facts);
  for (const { what, held, detail } of checks)
    world.stage.timeline.say(`${held ? "as expected" : "NOT AS EXPECTED"}: ${what} (${detail})`);
  return { name, about, checks };
}

async function beginFaults(
  world: World,
  plan: Plan,
  slot: number,
  open: PlannedFault[],
  { faults }: SimulationResult,
): Promise<void> {
  for (const fault of plan.faults.filter((one) => one.slot === slot)) {
    const made = await attempt(world, fault.kind, () => FAULT_ACTS[fault.kind].begin(world, fault));
    const count = faults.get(fault.kind) ?? { made: 0, passedOver: 0 };
    faults.set(fault.kind, count);
    if (made) count.made += 1;
    else count.passedOver += 1;
    if (made) open.push(fault);
    world.stage.timeline.say(
      `${made ? "fault" : "passed over"}: ${fault.kind}, until slot ${fault.endSlot} of the run`,
    );
  }
}

async function endFaults(world: World, open: PlannedFault[], slot: number): Promise<void> {
  for (const fault of open.filter(({ endSlot }) => endSlot <= slot)) {
    await attempt(world, fault.kind, async () => FAULT_ACTS[fault.kind].end?.(world, fault));
    open.splice(open.indexOf(fault), 1);
  }
}

/** What cannot be done now is noted, and the days go on: they are about the protocol, not about those who break it. */
async function attempt<T>(world: World, what: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    world.stage.signal.throwIfAborted();
    world.notes.push(
      `${what} at slot ${world.stage.net.slot()}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}
