import type { Hex } from "viem";

import { FAR_FUTURE_EPOCH } from "../../chain/slots.ts";
import { readOperators, type PoolOperator } from "../../chain/protocol/operators.ts";
import { readPoolValidators } from "../../chain/protocol/validators.ts";
import { weiToGweiDown } from "../../chain/units.ts";
import { unprovenBondWei, type FundingLimits } from "../capacity.ts";
import { readClients } from "../clients.ts";
import type { KeeperContext } from "../context.ts";
import { readDepositPause } from "../deposit-pause.ts";
import { readAnchor, type AnchorPoint } from "../proofs/anchor.ts";

/** A validator that a top-up may go to: it has a record, and the record is of the anchor's state. */
export type FundCandidate = {
  pubkey: Hex;
  pubkeyRoot: Hex;
  operatorId: number;
  index: number;
  depositedGwei: bigint;
  /** Our credentials, not slashed, not leaving. */
  fundable: boolean;
  /** Its credentials were proven to the contract. */
  proven: boolean;
};

/** An operator, with what its room is reckoned from. */
export type FundOperator = Pick<
  PoolOperator,
  "operatorId" | "fundedGwei" | "unprovenCount" | "freeBondWei" | "clientPair"
> & { active: boolean };

/** The rules of manager and registry that bound what an operator may be given. */
export type FundLimits = FundingLimits & {
  /** Bond for a validator whose credentials are not proven, in wei. */
  unprovenBondWei: bigint;
};

export type FundSnapshot = {
  point: AnchorPoint;
  /** Unix seconds until which deposits are paused; 0 when they are not. */
  pausedUntil: number;
  depositableGwei: bigint;
  limits: FundLimits;
  /** Whose turn it is, and what is left of it. */
  turn: { operatorId: number; leftGwei: bigint };
  /** What a whole turn has. */
  turnGwei: bigint;
  operators: FundOperator[];
  candidates: FundCandidate[];
};

/** Gathers what can be given and to whom. */
export async function readFund(context: KeeperContext): Promise<FundSnapshot> {
  const { protocol, deployment, beacon } = context;
  const point = await readAnchor(context);
  const at = { blockNumber: point.moment.blockNumber };
  const [
    depositableWei,
    pooledWei,
    manager,
    registry,
    [turnOf, turnLeftGwei],
    ourCredentials,
    operators,
    validators,
    pausedUntil,
  ] = await Promise.all([
    protocol.pool.read.depositableWei(at),
    protocol.pool.read.totalPooledEther(at),
    protocol.manager.read.parameters(at),
    protocol.registry.read.parameters(at),
    protocol.manager.read.turn(at),
    protocol.manager.read.withdrawalCredentials(at),
    readOperators(protocol, at.blockNumber),
    readPoolValidators(protocol, deployment, at.blockNumber),
    readDepositPause(protocol, point.moment),
  ]);
  const open = validators.filter(({ status }) => status === "active" || status === "predeposited");
  const records = await beacon.validators(
    point.header.stateRoot,
    open.map(({ pubkey }) => pubkey),
  );
  const byPubkey = new Map(records.map((record) => [record.validator.pubkey, record]));
  const candidates = open.flatMap(({ pubkey, pubkeyRoot, operatorId, depositedGwei, status }): FundCandidate[] => {
    const record = byPubkey.get(pubkey);
    if (record === undefined) return [];
    const { withdrawalCredentials, slashed, exitEpoch } = record.validator;
    const fundable = withdrawalCredentials === ourCredentials && !slashed && exitEpoch === FAR_FUTURE_EPOCH;
    const proven = status === "active";
    return [{ pubkey, pubkeyRoot, operatorId, index: record.index, depositedGwei, fundable, proven }];
  });
  return {
    point,
    pausedUntil,
    depositableGwei: weiToGweiDown(depositableWei),
    limits: {
      bondRateBps: registry.bondRateBps,
      maxOperatorShareBps: manager.maxOperatorShareBps,
      pooledGwei: weiToGweiDown(pooledWei),
      unprovenBondWei: unprovenBondWei(registry),
      clientCapBps: registry.clientCapBps,
      clientCapFloorGwei: registry.clientCapFloorGwei,
      clients: await readClients(protocol, operators, at.blockNumber),
    },
    turn: { operatorId: turnOf, leftGwei: turnLeftGwei },
    turnGwei: manager.turnGwei,
    operators: operators.map(({ operatorId, fundedGwei, unprovenCount, freeBondWei, clientPair, status }) => {
      return { operatorId, fundedGwei, unprovenCount, freeBondWei, clientPair, active: status === "active" };
    }),
    candidates,
  };
}
