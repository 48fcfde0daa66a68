import { createSystemClock, type Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { retry } from "./retry.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5_000;

export type WhenReachableOptions = { logger: Logger; clock?: Clock | undefined; signal?: AbortSignal | undefined };

/**
 * Starts what needs nodes or a database that may come up later, as after a reboot: tries again, and says what is missing,
 * until it has started or was told to stop. What time does not mend, such as a node of another network, is thrown at once.
 */
export async function whenReachable<T>(start: () => Promise<T>, options: WhenReachableOptions): Promise<T> {
  const { logger, clock = createSystemClock(), signal } = options;
  return retry(start, {
    ...{ clock, signal, attempts: Infinity, baseDelayMs: FIRST_WAIT_MS, maxDelayMs: LONGEST_WAIT_MS },
    onRetry: (error) => logger.warn("Not started yet: it is tried again", { error }),
  });
}
