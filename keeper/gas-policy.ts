/** Base fees of past blocks and of the next one, in wei. */
export type FeeHistory = { nextBaseFeeWei: bigint; pastBaseFeesWei: readonly bigint[] };

/** What a transaction holds up while it waits, and what it takes. */
export type Patience = {
  /** Ether that earns nothing until it is sent, in Gwei. */
  waitingGwei: bigint;
  /** Roughly. */
  gas: bigint;
};

export type GasPolicy = {
  /** Part of the past fees below which gas counts as cheap, in percent. */
  percentile: number;
  /** What staked ether earns in a year, in basis points. */
  rewardBps: bigint;
  /** How long a wait for cheaper gas is taken to last. */
  waitSeconds: bigint;
};

export const DEFAULT_GAS_POLICY: GasPolicy = { percentile: 60, rewardBps: 300n, waitSeconds: 4n * 3_600n };

/** The wait is worth it, or not; amounts in wei. */
export type GasVerdict = { waits: boolean; usualFeeWei: bigint; savedWei: bigint; lostWei: bigint };

const BPS = 10_000n;
const SECONDS_PER_YEAR = 31_556_952n;
const WEI_PER_GWEI = 1_000_000_000n;

/**
 * Weighs what waiting saves (gas times what the price is above the usual one) against what it loses (rewards of the ether
 * that waits). The usual price follows the past: gas that stays dear becomes usual, so no wait lasts for ever.
 */
export function weighWaiting(
  { nextBaseFeeWei, pastBaseFeesWei }: FeeHistory,
  { waitingGwei, gas }: Patience,
  { percentile, rewardBps, waitSeconds }: GasPolicy,
): GasVerdict {
  const usualFeeWei = percentileOf(pastBaseFeesWei, percentile) ?? nextBaseFeeWei;
  const aboveWei = nextBaseFeeWei > usualFeeWei ? nextBaseFeeWei - usualFeeWei : 0n;
  const savedWei = gas * aboveWei;
  const lostWei = (waitingGwei * WEI_PER_GWEI * rewardBps * waitSeconds) / (BPS * SECONDS_PER_YEAR);
  return { waits: savedWei > lostWei, usualFeeWei, savedWei, lostWei };
}

/** The value that so many percent of a list are at or below; undefined for none. */
export function percentileOf(values: readonly bigint[], percent: number): bigint | undefined {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1);
  return sorted[at];
}
