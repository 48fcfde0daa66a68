import type { EventEmitter } from "node:events";

import { createSystemClock, type Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export type Shutdown = {
  /** Fires once, on SIGINT, SIGTERM or stop(). Give it to every loop, request and sleep. */
  readonly signal: AbortSignal;
  /** Registers what must be closed. Closers run once, last registered first. */
  onClose(name: string, close: () => void | Promise<void>): void;
  /** Fires the signal and runs all closers; safe to call more than once. Resolves when all have ended. */
  stop(reason?: string): Promise<void>;
};
export type ShutdownOptions = {
  logger: Logger;
  /** How long one closer may take before it is given up. */
  closeTimeoutMs?: number;
  /** What a second signal does, when closing takes too long for a person. Ends the process unless told. */
  onSecondSignal?: () => void;
  /** A signal that comes sooner after the first is the same one: npm hands on the Ctrl-C that the terminal sends too. */
  impatientAfterMs?: number;
  clock?: Clock;
  /** What signals are heard from: the process, unless a test is not to end with it. */
  source?: EventEmitter;
};

/**
 * Ends a process in order: the signal first, so that loops leave by themselves, then the closers.
 *
 * @example
 * const shutdown = createShutdown({ logger });
 * shutdown.onClose("http server", () => server.close());
 * await runLoop(shutdown.signal);
 * await shutdown.stop();
 */
export function createShutdown(options: ShutdownOptions): Shutdown {
  const { logger, closeTimeoutMs = 10_000, impatientAfterMs = 1_000, clock = createSystemClock() } = options;
  const source: EventEmitter = options.source ?? process;
  const onSecondSignal = options.onSecondSignal ?? (() => process.exit(130));
  const controller = new AbortController();
  const closers: { name: string; close: () => void | Promise<void> }[] = [];
  let stopping: Promise<void> | undefined;
  let firstSignalAt: number | undefined;

  const onSignal = (name: NodeJS.Signals) => {
    const sinceFirstMs = (clock.now() - (firstSignalAt ??= clock.now())) * 1_000;
    if (stopping !== undefined) return sinceFirstMs < impatientAfterMs ? undefined : onSecondSignal();
    logger.info("Stopping", { signal: name });
    void stop(name);
  };

  const stop = (reason = "stopped") => {
    stopping ??= run(reason);
    return stopping;
  };

  const run = async (reason: string) => {
    controller.abort(reason);
    for (const { name, close } of closers.reverse()) {
      try {
        await withTimeout(Promise.resolve(close()), closeTimeoutMs);
      } catch (error) {
        logger.error("Could not close", { name, error });
      }
    }
    for (const signal of SIGNALS) source.off(signal, onSignal);
  };

  for (const signal of SIGNALS) source.on(signal, onSignal);
  return { signal: controller.signal, onClose: (name, close) => void closers.push({ name, close }), stop };
}

function withTimeout(promise: Promise<void>, milliseconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`took longer than ${milliseconds} ms`)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
