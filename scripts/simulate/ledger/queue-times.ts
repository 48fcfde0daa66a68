import { inParallel } from "../../../chain/protocol/in-parallel.ts";
import { SECONDS_PER_DAY } from "../plan/days.ts";
import type { World } from "../world.ts";

/** The life of one request, in days of the simulation. */
export type QueueTime = {
  requestId: bigint;
  amountWei: bigint;
  requestedDay: number;
  /** When `queueStatus` expected it, the first day that it could say; undefined when it never could. */
  expectedDay: number | undefined;
  /** When all of it was set aside; undefined while it waits. */
  claimableDay: number | undefined;
};

export type QueueBook = {
  look(blockNumber: bigint): Promise<void>;
  readonly times: ReadonlyMap<bigint, QueueTime>;
};

/** Follows every request from the day it was made. Times are those of blocks; what is claimable is found once a day. */
export function createQueueBook({ stage, memory }: World): QueueBook {
  const { client, queue } = stage.protocol;
  const times = new Map<bigint, QueueTime>();
  const dayOf = (seconds: number | bigint) => (Number(seconds) - stage.net.genesisTime) / SECONDS_PER_DAY;
  const timeOf = async (blockNumber: bigint) => (await client.getBlock({ blockNumber })).timestamp;

  /** When all of the ether is on its way, the queue can say when it comes. */
  const expectedDay = async (requestId: bigint, blockNumber: bigint): Promise<number | undefined> => {
    const { expectedAt } = await queue.read.queueStatus([requestId], { blockNumber });
    return expectedAt === 0n ? undefined : dayOf(expectedAt);
  };

  return {
    times,
    look: async (blockNumber) => {
      const { requests, settlements } = memory.events;
      for (const [requestId, request] of requests) {
        if (times.has(requestId)) continue;
        times.set(requestId, {
          requestId,
          amountWei: request.amountWei,
          requestedDay: dayOf(await timeOf(request.blockNumber)),
          expectedDay: undefined,
          claimableDay: undefined,
        });
      }
      const last = settlements.at(-1);
      if (last === undefined) return;
      const settledDay = dayOf(await timeOf(last.blockNumber));
      const waiting = [...times.values()].filter(({ claimableDay }) => claimableDay === undefined);
      await inParallel(waiting, async (time) => {
        // Paid and burned: it was claimable before.
        const pending = await queue.read
          .getRequest([time.requestId], { blockNumber })
          .then(({ pendingShares }) => pendingShares)
          .catch(() => 0n);
        if (pending === 0n) time.claimableDay = settledDay;
        else time.expectedDay ??= await expectedDay(time.requestId, blockNumber);
      });
    },
  };
}
