import { EthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { EpochResult } from "../decide/epoch-result.ts";
import type { EpochStore } from "../store/epoch-store.ts";

/** Fills the store, and answers from it. */
export type EpochCollector = {
  /** Results of these epochs, all final; what the store lacks is read from the chain and kept. */
  collect(epochs: readonly number[]): Promise<EpochResult[]>;
  /** Those of these epochs that are not in the store. */
  gaps(epochs: readonly number[]): Promise<number[]>;
};

/** Makes a collector; `read` judges one epoch from the chain. */
export function createEpochCollector({
  store,
  read,
  logger,
}: {
  store: Pick<EpochStore, "load" | "save">;
  read: (epoch: number) => Promise<EpochResult>;
  logger: Logger;
}): EpochCollector {
  const collectOne = async (epoch: number) => {
    const result = await read(epoch);
    if (result.epoch !== epoch)
      throw new EthStakeError("EPOCH_WRONG", `Look at the nodes: epoch ${result.epoch} came instead of ${epoch}`);
    await store.save(result);
    logger.debug("Epoch collected", { epoch, ...result.network, operators: result.operators.length });
    return result;
  };
  const stored = async (epochs: readonly number[]) =>
    new Map((await store.load(epochs)).map((result) => [result.epoch, result]));
  return {
    collect: async (epochs) => {
      const known = await stored(epochs);
      const results: EpochResult[] = [];
      // One after the other: each may be a state of hundreds of megabytes.
      for (const epoch of epochs) results.push(known.get(epoch) ?? (await collectOne(epoch)));
      return results;
    },
    gaps: async (epochs) => {
      const known = await stored(epochs);
      return epochs.filter((epoch) => !known.has(epoch));
    },
  };
}
