import { abortedError } from "./errors.ts";

/** Time as the programs see it. Injected everywhere, so that tests and the virtual network own it. */
export type Clock = {
  /** Unix time in seconds, with a fraction. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with code ABORTED when the signal fires first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};

/** The clock of the machine. */
export function createSystemClock(): Clock {
  return { now: () => Date.now() / 1000, sleep };
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortedError(signal));
    const onAbort = () => {
      clearTimeout(timer);
      reject(abortedError(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
