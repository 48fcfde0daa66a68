import type { BeaconApi } from "../../chain/beacon/api.ts";
import { lastSlotOfEpoch } from "../../chain/slots.ts";
import type { DecodedState } from "../../chain/ssz/state-reader.ts";
import { judgeEpoch, type EpochResult } from "../decide/epoch-result.ts";
import type { Nodes } from "./nodes.ts";
import type { ProtocolEvents } from "./protocol-events.ts";
import { readReferenceBlock } from "./reference.ts";
import { readState } from "./states.ts";

/**
 * Judges an epoch from the state of the last block of the epoch after it. Both must be final. Only keys that the
 * contracts knew in that state are ours, so that the result does not depend on when it is read.
 */
export async function readEpochResult(
  beacons: readonly [BeaconApi, ...BeaconApi[]],
  nodes: Nodes,
  events: (toBlock: number) => Promise<ProtocolEvents>,
  epoch: number,
): Promise<EpochResult> {
  const block = await readReferenceBlock(beacons, nodes, lastSlotOfEpoch(nodes.timing, epoch + 1));
  const state = await readState(beacons[0], block, nodes);
  const { keys } = await events(state.latestExecutionPayloadHeader.blockNumber);
  const credentials = await nodes.protocol.manager.read.withdrawalCredentials();
  const operatorOf = operatorsByIndex(state, keys, credentials);
  return { ...judgeEpoch(state, epoch, nodes.timing.slotsPerEpoch, operatorOf), blockRoot: block.root };
}

function operatorsByIndex(
  state: DecodedState,
  keys: ProtocolEvents["keys"],
  credentials: string,
): ReadonlyMap<number, number> {
  const operators = new Map<number, number>();
  const indices = state.indicesOf(keys.map(({ pubkey }) => pubkey));
  for (const { pubkey, operatorId } of keys) {
    const index = indices.get(pubkey);
    if (index !== undefined && state.validator(index).withdrawalCredentials === credentials)
      operators.set(index, operatorId);
  }
  return operators;
}
