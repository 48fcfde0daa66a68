import { runSlot, type SlotRecord } from "./clockwork.ts";
import type { Call } from "../network/ledger/gas.ts";
import { closeDay, type CallBook, type DayRecord } from "./ledger/day.ts";
import { createQueueBook, type QueueBook } from "./ledger/queue-times.ts";
import { SLOTS_PER_DAY, SLOTS_PER_EPOCH } from "./plan/days.ts";
import type { World } from "./world.ts";

/** Runs a world day by day. */
export type Days = {
  /** Runs one day and checks everything at its end. `beforeSlot` is told the slot since the first day began. */
  next(beforeSlot?: (slot: number) => Promise<void>): Promise<DayRecord>;
  /** The slot after which the first day began. */
  readonly firstSlot: number;
  readonly queue: QueueBook;
  readonly calls: readonly Call[];
};

/** Waits for the beginning of a frame, at which the first day begins. */
export async function beginDays(world: World): Promise<Days> {
  const { stage } = world;
  while ((stage.net.slot() + 1) % SLOTS_PER_DAY !== 0) await runSlot(world);
  const firstSlot = stage.net.slot();
  const queue = createQueueBook(world);
  const book: CallBook = { nextBlock: BigInt(stage.deployment.deployedAtBlock), calls: [] };
  let day = 0;
  return {
    firstSlot,
    queue,
    calls: book.calls,
    next: async (beforeSlot) => {
      const records: SlotRecord[] = [];
      for (let i = 0; i < SLOTS_PER_DAY; i++) {
        await beforeSlot?.(stage.net.slot() - firstSlot);
        records.push(await runSlot(world));
      }
      day += 1;
      const record = await closeDay(world, { calls: book, queue }, { day, ...summaryOf(records, stage.net.slot()) });
      tell(world, record);
      return record;
    },
  };
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
