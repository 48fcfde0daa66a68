import type { ParameterOverrides } from "../../deploy/parameters/index.ts";
import { etherToGwei } from "../../chain/units.ts";
import { SECONDS_PER_DAY, SLOTS_PER_DAY } from "./plan/days.ts";

/** A validator is filled up to this, so that a pool of some hundred ether has several. */
export const TARGET_ETHER = 96;

/** The numbers of the devnet, with a day of mainnet as one frame. */
export const OVERRIDES: ParameterOverrides = {
  frame: { slotsPerFrame: BigInt(SLOTS_PER_DAY), framesPerPeriod: 2n },
  // As on mainnet: a request waits for a day at least.
  queue: { minDelaySeconds: SECONDS_PER_DAY },
  pool: { maxReportAgeSeconds: Math.max(10 * SECONDS_PER_DAY, 3_600) },
  registry: {
    // Ten minutes are the hard bound: one day and a quarter.
    appealWindowSeconds: 600,
    bondExitDelaySeconds: 3 * SECONDS_PER_DAY + 600,
    exitDeadlineSeconds: 2 * SECONDS_PER_DAY,
  },
  manager: { turnGwei: etherToGwei(TARGET_ETHER) },
  distribution: { claimDelaySeconds: Math.floor(SECONDS_PER_DAY * 0.4) },
};

/** The simulation's numbers with those of a scenario put in. */
export function withOverrides(over: ParameterOverrides): ParameterOverrides {
  return {
    ...OVERRIDES,
    ...over,
    frame: { ...OVERRIDES.frame, ...over.frame },
    queue: { ...OVERRIDES.queue, ...over.queue },
    pool: { ...OVERRIDES.pool, ...over.pool },
    registry: { ...OVERRIDES.registry, ...over.registry },
    manager: { ...OVERRIDES.manager, ...over.manager },
    distribution: { ...OVERRIDES.distribution, ...over.distribution },
  };
}
