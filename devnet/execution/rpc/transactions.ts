import type { Block } from "@ethereumjs/block";
import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { toJSONRPCTx } from "@ethereumjs/client/dist/esm/src/rpc/helpers.js";
import { isFeeMarket1559Tx, isBlob4844Tx, isEOACode7702Tx, type TypedTransaction } from "@ethereumjs/tx";
import { bigIntToHex, createAddressFromString, hexToBytes, isHexString } from "@ethereumjs/util";
import { z } from "zod";
import { blockOption, findBlock, isCanonical } from "./blocks.ts";
import { INVALID_PARAMS, RpcError, SERVER_ERROR, type RpcMethodMaker } from "./method.ts";
import { onStateAfter } from "./past-state.ts";

/** What the sender pays per unit of gas in a block with this base fee. */
export function effectiveGasPriceWei(tx: TypedTransaction, baseFeeWei: bigint): bigint {
  if (!isFeeMarket1559Tx(tx) && !isBlob4844Tx(tx) && !isEOACode7702Tx(tx)) return tx.gasPrice;
  const roomWei = tx.maxFeePerGas - baseFeeWei;
  return baseFeeWei + (tx.maxPriorityFeePerGas < roomWei ? tx.maxPriorityFeePerGas : roomWei);
}

/** Reads a hash parameter. */
export function parseHash(param: unknown): Uint8Array {
  const text = z.string().parse(param);
  if (!isHexString(text, 32)) throw new RpcError(INVALID_PARAMS, `Not a hash: ${text}`);
  return hexToBytes(text);
}

/** Where a transaction is in the chain; undefined while it is not, or no longer. */
export async function locate(
  client: EthereumClient,
  hash: Uint8Array,
): Promise<{ block: Block; index: number } | undefined> {
  const found = await client.service.execution.receiptsManager?.getReceiptByTxHash(hash);
  if (!found) return undefined;
  const [, blockHash, index] = found;
  const block = await client.chain.getBlock(blockHash);
  return (await isCanonical(client, block)) ? { block, index } : undefined;
}

/**
 * eth_getTransactionByHash. The client's own does not know transactions that still wait, so that a sender who
 * looks his transaction up believes it was dropped, and shows the fee limit as the price paid.
 */
export const getTransactionByHash: RpcMethodMaker = (client) => async (params) => {
  const hash = parseHash(params[0]);
  const place = await locate(client, hash);
  if (place === undefined) {
    const [waiting] = client.service.txPool.getByHash([hash]);
    return waiting === undefined ? null : toJSONRPCTx(waiting);
  }
  const { block, index } = place;
  const tx = block.transactions[index];
  if (tx === undefined) return null;
  const gasPrice = bigIntToHex(effectiveGasPriceWei(tx, block.header.baseFeePerGas ?? 0n));
  return { ...toJSONRPCTx(tx, block, index), gasPrice };
};

/**
 * eth_getTransactionCount. The client's own finds waiting transactions only by a lower-case address, and counts
 * those behind a gap too.
 */
export const getTransactionCount: RpcMethodMaker = (client) => async (params) => {
  const address = createAddressFromString(z.string().parse(params[0]).toLowerCase());
  const option = blockOption.parse(params[1]);
  const block = await findBlock(client, option);
  const account = await onStateAfter(client, block, ({ stateManager }) => stateManager.getAccount(address));
  let nonce = account?.nonce ?? 0n;
  if (option === "pending") {
    const waiting = client.service.txPool.pool.get(address.toString().slice(2)) ?? [];
    const nonces = new Set(waiting.map(({ tx }) => tx.nonce));
    while (nonces.has(nonce)) nonce++;
  }
  return bigIntToHex(nonce);
};

/** eth_sendRawTransaction, with the refusal for lack of funds in the words that libraries recognise. */
export const sendRawTransaction =
  (own: (params: unknown[]) => Promise<unknown>): RpcMethodMaker =>
  () =>
  async (params) => {
    try {
      return await own(params);
    } catch (error) {
      const message = z.object({ message: z.string() }).safeParse(error).data?.message ?? String(error);
      const prefix = message.includes("insufficient balance") ? "insufficient funds for gas * price + value: " : "";
      throw new RpcError(SERVER_ERROR, prefix + message);
    }
  };
