import type { Clock } from "./clock.ts";

export type RateLimit = {
  /** Counts one request; false when this sender has used up its share. */
  admits(sender: string): boolean;
};

/** Senders that are remembered; the one not heard of for longest is forgotten first. */
const MAX_SENDERS = 10_000;

/** A bucket of tokens for each sender: `burst` at once, then `perSecond`. */
export function createRateLimit({
  perSecond,
  burst,
  clock,
}: {
  perSecond: number;
  burst: number;
  clock: Clock;
}): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    admits: (sender) => {
      const at = clock.now();
      const last = buckets.get(sender) ?? { tokens: burst, at };
      const tokens = Math.min(burst, last.tokens + (at - last.at) * perSecond);
      buckets.delete(sender);
      buckets.set(sender, { tokens: Math.max(0, tokens - 1), at });
      const [oldest] = buckets.keys();
      if (buckets.size > MAX_SENDERS && oldest !== undefined) buckets.delete(oldest);
      return tokens >= 1;
    },
  };
}
