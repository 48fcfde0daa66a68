import { bigIntToHex } from "@ethereumjs/util";
import { z } from "zod";
import { findBlock, blockOption } from "./blocks.ts";
import type { RpcMethod, RpcMethodMaker } from "./method.ts";

/** One gwei: what a wallet offers a proposer when blocks are not full. */
const SUGGESTED_TIP_WEI = 1_000_000_000n;

/** eth_maxPriorityFeePerGas, which the client lacks. */
export const maxPriorityFeePerGas: RpcMethodMaker = () => async () => bigIntToHex(SUGGESTED_TIP_WEI);

/** eth_gasPrice. The client's own fails after a block with a transaction of the old type. */
export const gasPrice: RpcMethodMaker = (client) => async () => {
  const latest = await findBlock(client, "latest");
  return bigIntToHex(latest.header.calcNextBaseFee() + SUGGESTED_TIP_WEI);
};

/** eth_feeHistory. The client's own fails when asked for more blocks than there are. */
export const feeHistory =
  (own: RpcMethod): RpcMethodMaker =>
  (client) =>
  async (params) => {
    const count = BigInt(z.union([z.string(), z.number()]).parse(params[0]));
    const newest = await findBlock(client, blockOption.parse(params[1]));
    const available = newest.header.number + 1n;
    const number = bigIntToHex(newest.header.number);
    return own([bigIntToHex(count < available ? count : available), number, params[2] ?? []]);
  };
