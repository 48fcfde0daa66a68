import { etherToGwei } from "../../chain/units.ts";
import { min } from "../capacity.ts";

/**
 * What is taken for more than the tips of the blocks until a request is mined where nothing better is to be had: the
 * simulation saw 420,000 gwei in a block, a twenty-fourth of it.
 */
const TIPS_GWEI = etherToGwei(1) / 100n;

export type OrderedGwei = {
  /** What has to be asked for now. */
  orderGwei: bigint;
  /** What the contract would let anyone ask for. */
  uncoveredGwei: bigint;
  minPartialGwei: bigint;
  /** Some of it will be late even when it is asked for now. */
  isLate: boolean;
};

/**
 * How much of an order is asked for at once. Tips and new stake that arrive between the reading and the block lower what
 * the contract allows, and it refuses a request for more (`ExitNotNeeded`): an amount to the gwei would be refused for
 * any tip. The least part alone it takes as long as anything is wanted. So of a larger order one least part is left to
 * the next run; of less than two, what tips may be. What tips alone may bring is asked for when waiting makes it late.
 */
export function safeToAskGwei({ orderGwei, uncoveredGwei, minPartialGwei, isLate }: OrderedGwei): bigint {
  if (uncoveredGwei <= TIPS_GWEI) return isLate ? orderGwei : 0n;
  const marginGwei = uncoveredGwei >= 2n * minPartialGwei ? minPartialGwei : TIPS_GWEI;
  return min(orderGwei, uncoveredGwei - marginGwei);
}
