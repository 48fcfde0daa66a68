import { formatGwei } from "../../chain/units.ts";
import { min, shareRoomGwei } from "../capacity.ts";
import { pauseReason } from "../deposit-pause.ts";
import type { Decision, Reason } from "../job.ts";
import type { KeeperPolicy } from "../policy.ts";
import type { AnchorPoint } from "../proofs/anchor.ts";
import { firstTopUpGwei, open, provenRoomGwei, serve, type Place, type TopUp } from "./places.ts";
import type { FundSnapshot } from "./read.ts";

/** One `fund` transaction: validators of one operator. */
export type FundIntent = { point: AnchorPoint; operatorId: number; topUps: TopUp[] };

type Policy = Pick<KeeperPolicy, "targetGwei" | "minTopUpGwei" | "maxProofs">;
/** An operator while ether is being given out, with all of its validators. */
type Server = { operatorId: number; roomGwei: bigint; places: Place[] };

/**
 * Gives out what can be deposited, operator after operator, as the contract wants it: each in its turn, the next one when
 * the turn is used up, and nobody while another one with capacity comes first.
 */
export function decideFund(snapshot: FundSnapshot, policy: Policy): Decision<FundIntent> {
  const { point, depositableGwei, pausedUntil } = snapshot;
  if (pausedUntil > 0) return { intents: [], reasons: [pauseReason(pausedUntil)] };
  const servers = serversOf(snapshot);
  const places = servers.flatMap((server) => open(server.places, policy.targetGwei));
  const { given, leftGwei, waitsFor } = giveOut(servers, snapshot, policy);
  const intents = given.map(({ operatorId, topUps }) => ({ point, operatorId, topUps }));
  const reasons = reasonsFor({ depositableGwei, leftGwei, waitsFor, places: places.length }, policy);
  return { intents, reasons };
}

/** The operators from the one whose turn it is, in the order of their numbers, and after the last one the first. */
function serversOf({ operators, candidates, limits, turn }: FundSnapshot): Server[] {
  const servers = operators.map(({ operatorId, fundedGwei, capacityGwei }) => ({
    operatorId,
    roomGwei: min(capacityGwei, shareRoomGwei(fundedGwei, limits)),
    places: candidates.filter((it) => it.operatorId === operatorId).map((it) => ({ ...it, givenGwei: 0n })),
  }));
  const later = servers.filter(({ operatorId }) => operatorId >= turn.operatorId);
  return [...later, ...servers.filter((server) => !later.includes(server))];
}

type Given = { given: { operatorId: number; topUps: TopUp[] }[]; leftGwei: bigint; waitsFor: number | undefined };

function giveOut(servers: readonly Server[], { depositableGwei, turn, turnGwei }: FundSnapshot, policy: Policy): Given {
  const given: Given["given"] = [];
  let leftGwei = depositableGwei;
  // Only the turn that is under way may be a part of one.
  let begun: number | undefined = turn.operatorId;
  for (let anyServed = true; anyServed; ) {
    anyServed = false;
    for (const server of servers) {
      const { operatorId } = server;
      let mayGwei: bigint = operatorId === begun ? turn.leftGwei : turnGwei;
      begun = undefined;
      // What is left of a turn must do for a new validator, or it ends.
      while (mayGwei >= firstTopUpGwei) {
        const topUps = serve(server.places, min(leftGwei, mayGwei, server.roomGwei), policy);
        if (topUps.length === 0) break;
        const sumGwei = topUps.reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
        leftGwei -= sumGwei;
        mayGwei -= sumGwei;
        server.roomGwei -= sumGwei;
        given.push({ operatorId, topUps });
        anyServed = true;
      }
      // It could be given more, and comes before all others for as long as its turn lasts.
      const capacityGwei = min(server.roomGwei, provenRoomGwei(server.places));
      if (capacityGwei >= firstTopUpGwei && mayGwei >= firstTopUpGwei) return { given, leftGwei, waitsFor: operatorId };
    }
  }
  return { given, leftGwei, waitsFor: undefined };
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
