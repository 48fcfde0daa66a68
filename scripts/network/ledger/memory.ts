import type { Address } from "viem";

import type { PayloadBook } from "./beacon-book.ts";
import type { EventBook } from "./events.ts";

/** Ether that was forced upon a contract: nobody's in the pool and the queue, a reward in the vaults. */
export type Gift = { blockNumber: bigint; to: Address; amountWei: bigint };

/** What a ledger has read so far, so that its next look reads only what is new. */
export type LedgerMemory = {
  /** The next block whose events are not read yet. */
  nextBlock: bigint;
  events: EventBook;
  /** The last slot whose payload was read. */
  payloadSlot: number;
  payloads: PayloadBook;
  rate: { nextBlock: bigint; ray: bigint; falls: string[] };
  /** Told by whoever made them: they leave no trace in any event. */
  gifts: Gift[];
};

/** A ledger that has read nothing of a deployment. */
export function createLedgerMemory({ deployedAtBlock }: { deployedAtBlock: number }): LedgerMemory {
  const first = BigInt(deployedAtBlock);
  return {
    nextBlock: 0n,
    events: {
      stakedWei: 0n,
      stakedBy: new Map(),
      claimedWei: 0n,
      claimedByRequest: new Map(),
      requests: new Map(),
      open: new Set(),
      holders: new Set(),
      settlements: [],
      deposits: [],
    },
    payloadSlot: 0,
    payloads: { withdrawnGwei: 0n, proposals: 0 },
    // The first ones belong to the deployment itself.
    rate: { nextBlock: first + 30n, ray: 0n, falls: [] },
    gifts: [],
  };
}
