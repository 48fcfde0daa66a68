// What a transaction may cost, what it did cost, and whether the account can pay.
import type { Address, TransactionReceipt } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { formatWei } from "../units.ts";
import type { Execution } from "./client.ts";
import { toExecutionError } from "./revert.ts";

export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };

/** Fees that the node suggests, with our own tip when one is given. */
export async function feesPerGas({ client }: Execution, priorityFeePerGasWei?: bigint): Promise<Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await client.estimateFeesPerGas();
  if (priorityFeePerGasWei === undefined) return { maxFeePerGas, maxPriorityFeePerGas };
  const baseFeePart = maxFeePerGas - maxPriorityFeePerGas;
  return { maxFeePerGas: baseFeePart + priorityFeePerGasWei, maxPriorityFeePerGas: priorityFeePerGasWei };
}

/** Gas times price, the price by the rule of EIP-1559: the effectiveGasPrice of some nodes' receipts lacks the base fee. */
export async function gasCost({ client }: Execution, receipt: TransactionReceipt, fees: Fees): Promise<bigint> {
  const block = await client.getBlock({ blockNumber: receipt.blockNumber }).catch(() => undefined);
  // The transaction is mined: a node that fails now must not turn that into an error.
  if (block === undefined) return receipt.gasUsed * receipt.effectiveGasPrice;
  const { baseFeePerGas } = block;
  const wanted = (baseFeePerGas ?? 0n) + fees.maxPriorityFeePerGas;
  return receipt.gasUsed * (wanted < fees.maxFeePerGas ? wanted : fees.maxFeePerGas);
}

/** Refuses gas that may cost more than the limit; retryable, since prices fall again. */
export function refuseAboveLimit(maxCostWei: bigint | undefined, what: string, costWei: bigint): void {
  if (maxCostWei === undefined || costWei <= maxCostWei) return;
  throw new EthStakeError(
    "COST_LIMIT",
    `Wait for cheaper gas or raise the limit of ${formatWei(maxCostWei)} ETH: ${what} may cost ${formatWei(costWei)}`,
    { details: { what, costWei, maxCostWei }, retryable: true },
  );
}

/** Asked before the node simulates: nodes answer a missing balance in many ways. */
export async function refuseWithoutFunds(
  { client }: Execution,
  address: Address,
  what: string,
  needWei: bigint,
): Promise<void> {
  const balanceWei = await client.getBalance({ address }).catch((error: unknown) => {
    throw toExecutionError(error, what);
  });
  if (balanceWei >= needWei && balanceWei > 0n) return;
  throw new EthStakeError(
    "INSUFFICIENT_FUNDS",
    `Send ether to ${address}: ${what} needs ${formatWei(needWei)} ETH and it has ${formatWei(balanceWei)}`,
    { details: { what, needWei, balanceWei, address } },
  );
}
