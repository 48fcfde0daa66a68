import type { IExecutionEngine } from "./lodestar-internals.ts";

/** An execution engine that can be waited for. */
export interface SettlingEngine {
  engine: IExecutionEngine;
  /** Resolves when no call to the execution client is under way. */
  settled(): Promise<void>;
}

/**
 * The beacon chain tells the execution client of a new head without waiting for the answer. Whoever reads the
 * execution chain right after a slot must wait, or would sometimes still see the block before.
 */
export function createSettlingEngine(inner: IExecutionEngine): SettlingEngine {
  const underWay = new Set<Promise<unknown>>();
  const notifyForkchoiceUpdate = inner.notifyForkchoiceUpdate.bind(inner);
  inner.notifyForkchoiceUpdate = (...parameters) => {
    const call = notifyForkchoiceUpdate(...parameters);
    // The caller handles a failure; here it only counts that the call is over.
    const over: Promise<unknown> = call.catch(() => {}).finally(() => underWay.delete(over));
    underWay.add(over);
    return call;
  };
  return {
    engine: inner,
    settled: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
