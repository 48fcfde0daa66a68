// The control API: what the devnet's own processes and the programs that drive it say to each other.
import { z } from "zod";

const hexOf = (bytes: number) =>
  z.custom<`0x${string}`>(
    (value) => typeof value === "string" && new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`).test(value),
    `expected 0x and ${bytes * 2} hex digits`,
  );

const pubkey = hexOf(48);

export const advanceRequest = z.object({
  /** How many slots to run. */
  slots: z.int().min(1).default(1),
  /** Which of them stay without a block: 1 is the first of this call. */
  skip: z.array(z.int().min(1)).default([]),
});

export const validatorsRequest = z.object({
  validators: z.array(z.object({ secretKey: hexOf(32), feeRecipient: hexOf(20) })),
});

export const pubkeysRequest = z.object({ pubkeys: z.array(pubkey) });

/** Where the chain stands. */
export const chainPosition = z.object({
  /** Unix seconds: virtual time in virtual mode. */
  now: z.number(),
  /** The slot that was run last (virtual), or that is running (live). */
  slot: z.number(),
  headSlot: z.number(),
  headRoot: z.string(),
  justifiedEpoch: z.number(),
  finalizedEpoch: z.number(),
  executionBlockNumber: z.number(),
  executionBlockHash: z.string(),
});
export type ChainPosition = z.infer<typeof chainPosition>;

export const devnetStatus = chainPosition.extend({
  mode: z.enum(["virtual", "live"]),
  chainId: z.number(),
  genesisTime: z.number(),
  secondsPerSlot: z.number(),
  slotsPerEpoch: z.number(),
  depositContract: hexOf(20),
  executionUrl: z.string(),
  beaconUrl: z.string(),
  /** Validators that were switched off. */
  offline: z.array(pubkey),
  /** Memory of the consensus process. */
  memoryBytes: z.number(),
});
export type DevnetStatus = z.infer<typeof devnetStatus>;

export const controlError = z.object({ code: z.string(), message: z.string() });
