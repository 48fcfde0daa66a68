import type { Hex } from "viem";

import { firstSlotOfEpoch } from "../../chain/slots.ts";
import { readCutoff } from "./cutoff.ts";
import type { View } from "./view.ts";

/** How far the chain is final. */
export type Finality = {
  epoch: number;
  /** The last slot that cannot change any more, block or no block. */
  slot: number;
  /** The execution block of the finalised checkpoint: events up to it cannot change. */
  executionBlockNumber: number;
};

/** Follows finality; the execution block is asked for only when the checkpoint moves. */
export function createFinalityReader(view: Pick<View, "beacon" | "protocol" | "timing">): () => Promise<Finality> {
  let known: { root: Hex; finality: Finality } | undefined;
  return async () => {
    const { finalized } = await view.beacon.finalityCheckpoints("head");
    if (known?.root === finalized.root) return known.finality;
    // Before the first finalisation the root is zero and only the genesis is final.
    const isGenesis = finalized.epoch === 0;
    const cutoff = isGenesis ? undefined : await readCutoff(view, finalized);
    const finality = {
      epoch: finalized.epoch,
      slot: firstSlotOfEpoch(view.timing, finalized.epoch),
      executionBlockNumber: cutoff?.blockNumber ?? 0,
    };
    known = { root: finalized.root, finality };
    return finality;
  };
}
