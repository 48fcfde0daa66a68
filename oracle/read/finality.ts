import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { Hex } from "viem";
import { firstSlotOfEpoch, type SlotTiming } from "../../chain/slots.ts";

/** How far the chain is final. */
export type Finality = {
  epoch: number;
  /** The last slot that cannot change any more, block or no block. */
  slot: number;
  /** The execution block of the finalised checkpoint: events up to it cannot change. */
  executionBlockNumber: number;
};

/** Follows finality; the execution block is asked for only when the checkpoint moves. */
export function createFinalityReader(timing: SlotTiming): (beacon: BeaconApi) => Promise<Finality> {
  let known: { root: Hex; finality: Finality } | undefined;
  return async (beacon) => {
    const { finalized } = await beacon.finalityCheckpoints("head");
    if (known?.root === finalized.root) return known.finality;
    // Before the first finalisation the root is zero and only the genesis is final.
    const isGenesis = finalized.epoch === 0;
    const block = isGenesis ? undefined : await beacon.block(finalized.root);
    const finality = {
      epoch: finalized.epoch,
      slot: firstSlotOfEpoch(timing, finalized.epoch),
      executionBlockNumber: block?.executionPayload.blockNumber ?? 0,
    };
    known = { root: finalized.root, finality };
    return finality;
  };
}
