import { formatGwei } from "viem";

import { EthStakeError } from "../runtime/errors.ts";
import type { Execution } from "../chain/execution/client.ts";

export type SpendLimitOptions = {
  client: Pick<Execution["client"], "estimateFeesPerGas">;
  /** Above this price of gas nothing is sent. */
  maxFeePerGasWei: bigint;
  /** The most that the gas of one run may cost. */
  maxRunCostWei: bigint;
};

/** What a run may still spend on gas. */
export type SpendLimit = {
  /** Starts a new run. */
  reset(): void;
  /** Throws GAS_PRICE_HIGH (retryable) while gas costs more than is allowed. */
  assertGasPrice(): Promise<void>;
  add(costWei: bigint): void;
  spentWei(): bigint;
  /** Never below zero. */
  leftWei(): bigint;
};

/** Bounds what a keeper spends: by the price of gas, and by what one run costs in all. */
export function createSpendLimit({ client, maxFeePerGasWei, maxRunCostWei }: SpendLimitOptions): SpendLimit {
  let spentWei = 0n;
  return {
    reset: () => (spentWei = 0n),
    assertGasPrice: async () => {
      const { maxFeePerGas } = await client.estimateFeesPerGas();
      if (maxFeePerGas <= maxFeePerGasWei) return;
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
