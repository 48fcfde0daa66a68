import type { Logger } from "@lodestar/logger";
import { ForkName, SLOTS_PER_EPOCH } from "@lodestar/params";
import { isStatePostBellatrix } from "@lodestar/state-transition";
import { fromHex } from "@lodestar/utils";
import type { BeaconNode } from "./beacon-node.ts";
import { ForkchoiceCaller, prepareExecutionPayload, RegenCaller } from "./lodestar-internals.ts";

/**
 * Has the execution client begin a payload for `slot`. On a running network the node does so four seconds ahead;
 * a node that has not done it waits half a second for the payload when it builds the block.
 */
export async function preparePayload({ chain }: BeaconNode, slot: number, logger: Logger): Promise<void> {
  const head = chain.recomputeForkChoiceHead(ForkchoiceCaller.prepareNextSlot);
  const isEpochTransition = slot % SLOTS_PER_EPOCH === 0;
  const options = { dontTransferCache: !isEpochTransition };
  const state = await chain.regen.getBlockSlotState(head, slot, options, RegenCaller.precomputeEpoch);
  if (!isStatePostBellatrix(state)) throw new Error("The devnet starts after Bellatrix");
  await prepareExecutionPayload(
    chain,
    logger,
    ForkName.fulu,
    fromHex(head.blockRoot),
    state.latestExecutionPayloadHeader.blockHash,
    executionHashOf(chain.forkChoice.getJustifiedBlock()),
    executionHashOf(chain.forkChoice.getFinalizedBlock()),
    state,
    chain.beaconProposerCache.getOrDefault(state.getBeaconProposer(slot)),
  );
}

function executionHashOf(block: { executionPayloadBlockHash: string | null }): string {
  if (block.executionPayloadBlockHash === null) throw new Error("The block carries no execution payload");
  return block.executionPayloadBlockHash;
}
