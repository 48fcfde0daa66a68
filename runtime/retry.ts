import type { Clock } from "./clock.ts";
import { isRetryable, throwIfAborted } from "./errors.ts";

export type RetryOptions = {
  clock: Clock;
  /** Tries in all, the first one included. Default 4. */
  attempts?: number;
  /** Wait after the first failure; doubles each time up to `maxDelayMs`. Default 250. */
  baseDelayMs?: number;
  maxDelayMs?: number;
  signal?: AbortSignal | undefined;
  onRetry?: (error: unknown, attempt: number) => void;
};

/** Runs an action again while it fails with a retryable error; any other error, and the last one, is thrown as it is. */
export async function retry<T>(action: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, attempts = 4, baseDelayMs = 250, maxDelayMs = 10_000, signal, onRetry } = options;
  for (let attempt = 1; ; attempt++) {
    throwIfAborted(signal);
    try {
      return await action(attempt);
    } catch (error) {
      if (!isRetryable(error) || attempt >= attempts) throw error;
      onRetry?.(error, attempt);
      await clock.sleep(Math.min(baseDelayMs * 2 ** (attempt - 1), maxDelayMs), signal);
    }
  }
}
