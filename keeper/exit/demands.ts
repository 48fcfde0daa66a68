import type { Protocol } from "../../chain/protocol/contracts.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import { firstPendingRequest, readRequest } from "../../chain/protocol/requests.ts";
import { weiToGweiDown } from "../../chain/units.ts";
import type { WaitingDemand } from "./plan.ts";

/** Requests that are read one by one; those behind them count as due with the last of them, which is early enough. */
const MAX_REQUESTS = 100;
/** Withdrawals should be paid within seven times the least delay: seven days where that is one. */
const GOAL_DELAYS = 7;

/** What unfinalised requests wait for, oldest first. */
export async function readDemands({ queue }: Pick<Protocol, "queue">, blockNumber: bigint): Promise<WaitingDemand[]> {
  const at = { blockNumber };
  const [last, totalWei, { minDelaySeconds }] = await Promise.all([
    queue.read.lastRequestId(at),
    queue.read.unfinalizedEtherWei(at),
    queue.read.parameters(at),
  ]);
  const totalGwei = weiToGweiDown(totalWei);
  if (totalGwei === 0n) return [];
  const first = await firstPendingRequest({ queue }, blockNumber);
  const count = Math.min(Number(last - first) + 1, MAX_REQUESTS);
  const ids = Array.from({ length: count }, (_, i) => first + BigInt(i));
  const waiting = await inParallel(ids, async (id): Promise<WaitingDemand[]> => {
    const request = await readRequest({ queue }, id, blockNumber);
    if (request === undefined) return [];
    const { amountWei, shares, pendingShares, eligibleAt } = request;
    const gwei = shares === 0n ? 0n : weiToGweiDown((amountWei * pendingShares) / shares);
    return [{ gwei, dueAt: Number(eligibleAt) + (GOAL_DELAYS - 1) * minDelaySeconds }];
  });
  const demands = waiting.flat();
  const namedGwei = demands.reduce((sum, { gwei }) => sum + gwei, 0n);
  const lastOne = demands.at(-1);
  const restGwei = totalGwei - namedGwei;
  if (lastOne !== undefined && restGwei > 0n) demands.push({ gwei: restGwei, dueAt: lastOne.dueAt });
  return demands;
}
