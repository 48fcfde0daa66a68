import type { Hex } from "viem";

import { childHeader, headerAtOrBefore } from "../../chain/beacon/ancestry.ts";
import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { HeaderAnswer } from "../../chain/beacon/types.ts";
import { readBeaconRoot } from "../../chain/execution/beacon-roots.ts";
import { timeAtSlot } from "../../chain/slots.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import { nodesApart } from "./cutoff.ts";
import type { View } from "./view.ts";

type Pair = { block: HeaderAnswer; child: HeaderAnswer | undefined };

/**
 * The last block at or before a final slot whose child has a payload. The execution chain must name the same one
 * (EIP-4788). The block's state root then binds everything that is read of the state.
 */
export async function readReferenceBlock(
  view: Pick<View, "beacon" | "protocol" | "timing">,
  slot: number,
): Promise<HeaderAnswer> {
  const { beacon } = view;
  const { block, child } = await lastWithPayload(beacon, slot);
  if (block.executionOptimistic)
    throw new EthStakeError("BEACON_NOT_READY", `Wait for ${beacon.node}: it has not verified block ${block.root}`, {
      details: { node: beacon.node, slot },
      retryable: true,
    });
  if (child === undefined) return block;
  const known = await rootKnownToExecution(view, child);
  if (known === block.root) return block;
  throw new EthStakeError("NODES_DISAGREE", `Find out which node lies before anything is signed: slot ${slot}`, {
    details: { slot, answers: { [beacon.node]: block.root, "EIP-4788": known } },
    retryable: true,
  });
}

// Since Gloas a block only orders its payload. A block whose child's payload never came is not known to the execution
// chain by EIP-4788, so the one before it is taken; every payload or its absence shows in the block after it.
async function lastWithPayload(beacon: BeaconApi, slot: number): Promise<Pair> {
  let block = await headerAtOrBefore(beacon, slot);
  let child = await childHeader(beacon, block, slot + 1);
  while (child !== undefined && !(await hasPayload(beacon, child))) {
    child = block;
    block = await beacon.header(block.header.parentRoot);
  }
  return { block, child };
}

async function hasPayload(beacon: BeaconApi, block: HeaderAnswer): Promise<boolean> {
  const { isOrdered, payloadBlockHash } = await beacon.blockExecution(block.root);
  if (!isOrdered) return true;
  const next = await childHeader(beacon, block);
  if (next === undefined || !next.finalized)
    throw new EthStakeError("FRAME_NOT_FINAL", "Wait: the block that shows whether a payload came is not final yet", {
      details: { node: beacon.node, slot: block.header.slot },
      retryable: true,
    });
  return (await beacon.blockExecution(next.root)).cutoffBlockHash === payloadBlockHash;
}

// The ring of EIP-4788 forgets after a day. The header of the block that wrote the entry never does.
async function rootKnownToExecution(
  { beacon, protocol, timing }: Pick<View, "beacon" | "protocol" | "timing">,
  child: HeaderAnswer,
): Promise<Hex | undefined> {
  try {
    return await readBeaconRoot(protocol, timeAtSlot(timing, child.header.slot));
  } catch (error) {
    if (!hasCode(error, "BEACON_ROOT_UNKNOWN")) throw error;
  }
  const { payloadBlockHash } = await beacon.blockExecution(child.root);
  const block = await protocol.client.getBlock({ blockHash: payloadBlockHash }).catch(() => undefined);
  if (block === undefined) throw nodesApart(payloadBlockHash, undefined);
  return block.parentBeaconBlockRoot;
}
