import type { Logger } from "@lodestar/logger";
import type { ValidatorClient } from "../validator/client.ts";
import type { BeaconNode } from "./beacon-node.ts";
import { preparePayload } from "./prepare-payload.ts";
import type { VirtualClock } from "./virtual-clock.ts";

interface SlotDriverOptions {
  node: BeaconNode;
  validators: ValidatorClient;
  clock: VirtualClock;
  genesisTime: number;
  secondsPerSlot: number;
  logger: Logger;
}

/** Moves virtual time by whole slots. */
export interface SlotDriver {
  /** The slot that was run last. */
  slot(): number;
  /** Runs the next slot; without a block when `withBlock` is false. */
  runSlot(withBlock: boolean): Promise<void>;
}

/**
 * Runs slots one after the other: the clock is put to each moment at which something happens, and put on only
 * when all of it is done. A slot takes as long as its work, and the same calls give the same chain.
 */
export function createSlotDriver(options: SlotDriverOptions): SlotDriver {
  const { node, validators, clock, genesisTime, secondsPerSlot, logger } = options;
  let slot = 0;
  return {
    slot: () => slot,
    runSlot: async (withBlock) => {
      slot++;
      const startMs = (genesisTime + slot * secondsPerSlot) * 1000;
      const thirdMs = Math.floor((secondsPerSlot * 1000) / 3);
      clock.set(startMs);
      void node.clock.currentSlot; // reading it makes the node notice the new slot
      await validators.prepare(slot);
      if (withBlock && validators.hasProposer(slot)) {
        await preparePayload(node, slot, logger);
        await validators.propose(slot);
      }
      clock.set(startMs + thirdMs);
      await validators.attest(slot);
      clock.set(startMs + 2 * thirdMs);
      await validators.aggregate(slot);
      await node.settled();
    },
  };
}
