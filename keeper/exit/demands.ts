import type { Protocol } from "../../chain/protocol/contracts.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
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
  const isPending = async (id: bigint) => (await queue.read.getRequest([id], at)).pendingShares > 0n;
  // Requests are finalised in their order: the first that is not is found by halving.
  let [first, beyond] = [1n, last];
  while (first < beyond) {
    const middle = (first + beyond) / 2n;
    if (await isPending(middle)) beyond = middle;
    else first = middle + 1n;
  }
  const count = Math.min(Number(last - first) + 1, MAX_REQUESTS);
  const ids = Array.from({ length: count }, (_, i) => first + BigInt(i));
  const demands = await inParallel(ids, async (id): Promise<WaitingDemand> => {
    const { amountWei, shares, pendingShares, eligibleAt } = await queue.read.getRequest([id], at);
    const gwei = shares === 0n ? 0n : weiToGweiDown((amountWei * pendingShares) / shares);
    return { gwei, dueAt: Number(eligibleAt) + (GOAL_DELAYS - 1) * minDelaySeconds };
  });
  const namedGwei = demands.reduce((sum, { gwei }) => sum + gwei, 0n);
  const lastOne = demands.at(-1);
  const restGwei = totalGwei - namedGwei;
  if (lastOne !== undefined && restGwei > 0n) demands.push({ gwei: restGwei, dueAt: lastOne.dueAt });
  return demands;
}
