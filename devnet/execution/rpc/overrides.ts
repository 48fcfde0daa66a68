import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { RPCManager } from "@ethereumjs/client/dist/esm/src/rpc/index.js";
import { bigIntToHex } from "@ethereumjs/util";
import { blockOption, findBlock } from "./blocks.ts";
import { call } from "./call.ts";
import { estimateGas } from "./estimate-gas.ts";
import { feeHistory, gasPrice, maxPriorityFeePerGas } from "./fees.ts";
import { getLogs } from "./logs.ts";
import type { RpcMethod, RpcMethodMaker } from "./method.ts";
import { getBlockReceipts, getTransactionReceipt } from "./receipts.ts";
import { getTransactionByHash, getTransactionCount, sendRawTransaction } from "./transactions.ts";

/**
 * The JSON-RPC methods that differ from those of EthereumJS 0.10.5, each for the reason that its file gives.
 * What is not listed is served by the client itself.
 */
export function createOverrides(client: EthereumClient): Record<string, RpcMethod> {
  const own = ownMethods(client);
  const makers: Record<string, RpcMethodMaker> = {
    eth_call: call,
    eth_estimateGas: estimateGas,
    eth_getTransactionByHash: getTransactionByHash,
    eth_getTransactionCount: getTransactionCount,
    eth_getTransactionReceipt: getTransactionReceipt,
    eth_getBlockReceipts: getBlockReceipts,
    eth_getLogs: getLogs,
    eth_gasPrice: gasPrice,
    eth_maxPriorityFeePerGas: maxPriorityFeePerGas,
    eth_feeHistory: feeHistory(own("eth_feeHistory")),
    eth_sendRawTransaction: sendRawTransaction(own("eth_sendRawTransaction")),
    eth_getBalance: withBlockNumber(own("eth_getBalance"), 1),
    eth_getCode: withBlockNumber(own("eth_getCode"), 1),
    eth_getStorageAt: withBlockNumber(own("eth_getStorageAt"), 2),
    eth_getProof: withBlockNumber(own("eth_getProof"), 2),
    eth_getBlockByNumber: pendingIsLatest(own("eth_getBlockByNumber")),
  };
  return Object.fromEntries(Object.entries(makers).map(([name, maker]) => [name, maker(client)]));
}

/** The client's own state queries know numbers and tags, but neither "pending" nor hashes nor EIP-1898 objects. */
function withBlockNumber(own: RpcMethod, position: number): RpcMethodMaker {
  return (client) => async (params) => {
    const block = await findBlock(client, blockOption.parse(params[position]));
    return own([...params.slice(0, position), bigIntToHex(block.header.number)]);
  };
}

function pendingIsLatest(own: RpcMethod): RpcMethodMaker {
  return () => async (params) => own([params[0] === "pending" ? "latest" : params[0], params[1] ?? false]);
}

function ownMethods(client: EthereumClient): (name: string) => RpcMethod {
  const methods = new RPCManager(client, client.config).getMethods(false);
  return (name) => {
    const method = methods[name];
    if (method === undefined) throw new Error(`@ethereumjs/client has no method ${name}: install its pinned version`);
    return async (params): Promise<unknown> => method(params);
  };
}
