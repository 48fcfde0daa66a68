import type { Block } from "@ethereumjs/block";
import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { bigIntToHex, bytesToHex, createContractAddress, intToHex } from "@ethereumjs/util";
import { blockOption, findBlock } from "./blocks.ts";
import { logsOf, type JsonLog } from "./logs.ts";
import type { RpcMethodMaker } from "./method.ts";
import { effectiveGasPriceWei, locate, parseHash } from "./transactions.ts";

/**
 * eth_getTransactionReceipt. The client's own executes the whole block again for every receipt, and leaves the
 * base fee out of the price paid. All that is needed is stored or follows from the transaction.
 */
export const getTransactionReceipt: RpcMethodMaker = (client) => async (params) => {
  const place = await locate(client, parseHash(params[0]));
  return place === undefined ? null : ((await receiptsOf(client, place.block))[place.index] ?? null);
};

/** eth_getBlockReceipts, for the same reasons. */
export const getBlockReceipts: RpcMethodMaker = (client) => async (params) =>
  receiptsOf(client, await findBlock(client, blockOption.parse(params[0])));

async function receiptsOf(client: EthereumClient, block: Block): Promise<Record<string, unknown>[]> {
  const stored = (await client.service.execution.receiptsManager?.getReceipts(block.hash(), true, true)) ?? [];
  const logs = await logsOf(client, block);
  let gasUsedBefore = 0n;
  return stored.flatMap((receipt, index) => {
    const tx = block.transactions[index];
    if (tx === undefined) return [];
    const from = tx.getSenderAddress();
    const gasUsed = receipt.cumulativeBlockGasUsed - gasUsedBefore;
    gasUsedBefore = receipt.cumulativeBlockGasUsed;
    const contractAddress = tx.to === undefined ? createContractAddress(from, tx.nonce).toString() : null;
    return {
      transactionHash: bytesToHex(tx.hash()),
      transactionIndex: intToHex(index),
      blockHash: bytesToHex(block.hash()),
      blockNumber: bigIntToHex(block.header.number),
      from: from.toString(),
      to: tx.to?.toString() ?? null,
      cumulativeGasUsed: bigIntToHex(receipt.cumulativeBlockGasUsed),
      gasUsed: bigIntToHex(gasUsed),
      effectiveGasPrice: bigIntToHex(effectiveGasPriceWei(tx, block.header.baseFeePerGas ?? 0n)),
      contractAddress,
      logs: logs.filter((log: JsonLog) => log.transactionIndex === intToHex(index)),
      logsBloom: bytesToHex(receipt.bitvector),
      status: "status" in receipt ? intToHex(receipt.status) : "0x1",
      type: intToHex(tx.type),
    };
  });
}
