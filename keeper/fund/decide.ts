import type { Hex } from "viem";

import { formatGwei } from "../../chain/units.ts";
import { min, operatorRoom } from "../capacity.ts";
import { pauseReason } from "../deposit-pause.ts";
import { inGroups } from "../in-groups.ts";
import type { Decision, Reason } from "../job.ts";
import { ACTIVATION_GWEI, type KeeperPolicy } from "../policy.ts";
import type { AnchorPoint } from "../proofs/anchor.ts";
import type { FundCandidate, FundSnapshot } from "./read.ts";

export type TopUp = { pubkey: Hex; operatorId: number; index: number; amountGwei: bigint };
/** One `fund` transaction. */
export type FundIntent = { point: AnchorPoint; topUps: TopUp[] };

type Policy = Pick<KeeperPolicy, "targetGwei" | "chunkGwei" | "minTopUpGwei" | "maxProofs">;
/** An operator while ether is being given out. */
type Turn = { operatorId: number; fundedGwei: bigint; roomGwei: bigint; open: Place[] };
type Place = FundCandidate & { givenGwei: bigint };

/**
 * Gives out what can be deposited, chunk by chunk, always to the operator that has least; within an operator one
 * validator is filled to the target before the next one gets its first 31 ETH. Who has no room is passed over.
 */
export function decideFund(snapshot: FundSnapshot, policy: Policy): Decision<FundIntent> {
  if (snapshot.pausedUntil > 0) return { intents: [], reasons: [pauseReason(snapshot.pausedUntil)] };
  const turns = openTurns(snapshot, policy);
  const places = turns.flatMap(({ open }) => open);
  const leftGwei = giveOut(turns, snapshot.depositableGwei, policy);
  const topUps = places
    .filter(({ givenGwei }) => givenGwei > 0n)
    .map(({ pubkey, operatorId, index, givenGwei }) => ({ pubkey, operatorId, index, amountGwei: givenGwei }));
  return {
    intents: inGroups(topUps, policy.maxProofs).map((group) => ({ point: snapshot.point, topUps: group })),
    reasons: reasonsFor(snapshot, places, leftGwei, policy),
  };
}

function openTurns({ operators, candidates, limits }: FundSnapshot, { targetGwei }: Policy): Turn[] {
  return operators.map((operator) => ({
    operatorId: operator.operatorId,
    fundedGwei: operator.fundedGwei,
    roomGwei: operatorRoom(operator, limits).gwei,
    open: candidates
      .filter(({ operatorId, fundable, depositedGwei }) => {
        return operatorId === operator.operatorId && fundable && depositedGwei < targetGwei;
      })
      .map((candidate) => ({ ...candidate, givenGwei: 0n }))
      .sort((a, b) => Number(isStarted(b)) - Number(isStarted(a)) || a.index - b.index),
  }));
}

/** Answers what nobody could take. */
function giveOut(turns: readonly Turn[], availableGwei: bigint, policy: Policy): bigint {
  let leftGwei = availableGwei;
  let waiting = turns.map((turn) => ({ ...turn, open: [...turn.open] }));
  while (waiting.length > 0) {
    const turn = waiting.reduce((least, next) => (next.fundedGwei < least.fundedGwei ? next : least));
    const place = turn.open[0];
    const amountGwei = place === undefined ? 0n : nextAmount(place, min(leftGwei, turn.roomGwei), policy);
    if (place === undefined || (amountGwei === 0n && turn.open.length === 1)) {
      waiting = waiting.filter((other) => other !== turn);
      continue;
    }
    if (amountGwei === 0n) turn.open.shift();
    place.givenGwei += amountGwei;
    turn.fundedGwei += amountGwei;
    turn.roomGwei -= amountGwei;
    leftGwei -= amountGwei;
  }
  return leftGwei;
}

/** What a validator gets next of what is available, or 0 when that is too little or it is full. */
function nextAmount(place: Place, availableGwei: bigint, { targetGwei, chunkGwei, minTopUpGwei }: Policy): bigint {
  const hasGwei = place.depositedGwei + place.givenGwei;
  const leastGwei = isStarted(place) ? minTopUpGwei : ACTIVATION_GWEI - hasGwei;
  const wantedGwei = chunkGwei > leastGwei ? chunkGwei : leastGwei;
  const amountGwei = min(wantedGwei, availableGwei, targetGwei - hasGwei);
  return amountGwei >= leastGwei ? amountGwei : 0n;
}

/** True from the first top-up on. */
function isStarted({ depositedGwei, givenGwei }: Place): boolean {
  return depositedGwei + givenGwei >= ACTIVATION_GWEI;
}

function reasonsFor(
  { depositableGwei, operators, limits }: FundSnapshot,
  places: readonly Place[],
  leftGwei: bigint,
  { minTopUpGwei }: Policy,
): Reason[] {
  if (depositableGwei < minTopUpGwei)
    return [{ code: "NOTHING_DEPOSITABLE", message: "The pool has nothing to deposit", details: { depositableGwei } }];
  if (leftGwei < minTopUpGwei) return [];
  const left = `${formatGwei(leftGwei)} ETH can be deposited but`;
  if (places.length === 0)
    return [{ code: "NO_VALIDATOR", message: `${left} no proven validator can take it`, details: { leftGwei } }];
  const short = operators
    .filter(({ operatorId }) => places.some((place) => place.operatorId === operatorId))
    .map((operator) => ({ operatorId: operator.operatorId, ...operatorRoom(operator, limits) }))
    .filter(({ gwei }) => gwei <= leftGwei);
  const message = `${left} the validators are full, the operators have no room, or less than 31 ETH is left for a new one`;
  return [{ code: "NO_ROOM", message, details: { leftGwei, short } }];
}
