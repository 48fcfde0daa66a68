import type { PoolOperator } from "../chain/protocol/operators.ts";
import { weiToGweiDown } from "../chain/units.ts";

const BPS = 10_000n;

/** Limits on what an operator's validators may be given. */
export type FundingLimits = {
  /** Bond for funded ether, in basis points; none when 0. */
  bondRateBps: number;
  /** The most of the pool on one operator's validators, in basis points. */
  maxOperatorShareBps: number;
  /** All ether of the pool. */
  pooledGwei: bigint;
};

/** What an operator can still take. */
export type OperatorRoom = { bondGwei: bigint; shareGwei: bigint; gwei: bigint };

/** How much more ether an operator's validators may get, by its bond and by its share of the pool. */
export function operatorRoom(
  operator: Pick<PoolOperator, "status" | "fundedGwei" | "freeBondWei" | "requiredBondWei">,
  { bondRateBps, maxOperatorShareBps, pooledGwei }: FundingLimits,
): OperatorRoom {
  const shareGwei = shareRoomGwei(operator.fundedGwei, { maxOperatorShareBps, pooledGwei });
  const spareWei = notNegative(operator.freeBondWei - operator.requiredBondWei);
  // Without a bond rate only an operator that is short of bond already is stopped.
  const covered = operator.freeBondWei >= operator.requiredBondWei;
  const unbounded = covered ? pooledGwei : 0n;
  const bondGwei = bondRateBps === 0 ? unbounded : weiToGweiDown((spareWei * BPS) / BigInt(bondRateBps));
  const active = operator.status === "active";
  return { bondGwei, shareGwei, gwei: active ? min(bondGwei, shareGwei) : 0n };
}

/** How much more of the pool an operator may hold. */
export function shareRoomGwei(
  fundedGwei: bigint,
  { maxOperatorShareBps, pooledGwei }: Pick<FundingLimits, "maxOperatorShareBps" | "pooledGwei">,
): bigint {
  return notNegative((pooledGwei * BigInt(maxOperatorShareBps)) / BPS - fundedGwei);
}

/** The least of some amounts. */
export function min(first: bigint, ...rest: bigint[]): bigint {
  return rest.reduce((least, amount) => (amount < least ? amount : least), first);
}

/** The amount, or 0 when it is below. */
export function notNegative(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
