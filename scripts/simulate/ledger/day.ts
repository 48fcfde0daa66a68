import { readBooks } from "../../network/ledger/balance-sheet.ts";
import { readCalls, type Call } from "../../network/ledger/gas.ts";
import { checkInvariants, type InvariantCheck } from "../../network/ledger/invariants.ts";
import { weiToGweiDown } from "../../../chain/units.ts";
import type { World } from "../world.ts";
import type { QueueBook } from "./queue-times.ts";

/** What a day ended with. */
export type DayRecord = {
  day: number;
  slot: number;
  refSlot: number;
  settledFrames: number;
  rateRay: bigint;
  pooledGwei: bigint;
  bufferedGwei: bigint;
  queuedGwei: bigint;
  validators: number;
  baseFeeWei: bigint;
  /** Parts of a whole over the day's slots. */
  blocks: number;
  programsUp: number;
  nodesUp: number;
  /** Epochs since the last final one, at the end of the day. */
  epochsSinceFinal: number;
  invariants: InvariantCheck[];
};

export type CallBook = { nextBlock: bigint; calls: Call[] };

/** Reads the new blocks, checks every invariant, and books the day. */
export async function closeDay(
  world: World,
  books: { calls: CallBook; queue: QueueBook },
  seen: Pick<DayRecord, "day" | "blocks" | "programsUp" | "nodesUp" | "epochsSinceFinal">,
): Promise<DayRecord> {
  const { stage, memory, fees } = world;
  const { protocol, net } = stage;
  const read = await readBooks(stage, memory);
  const { blockNumber } = read;
  const invariants = await checkInvariants(stage, read, memory);
  books.calls.calls.push(...(await readCalls(stage, books.calls.nextBlock, blockNumber)));
  books.calls.nextBlock = blockNumber + 1n;
  await books.queue.look(blockNumber);
  const [bufferedWei, queuedWei] = await Promise.all([
    protocol.pool.read.bufferedWei({ blockNumber }),
    protocol.queue.read.unfinalizedEtherWei({ blockNumber }),
  ]);
  return {
    ...seen,
    slot: net.slot(),
    refSlot: read.refSlot,
    settledFrames: read.events.settlements.length,
    rateRay: read.rate.contractRay,
    pooledGwei: weiToGweiDown(read.rate.pooledWei),
    bufferedGwei: weiToGweiDown(bufferedWei),
    queuedGwei: weiToGweiDown(queuedWei),
    validators: read.beacon.validators.filter(({ status }) => status.startsWith("active")).length,
    baseFeeWei: fees.baseFeeWei(),
    invariants,
  };
}
