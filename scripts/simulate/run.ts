import { act } from "./actors/act.ts";
import { runSlot, type SlotRecord } from "./clockwork.ts";
import { FAULT_ACTS } from "./faults/all.ts";
import { closeDay, type CallBook, type DayRecord } from "./ledger/day.ts";
import { createQueueBook, type QueueTime } from "./ledger/queue-times.ts";
import { SLOTS_PER_DAY, SLOTS_PER_EPOCH } from "./plan/days.ts";
import type { FaultKind } from "./plan/fault-kinds.ts";
import { makePlan, type Plan, type PlannedFault } from "./plan/plan.ts";
import { createMeter, type Usage } from "./report/usage.ts";
import type { Outcome } from "./sender.ts";
import { settleIn } from "./set-world.ts";
import { withWorld, type WorldRunOptions } from "./with-world.ts";
import type { World } from "./world.ts";

export type SimulationOptions = WorldRunOptions & { seed: number; days: number; kinds?: readonly FaultKind[] };

/** All that a run has shown; of a run that was stopped, what it had by then. */
export type SimulationResult = {
  seed: number;
  plan: Plan;
  /** Faults that were made, by kind, and those that could not be. */
  faults: Map<FaultKind, { made: number; passedOver: number }>;
  outcomes: ReadonlyMap<string, Outcome>;
  days: DayRecord[];
  queue: QueueTime[];
  calls: CallBook["calls"];
  notes: string[];
  usage: Usage;
  stopped: boolean;
};

/** Plays a plan on a network of its own. A signal ends it early, with what there is. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, days, kinds, signal } = options;
  const plan = makePlan({ seed, days, ...(kinds === undefined ? {} : { kinds }) });
  const meter = createMeter();
  try {
    return await withWorld(options, (world) => play(world, plan, { seed, signal, meter }));
  } finally {
    meter.stop();
  }
}

type PlayOptions = Pick<SimulationOptions, "seed" | "signal"> & { meter: ReturnType<typeof createMeter> };

async function play(world: World, plan: Plan, { seed, signal, meter }: PlayOptions): Promise<SimulationResult> {
  const { stage } = world;
  const result: SimulationResult = {
    ...{ seed, plan, days: [], queue: [], calls: [], notes: world.notes },
    faults: new Map(),
    outcomes: world.sender.outcomes,
    usage: meter.read(0),
    stopped: false,
  };
  const queue = createQueueBook(world);
  const calls: CallBook = { nextBlock: BigInt(stage.deployment.deployedAtBlock), calls: result.calls };
  try {
    stage.timeline.chapter("Before the first day");
    await settleIn(world);
    await runToDayBreak(world);
    stage.timeline.chapter(`${plan.days} days`);
    const firstSlot = stage.net.slot();
    const open: PlannedFault[] = [];
    for (let day = 0; day < plan.days; day++) {
      const records: SlotRecord[] = [];
      for (let i = 0; i < SLOTS_PER_DAY; i++) {
        const slot = stage.net.slot() - firstSlot;
        await endFaults(world, open, slot);
        await beginFaults(world, plan, slot, open, result);
        for (const planned of plan.acts.filter((one) => one.slot === slot)) await act(world, planned);
        records.push(await runSlot(world));
      }
      const record = await closeDay(world, { calls, queue }, { day: day + 1, ...summaryOf(records, stage.net.slot()) });
      result.days.push(record);
      tell(world, record);
      result.usage = meter.read(stage.net.slot());
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    result.stopped = true;
  }
  result.queue = [...queue.times.values()];
  result.usage = meter.read(stage.net.slot());
  return result;
}

/** The first day begins with a frame. */
async function runToDayBreak(world: World): Promise<void> {
  while ((world.stage.net.slot() + 1) % SLOTS_PER_DAY !== 0) await runSlot(world);
}

async function beginFaults(
  world: World,
  plan: Plan,
  slot: number,
  open: PlannedFault[],
  { faults }: SimulationResult,
): Promise<void> {
  for (const fault of plan.faults.filter((one) => one.slot === slot)) {
    const made = await FAULT_ACTS[fault.kind].begin(world, fault);
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
    await FAULT_ACTS[fault.kind].end?.(world, fault);
    open.splice(open.indexOf(fault), 1);
  }
}

function summaryOf(records: readonly SlotRecord[], slot: number) {
  const part = (holds: (record: SlotRecord) => number) =>
    records.reduce((total, record) => total + holds(record), 0) / records.length;
  return {
    blocks: part(({ withBlock }) => Number(withBlock)),
    programsUp: part(({ programs }) => programs),
    nodesUp: part(({ nodesUp }) => Number(nodesUp)),
    epochsSinceFinal: Math.floor(slot / SLOTS_PER_EPOCH) - (records.at(-1)?.final ?? 0),
  };
}

function tell({ stage }: World, record: DayRecord): void {
  const { day, rateRay, pooledGwei, queuedGwei, validators, settledFrames, invariants } = record;
  const broken = invariants.filter(({ held }) => !held);
  const eth = (gwei: bigint) => (Number(gwei) / 1e9).toFixed(2);
  stage.timeline.say(
    `day ${day}: rate ${(Number(rateRay) / 1e27).toFixed(6)}, ${eth(pooledGwei)} ETH, ${eth(queuedGwei)} queued, ` +
      `${validators} validators, ${settledFrames} frames settled, ${invariants.length - broken.length} of ${invariants.length} invariants held`,
  );
  for (const { id, detail } of broken) stage.timeline.say(`BROKEN ${id}: ${detail}`);
}
