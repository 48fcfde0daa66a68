import { findRevert, toExecutionError } from "../../chain/execution/revert.ts";
import { protocolErrorAbi } from "../../chain/protocol/error-abi.ts";
import { readMoment, type KeeperContext } from "../context.ts";

const BPS = 10_000n;
/** A rate has 27 decimals. */
const RAY = 10n ** 27n;

/** What `finalizeStale` would do now. */
export type StaleOutcome = { shares: bigint; amountWei: bigint } | { refusal: string };

export type StaleSnapshot = {
  /** Unix seconds. */
  now: number;
  /** From then on anyone may finalise without a report. */
  staleAt: number;
  hint: bigint;
  /** The least that may be asked for: less than that is no more than the dust of a division. */
  minRequestWei: bigint;
  /** Undefined before that time. */
  outcome: StaleOutcome | undefined;
};

/** Gathers whether reports have stopped, and what could be finalised without one. */
export async function readStale({ protocol, transactor }: KeeperContext): Promise<StaleSnapshot> {
  const { distribution, pool, queue } = protocol;
  const { blockNumber, timestamp } = await readMoment({ protocol });
  const at = { blockNumber };
  const [parameters, { minRequestWei }, lastRefSlot, slotsPerFrame, secondsPerSlot, genesisTime] = await Promise.all([
    distribution.read.parameters(at),
    queue.read.parameters(at),
    distribution.read.lastRefSlot(at),
    distribution.read.slotsPerFrame(at),
    distribution.read.secondsPerSlot(at),
    distribution.read.genesisTime(at),
  ]);
  const staleSlot = lastRefSlot + 1n + BigInt(parameters.staleFrames) * slotsPerFrame;
  const staleAt = Number(genesisTime + staleSlot * secondsPerSlot);
  if (timestamp < staleAt) return { now: timestamp, staleAt, minRequestWei, hint: 0n, outcome: undefined };

  const [bufferedWei, pooledWei, totalShares, cutoff] = await Promise.all([
    pool.read.bufferedWei(at),
    pool.read.totalPooledEther(at),
    pool.read.totalShares(at),
    distribution.read.lastCutoffTimestamp(at),
  ]);
  const { staleDailyWei, staleHaircutBps } = parameters;
  const budgetWei = staleDailyWei < bufferedWei ? staleDailyWei : bufferedWei;
  const rateRay = ((pooledWei * RAY) / totalShares / BPS) * (BPS - BigInt(staleHaircutBps));
  const hint = await queue.read.finalizationHint([budgetWei, rateRay, cutoff], at);
  const outcome = await protocol.client
    .simulateContract({ ...distribution, functionName: "finalizeStale", args: [hint], account: transactor.account })
    .then(({ result: [shares, amountWei] }) => ({ shares, amountWei }))
    .catch((error: unknown) => {
      const revert = findRevert(error, protocolErrorAbi);
      if (revert === undefined) throw toExecutionError(error, "finalizeStale", protocolErrorAbi);
      return { refusal: revert.errorName };
    });
  return { now: timestamp, staleAt, minRequestWei, hint, outcome };
}
