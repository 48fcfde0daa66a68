import type { Clock } from "../runtime/clock.ts";
import { hasCode, throwIfAborted, toEthStakeError } from "../runtime/errors.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Member } from "./member.ts";
import type { OracleMetrics } from "./metrics.ts";

/** Errors in a row lengthen the pause up to so many times. */
const MAX_BACKOFF = 10;

export type LoopOptions = {
  member: Member;
  clock: Clock;
  pollMs: number;
  logger: Logger;
  signal: AbortSignal;
  /** Ends when the present frame is done; an error ends it too. */
  once?: boolean;
  metrics: Pick<OracleMetrics, "stepDone" | "stepFailed">;
};

/** Steps until the signal fires. An error is logged when it is new, and the loop goes on. */
export async function runLoop(options: LoopOptions): Promise<void> {
  const { member, clock, pollMs, logger, signal, once = false, metrics } = options;
  let failures = 0;
  let lastCode: string | undefined;
  try {
    for (;;) {
      throwIfAborted(signal);
      const startedAt = performance.now();
      const seconds = () => (performance.now() - startedAt) / 1000;
      try {
        const { done } = await orAborted(member.step(), signal);
        metrics.stepDone(seconds());
        failures = 0;
        lastCode = undefined;
        if (once && done) return;
      } catch (error) {
        throwIfAborted(signal);
        const { code, retryable } = toEthStakeError(error);
        metrics.stepFailed(seconds(), code);
        if (once && !retryable) throw error;
        // The same trouble again and again is one line, not thousands.
        (code === lastCode ? logger.debug : logger.error)("A step failed and is tried again", { error });
        lastCode = code;
        failures++;
      }
      await clock.sleep(pollMs * Math.min(MAX_BACKOFF, Math.max(1, failures)), signal);
    }
  } catch (error) {
    if (!hasCode(error, "ABORTED") || !signal.aborted) throw error;
  } finally {
    member.stopped();
  }
}

// A step may wait minutes for a receipt; stopping must not. What the step did is on disk or on chain.
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(toEthStakeError(signal.reason, "ABORTED"));
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
