import { bytesToHex } from "@ethereumjs/util";
import { blockOption, findBlock } from "./blocks.ts";
import { executionError, parseCallRequest } from "./call-request.ts";
import type { RpcMethodMaker } from "./method.ts";
import { onStateAfter } from "./past-state.ts";

/**
 * eth_call. The client's own answers "pending" and block hashes with an error, limits gas to 16.7 million and
 * words reverts in its own way.
 */
export const call: RpcMethodMaker = (client) => async (params) => {
  const request = parseCallRequest(params[0]);
  const block = await findBlock(client, blockOption.parse(params[1]));
  const { execResult } = await onStateAfter(client, block, ({ evm }) =>
    evm.runCall({
      caller: request.from,
      ...(request.to === undefined ? {} : { to: request.to }),
      gasLimit: request.gas ?? block.header.gasLimit,
      gasPrice: 0n,
      value: request.valueWei,
      data: request.data,
      block,
    }),
  );
  const returnValue = bytesToHex(execResult.returnValue);
  if (execResult.exceptionError !== undefined) throw executionError(execResult.exceptionError.error, returnValue);
  return returnValue;
};
