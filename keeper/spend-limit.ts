import { formatEther, formatGwei } from "viem";

import { EthStakeError } from "../runtime/errors.ts";
import type { Execution } from "../chain/execution/client.ts";
import { DEFAULT_GAS_POLICY, weighWaiting, type FeeHistory, type GasPolicy, type Patience } from "./gas-policy.ts";

export type SpendLimitOptions = {
  client: Pick<Execution["client"], "estimateFeesPerGas" | "getFeeHistory">;
  /** Above this price of gas nothing is sent. */
  maxFeePerGasWei: bigint;
  /** The most that the gas of one run may cost. */
  maxRunCostWei: bigint;
  gasPolicy?: GasPolicy;
};

/** What a run may still spend on gas. */
export type SpendLimit = {
  /** Starts a new run. */
  reset(): void;
  /**
   * Throws GAS_PRICE_HIGH (retryable) while gas costs more than is allowed, and GAS_WORTH_WAITING (retryable) while
   * waiting for cheaper gas saves more than it loses; what has no patience waits for the first alone.
   */
  assertGasPrice(patience?: Patience): Promise<void>;
  add(costWei: bigint): void;
  spentWei(): bigint;
  /** Never below zero. */
  leftWei(): bigint;
};

/** Bounds what a keeper spends: by the price of gas, and by what one run costs in all. */
export function createSpendLimit(options: SpendLimitOptions): SpendLimit {
  const { client, maxFeePerGasWei, maxRunCostWei, gasPolicy = DEFAULT_GAS_POLICY } = options;
  let spentWei = 0n;
  return {
    reset: () => (spentWei = 0n),
    assertGasPrice: async (patience) => {
      const { maxFeePerGas } = await client.estimateFeesPerGas();
      if (maxFeePerGas <= maxFeePerGasWei) return assertNotWorthWaiting(client, gasPolicy, patience);
      throw new EthStakeError(
        "GAS_PRICE_HIGH",
        `Gas costs ${formatGwei(maxFeePerGas)} gwei, over the limit of ${formatGwei(maxFeePerGasWei)}: wait or raise it`,
        { details: { maxFeePerGas, maxFeePerGasWei }, retryable: true },
      );
    },
    add: (costWei) => (spentWei += costWei),
    spentWei: () => spentWei,
    leftWei: () => (spentWei < maxRunCostWei ? maxRunCostWei - spentWei : 0n),
  };
}

/** About three and a half hours; nodes answer no more. */
const HISTORY_BLOCKS = 1_024;

async function assertNotWorthWaiting(
  client: SpendLimitOptions["client"],
  policy: GasPolicy,
  patience: Patience | undefined,
): Promise<void> {
  if (patience === undefined) return;
  const history = await readFeeHistory(client);
  if (history === undefined) return;
  const { waits, usualFeeWei, savedWei, lostWei } = weighWaiting(history, patience, policy);
  if (!waits) return;
  const saved = `waiting saves ${formatEther(savedWei)} ETH of gas and loses ${formatEther(lostWei)} ETH of rewards`;
  throw new EthStakeError(
    "GAS_WORTH_WAITING",
    `Wait for gas at ${formatGwei(usualFeeWei)} gwei: it costs ${formatGwei(history.nextBaseFeeWei)} now, ${saved}`,
    { details: { ...history, pastBaseFeesWei: undefined, usualFeeWei, savedWei, lostWei }, retryable: true },
  );
}

/** Undefined where a node does not tell: then nothing is waited for. */
async function readFeeHistory(client: SpendLimitOptions["client"]): Promise<FeeHistory | undefined> {
  try {
    const { baseFeePerGas } = await client.getFeeHistory({ blockCount: HISTORY_BLOCKS, rewardPercentiles: [] });
    const nextBaseFeeWei = baseFeePerGas.at(-1);
    return nextBaseFeeWei === undefined ? undefined : { nextBaseFeeWei, pastBaseFeesWei: baseFeePerGas.slice(0, -1) };
  } catch {
    return undefined;
  }
}
