import { formatGwei } from "../../chain/units.ts";
import { min } from "../capacity.ts";
import { pauseReason } from "../deposit-pause.ts";
import type { Decision, Reason } from "../job.ts";
import { MAX_TARGET_GWEI, type KeeperPolicy } from "../policy.ts";
import type { AnchorPoint } from "../proofs/anchor.ts";
import { firstTopUpGwei, open, provenRoomGwei, take, serve, type Place, type TopUp } from "./places.ts";
import type { FundOperator, FundSnapshot } from "./read.ts";
import { createRooms, type Rooms } from "./rooms.ts";

/** One `fund` transaction, for validators of one operator; or one that passes the turn over operators without capacity. */
export type FundIntent =
  | { kind: "fund"; point: AnchorPoint; operatorId: number; topUps: TopUp[] }
  | { kind: "advance"; limit: number };

type Policy = Pick<KeeperPolicy, "targetGwei" | "minTopUpGwei" | "maxProofs">;
/** An operator while ether is being given out, with all of its validators. */
type Server = { operator: FundOperator; places: Place[] };
type Funding = { operatorId: number; topUps: TopUp[] };

/**
 * `fund` looks at each operator with room that comes before the one it is for, which costs about 25,000 gas each: with
 * more of them the turn is moved first, in calls of that many.
 */
const MAX_PASSED = 100;

/**
 * Gives out what can be deposited, operator after operator, as the contract wants it: each in its turn, the next one when
 * the turn is used up, and nobody while another one with capacity comes first.
 */
export function decideFund(snapshot: FundSnapshot, policy: Policy): Decision<FundIntent> {
  const { point, depositableGwei, pausedUntil } = snapshot;
  if (pausedUntil > 0) return { intents: [], reasons: [pauseReason(pausedUntil)] };
  const servers = serversOf(snapshot);
  const places = servers.flatMap((server) => open(server.places, policy.targetGwei));
  const passed = passedBefore(servers);
  const { given, leftGwei, waitsFor } = giveOut(servers, snapshot, policy);
  const intents: FundIntent[] = given.map(({ operatorId, topUps }) => ({ kind: "fund", point, operatorId, topUps }));
  const reasons = reasonsFor({ depositableGwei, leftGwei, waitsFor, places: places.length }, policy);
  return { intents: [...advances(passed(given[0]?.operatorId)), ...intents], reasons };
}

/** The operators from the one whose turn it is, in the order of their numbers, and after the last one the first. */
function serversOf({ operators, candidates, turn }: FundSnapshot): Server[] {
  const servers = operators.map((operator) => ({
    operator,
    places: candidates.filter((it) => it.operatorId === operator.operatorId).map((it) => ({ ...it, givenGwei: 0n })),
  }));
  const later = servers.filter(({ operator }) => operator.operatorId >= turn.operatorId);
  return [...later, ...servers.filter((server) => !later.includes(server))];
}

/** Counts the operators with room that the contract would look at before one of them, as things are before any call. */
function passedBefore(servers: readonly Server[]): (operatorId: number | undefined) => number {
  const withRoom = servers.map(({ places }) => provenRoomGwei(places) >= firstTopUpGwei);
  return (operatorId) => {
    const at = servers.findIndex(({ operator }) => operator.operatorId === operatorId);
    return at < 0 ? 0 : withRoom.slice(0, at).filter(Boolean).length;
  };
}

function advances(passed: number): FundIntent[] {
  const calls = passed <= MAX_PASSED ? 0 : Math.ceil(passed / MAX_PASSED);
  return Array.from({ length: calls }, () => ({ kind: "advance", limit: MAX_PASSED }));
}

type Given = { given: Funding[]; leftGwei: bigint; waitsFor: number | undefined };

function giveOut(servers: readonly Server[], snapshot: FundSnapshot, policy: Policy): Given {
  const { depositableGwei, turn, turnGwei, limits } = snapshot;
  const rooms = createRooms(limits);
  const given: Given["given"] = [];
  let leftGwei = depositableGwei;
  // Only the turn that is under way may be a part of one.
  let begun: number | undefined = turn.operatorId;
  for (let anyServed = true; anyServed; ) {
    anyServed = false;
    for (const server of servers) {
      const { operator, places } = server;
      const { operatorId } = operator;
      let mayGwei: bigint = operatorId === begun ? turn.leftGwei : turnGwei;
      begun = undefined;
      const holdsTurn = () => hasCapacity(server, rooms) && mayGwei >= firstTopUpGwei;
      // What is left of a turn must do for a new validator, or it ends.
      while (mayGwei >= firstTopUpGwei) {
        const availableGwei = min(leftGwei, mayGwei);
        let topUps = serveOne(server, rooms, availableGwei, policy);
        // Its validators have what we would give them, but the contract lets nobody else have any before they are full.
        if (topUps.length === 0 && holdsTurn() && othersWait(servers, server, policy))
          topUps = serveOne(server, rooms, availableGwei, { ...policy, targetGwei: MAX_TARGET_GWEI });
        if (topUps.length === 0) break;
        const opened = openedByProofs(servers, server, rooms, proofsOf(topUps));
        if (opened !== undefined) return { given, leftGwei, waitsFor: opened };
        const sumGwei = sumOf(topUps);
        rooms.book(operator, sumGwei);
        take(places, topUps);
        leftGwei -= sumGwei;
        mayGwei -= sumGwei;
        given.push({ operatorId, topUps });
        anyServed = true;
      }
      // It could be given more, and comes before all others for as long as its turn lasts.
      if (holdsTurn()) return { given, leftGwei, waitsFor: operatorId };
    }
  }
  return { given, leftGwei, waitsFor: undefined };
}

/** What one call may give an operator. A predeposit that it proves frees bond, and its ether counts from then on. */
function serveOne({ operator, places }: Server, rooms: Rooms, availableGwei: bigint, policy: Policy): TopUp[] {
  const within = (roomGwei: bigint) => serve(places, min(availableGwei, roomGwei), policy);
  const roomAfterGwei = (topUps: readonly TopUp[]) => rooms.roomGwei(operator, proofsOf(topUps));
  const fits = (topUps: readonly TopUp[]) => sumOf(topUps) <= roomAfterGwei(topUps);
  const roomGwei = rooms.roomGwei(operator);
  const first = within(roomGwei);
  const more = within(roomAfterGwei(first));
  if (fits(more)) return more;
  return fits(first) ? first : within(min(roomGwei, roomAfterGwei(first)));
}

/**
 * Books the proofs of a call, which the contract does before it looks at the turn. Their ether makes room on the clients
 * of others: who has capacity only then comes first, and gets it when the proofs are on chain.
 */
function openedByProofs(servers: readonly Server[], server: Server, rooms: Rooms, proofs: number): number | undefined {
  if (proofs === 0) return undefined;
  const closed = servers.filter((other) => other !== server && !hasCapacity(other, rooms));
  rooms.bookProofs(server.operator, proofs);
  return closed.find((other) => hasCapacity(other, rooms))?.operator.operatorId;
}

function hasCapacity({ operator, places }: Server, rooms: Rooms): boolean {
  return min(rooms.roomGwei(operator), provenRoomGwei(places)) >= firstTopUpGwei;
}

function othersWait(servers: readonly Server[], server: Server, { targetGwei }: Policy): boolean {
  return servers.some((other) => other !== server && open(other.places, targetGwei).length > 0);
}

function proofsOf(topUps: readonly TopUp[]): number {
  return topUps.filter(({ proves }) => proves).length;
}

function sumOf(topUps: readonly TopUp[]): bigint {
  return topUps.reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
}

function reasonsFor(
  found: { depositableGwei: bigint; leftGwei: bigint; waitsFor: number | undefined; places: number },
  { minTopUpGwei }: Policy,
): Reason[] {
  const { depositableGwei, leftGwei, waitsFor, places } = found;
  if (depositableGwei < minTopUpGwei)
    return [{ code: "NOTHING_DEPOSITABLE", message: "The pool has nothing to deposit", details: { depositableGwei } }];
  if (leftGwei < minTopUpGwei) return [];
  const left = `${formatGwei(leftGwei)} ETH can be deposited but`;
  if (waitsFor !== undefined) {
    const message = `${left} it is the turn of operator ${waitsFor}, whose validators cannot take it now`;
    return [{ code: "TURN_WAITS", message, details: { leftGwei, operatorId: waitsFor } }];
  }
  if (places === 0)
    return [{ code: "NO_VALIDATOR", message: `${left} no proven validator can take it`, details: { leftGwei } }];
  const message = `${left} the validators are full, the operators have no room, or less than 31 ETH is left for a new one`;
  return [{ code: "NO_ROOM", message, details: { leftGwei } }];
}
