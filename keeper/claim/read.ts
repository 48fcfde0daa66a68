import type { Address } from "viem";

import { findRevert, toExecutionError } from "../../chain/execution/revert.ts";
import { protocolErrorAbi } from "../../chain/protocol/error-abi.ts";
import { inParallel } from "../../chain/protocol/in-parallel.ts";
import { firstPendingRequest, readRequest } from "../../chain/protocol/requests.ts";
import { readMoment, type KeeperContext } from "../context.ts";
import type { KeeperPolicy } from "../policy.ts";

/** A ticket that is finalised, at least in part, and not claimed. */
export type ClaimCandidate = {
  requestId: bigint;
  owner: Address;
  amountWei: bigint;
  hint: bigint;
  /** What a claim by us would take, or why it would be refused: the owner does not let others claim, or its code fails. */
  outcome: { gas: bigint } | { refusal: string };
};

export type ClaimSnapshot = { candidates: ClaimCandidate[] };

/** Where the next reading begins, and which tickets are gone for good; kept while the process runs. */
export type ClaimCursor = { next: bigint; gone: Set<bigint> };

/** Tickets that are looked at in one run. */
const MAX_LOOKED_AT = 2_000;
const LOOKED_AT_ONCE = 100;

/** A cursor at the oldest ticket. */
export function createClaimCursor(): ClaimCursor {
  return { next: 1n, gone: new Set() };
}

/**
 * Gathers tickets that somebody has left for long. It goes round all finalised ones, so that those which cannot be claimed
 * do not hide the others, and stops where enough can be.
 */
export async function readClaim(
  { protocol, transactor }: KeeperContext,
  { claimAfterSeconds, maxClaims }: Pick<KeeperPolicy, "claimAfterSeconds" | "maxClaims">,
  cursor: ClaimCursor,
): Promise<ClaimSnapshot> {
  const { queue, client } = protocol;
  const { blockNumber, timestamp } = await readMoment({ protocol });
  // The one that is finalised in part can be claimed as well.
  const newest = await firstPendingRequest(protocol, blockNumber);
  const candidates: ClaimCandidate[] = [];
  const look = async (requestId: bigint): Promise<ClaimCandidate[]> => {
    const request = await readRequest(protocol, requestId, blockNumber);
    if (request === undefined && requestId < newest) cursor.gone.add(requestId);
    if (request === undefined || request.claimableWei === 0n) return [];
    if (timestamp < Number(request.eligibleAt) + claimAfterSeconds) return [];
    const hint = await queue.read.checkpointHint([requestId], { blockNumber });
    const call = { ...queue, functionName: "claim", args: [requestId, hint], account: transactor.account } as const;
    const outcome = await client
      .estimateContractGas(call)
      .then((gas) => ({ gas }))
      .catch((error: unknown) => {
        const revert = findRevert(error, protocolErrorAbi);
        if (revert === undefined) throw toExecutionError(error, "claim", protocolErrorAbi);
        return { refusal: revert.errorName };
      });
    return [{ requestId, owner: request.owner, amountWei: request.claimableWei, hint, outcome }];
  };
  const open = idsFrom(cursor, newest).slice(0, MAX_LOOKED_AT);
  for (let at = 0; at < open.length; at += LOOKED_AT_ONCE) {
    const part = open.slice(at, at + LOOKED_AT_ONCE);
    candidates.push(...(await inParallel(part, look)).flat());
    cursor.next = (part.at(-1) ?? 0n) + 1n;
    if (candidates.filter(({ outcome }) => "gas" in outcome).length >= maxClaims) break;
  }
  return { candidates };
}

/** All tickets up to the newest, once round from the cursor, without those that are gone. */
function idsFrom({ next, gone }: ClaimCursor, newest: bigint): bigint[] {
  const all = Array.from({ length: Number(newest) }, (_, i) => BigInt(i) + 1n).filter((id) => !gone.has(id));
  return [...all.filter((id) => id >= next), ...all.filter((id) => id < next)];
}
