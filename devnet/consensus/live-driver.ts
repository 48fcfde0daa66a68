import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@lodestar/logger";
import type { ValidatorClient } from "../validator/client.ts";

interface LiveDriverOptions {
  validators: ValidatorClient;
  genesisTime: number;
  secondsPerSlot: number;
  logger: Logger;
  signal: AbortSignal;
}

/** Does the validators' work by the wall clock until the signal fires. What fails is logged and missed, as in life. */
export async function runLive(options: LiveDriverOptions): Promise<void> {
  const { validators, genesisTime, secondsPerSlot, logger, signal } = options;
  const startMs = (slot: number) => (genesisTime + slot * secondsPerSlot) * 1000;
  const thirdMs = (secondsPerSlot * 1000) / 3;
  const until = (unixMs: number) => sleep(Math.max(0, unixMs - Date.now()), undefined, { signal });
  const attempt = async (what: string, slot: number, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      logger.warn(`Could not ${what}`, { slot }, cause);
    }
  };
  const currentSlot = () => Math.floor((Date.now() / 1000 - genesisTime) / secondsPerSlot);

  for (let slot = Math.max(1, currentSlot() + 1); !signal.aborted; slot = Math.max(slot, currentSlot()) + 1) {
    await until(startMs(slot));
    await attempt("fetch duties", slot, () => validators.prepare(slot));
    await attempt("propose", slot, () => validators.propose(slot));
    await until(startMs(slot) + thirdMs);
    await attempt("attest", slot, () => validators.attest(slot));
    await until(startMs(slot) + 2 * thirdMs);
    await attempt("aggregate", slot, () => validators.aggregate(slot));
  }
}
