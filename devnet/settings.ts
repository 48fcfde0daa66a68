import { z } from "zod";

const address = z.custom<`0x${string}`>((value) => /^0x[0-9a-fA-F]{40}$/.test(String(value)), "expected an address");
const wei = z.string().transform(BigInt);

/** What the parent tells the execution client's process. */
export const executionSettings = z.object({
  executionPort: z.number(),
  enginePort: z.number(),
  logLevel: z.string(),
  balances: z.array(z.object({ address, balanceWei: wei })),
});

/** What the parent tells the process of the beacon chain and the validator client. */
export const consensusSettings = z.object({
  mode: z.enum(["virtual", "live"]),
  validatorCount: z.number(),
  exitQueueUntilEpoch: z.number(),
  secondsPerSlot: z.number(),
  genesisTime: z.number(),
  executionUrl: z.string(),
  engineUrl: z.string(),
  beaconPort: z.number(),
  controlPort: z.number(),
  logLevel: z.string(),
});

export type ExecutionSettings = z.input<typeof executionSettings>;
export type ConsensusSettings = z.infer<typeof consensusSettings>;

/** What each process answers when it is ready. */
export const executionReady = z.object({ executionPort: z.number(), enginePort: z.number() });
export const consensusReady = z.object({ beaconPort: z.number(), controlPort: z.number() });
