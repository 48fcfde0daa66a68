import type { Session } from "../session.ts";

/** Flags of types/PoolTypes.sol. */
const PAUSES = { stake: 1, withdraw: 2, deposit: 4, settle: 8 } as const;
type PausedUntil = { [Action in keyof typeof PAUSES]: number };

/** The pool at a block. */
export type PoolTotals = {
  rateWei: bigint;
  pooledWei: bigint;
  totalShares: bigint;
  bufferedWei: bigint;
  depositableWei: bigint;
  consensusGwei: bigint;
  inFlightGwei: bigint;
  /** What can still be staked before the next report. */
  stakeRoomWei: bigint;
  unfinalizedWei: bigint;
  exitDemandGwei: bigint;
  lastRefSlot: bigint;
  lastCutoffTimestamp: bigint;
  /** Unix seconds after which nobody can stake until a report comes. */
  staleAfter: bigint;
  /** Unix seconds; in the past when an action is not paused. */
  pausedUntil: PausedUntil;
};

/** Reads the pool. */
export async function readPoolTotals({ protocol, at }: Session): Promise<PoolTotals> {
  const { pool, queue, exits, distribution } = protocol;
  const until = async (flag: number) => pool.read.pausedUntil([flag], at);
  const [rateWei, pooledWei, totalShares, bufferedWei, depositableWei, consensusGwei, inFlightGwei] = await Promise.all(
    [
      pool.read.ethPerShare(at),
      pool.read.totalPooledEther(at),
      pool.read.totalShares(at),
      pool.read.bufferedWei(at),
      pool.read.depositableWei(at),
      pool.read.consensusGwei(at),
      pool.read.inFlightGwei(at),
    ],
  );
  const [ceilingWei, staleAfter, unfinalizedWei, exitDemandGwei, lastRefSlot, lastCutoffTimestamp] = await Promise.all([
    pool.read.stakeCeilingWei(at),
    pool.read.staleAfter(at),
    queue.read.unfinalizedEtherWei(at),
    exits.read.exitDemandGwei(at),
    distribution.read.lastRefSlot(at),
    distribution.read.lastCutoffTimestamp(at),
  ]);
  const [stake, withdraw, deposit, settle] = await Promise.all([
    until(PAUSES.stake),
    until(PAUSES.withdraw),
    until(PAUSES.deposit),
    until(PAUSES.settle),
  ]);
  return {
    rateWei,
    pooledWei,
    totalShares,
    bufferedWei,
    depositableWei,
    consensusGwei,
    inFlightGwei,
    stakeRoomWei: ceilingWei > pooledWei ? ceilingWei - pooledWei : 0n,
    unfinalizedWei,
    exitDemandGwei,
    lastRefSlot,
    lastCutoffTimestamp,
    staleAfter,
    pausedUntil: { stake, withdraw, deposit, settle },
  };
}
