import type { Logger } from "../../runtime/logger.ts";
import type { EpochResult } from "../decide/epoch-result.ts";
import type { EpochStore } from "../store/epoch-store.ts";

/** Fills the store, and answers from it. */
export type EpochCollector = {
  /** Results of these epochs, all final; what the store lacks is read from the chain and kept. */
  collect(epochs: readonly number[]): Promise<EpochResult[]>;
};

/** Makes a collector; `read` judges one epoch from the chain. */
export function createEpochCollector({
  store,
  read,
  logger,
}: {
  store: EpochStore;
  read: (epoch: number) => Promise<EpochResult>;
  logger: Logger;
}): EpochCollector {
  const collectOne = async (epoch: number) => {
    const stored = await store.load(epoch);
    if (stored !== undefined) return stored;
    const result = await read(epoch);
    await store.save(result);
    logger.debug("Epoch collected", { epoch, ...result.network, operators: result.operators.length });
    return result;
  };
  return {
    collect: async (epochs) => {
      const results: EpochResult[] = [];
      // One after the other: each may be a state of hundreds of megabytes.
      for (const epoch of epochs) results.push(await collectOne(epoch));
      return results;
    },
  };
}
