const BPS = 10_000n;

/** The least to accept when the amount may slip by so many parts of ten thousand; rounded down. */
export function lessSlippage(amount: bigint, slippageBps: number): bigint {
  return (amount * (BPS - BigInt(slippageBps))) / BPS;
}
