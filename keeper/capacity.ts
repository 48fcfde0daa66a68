import type { PoolOperator } from "../chain/protocol/operators.ts";
import { gweiToWei, weiToGweiDown } from "../chain/units.ts";
import { clientRoomGwei, type ClientCap, type ClientLedger } from "./clients.ts";
import { PREDEPOSIT_GWEI } from "./policy.ts";

const BPS = 10_000n;

/** Limits on what an operator's validators may be given. */
export type FundingLimits = ClientCap & {
  /** What runs on which client. */
  clients: ClientLedger;
  /** Bond for funded ether, in basis points; none when 0. */
  bondRateBps: number;
  /** The most of the pool on one operator's validators, in basis points. */
  maxOperatorShareBps: number;
  /** All ether of the pool. */
  pooledGwei: bigint;
};

/** What an operator can still take. */
export type OperatorRoom = { bondGwei: bigint; shareGwei: bigint; clientGwei: bigint; gwei: bigint };

/** How much more ether an operator's validators may get, by its bond, its share of the pool and its clients. */
export function operatorRoom(
  operator: Pick<PoolOperator, "status" | "fundedGwei" | "freeBondWei" | "requiredBondWei" | "clientPair">,
  limits: FundingLimits,
): OperatorRoom {
  const { bondRateBps, maxOperatorShareBps, pooledGwei } = limits;
  const shareGwei = shareRoomGwei(operator.fundedGwei, { maxOperatorShareBps, pooledGwei });
  const spareWei = notNegative(operator.freeBondWei - operator.requiredBondWei);
  // Without a bond rate only an operator that is short of bond already is stopped.
  const covered = operator.freeBondWei >= operator.requiredBondWei;
  const unbounded = covered ? pooledGwei : 0n;
  const bondGwei = bondRateBps === 0 ? unbounded : weiToGweiDown((spareWei * BPS) / BigInt(bondRateBps));
  const clientGwei = clientRoomGwei(limits.clients, operator.clientPair, limits) ?? pooledGwei;
  const active = operator.status === "active";
  return { bondGwei, shareGwei, clientGwei, gwei: active ? min(bondGwei, shareGwei, clientGwei) : 0n };
}

/** Bond that a validator needs until its credentials are proven, in wei. */
export function unprovenBondWei(registry: { faultPenaltyWei: bigint; bondMarginWei: bigint }): bigint {
  return gweiToWei(PREDEPOSIT_GWEI) + registry.faultPenaltyWei + registry.bondMarginWei;
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
