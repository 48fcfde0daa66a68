import type { ContractFunctionReturnType } from "viem";

import type { iWithdrawalQueueAbi } from "../abi/IWithdrawalQueue.ts";
import { findRevert } from "../execution/revert.ts";
import type { Protocol } from "./contracts.ts";
import { protocolErrorAbi } from "./error-abi.ts";

/** A ticket as the queue tells it. */
export type PoolRequest = ContractFunctionReturnType<typeof iWithdrawalQueueAbi, "view", "getRequest">;

/** A ticket at a block; undefined when it was claimed whole: then it is nobody's, and the contract has forgotten it. */
export async function readRequest(
  { queue }: Pick<Protocol, "queue">,
  requestId: bigint,
  blockNumber: bigint,
): Promise<PoolRequest | undefined> {
  try {
    return await queue.read.getRequest([requestId], { blockNumber });
  } catch (error) {
    if (findRevert(error, protocolErrorAbi)?.errorName === "ERC721NonexistentToken") return undefined;
    throw error;
  }
}

/** The oldest ticket that waits to be finalised, wholly or in part; the one after the last when none does. */
export async function firstPendingRequest(protocol: Pick<Protocol, "queue">, blockNumber: bigint): Promise<bigint> {
  const last = await protocol.queue.read.lastRequestId({ blockNumber });
  const isPending = async (id: bigint) => ((await readRequest(protocol, id, blockNumber))?.pendingShares ?? 0n) > 0n;
  // Requests are finalised in their order: the first that is not is found by halving.
  let [first, beyond] = [1n, last + 1n];
  while (first < beyond) {
    const middle = (first + beyond) / 2n;
    if (await isPending(middle)) beyond = middle;
    else first = middle + 1n;
  }
  return first;
}
