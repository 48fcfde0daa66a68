import type { Block } from "@ethereumjs/block";
import type { EthereumClient } from "@ethereumjs/client/dist/esm/src/client.js";
import { bigIntToHex, bytesToHex, intToHex } from "@ethereumjs/util";
import { z } from "zod";
import { blockOption, findBlock } from "./blocks.ts";
import { INVALID_PARAMS, RpcError, type RpcMethodMaker } from "./method.ts";

export interface JsonLog {
  address: string;
  topics: string[];
  data: string;
  blockHash: string;
  blockNumber: string;
  blockTimestamp: string;
  transactionHash: string;
  transactionIndex: string;
  logIndex: string;
  removed: false;
}

const lower = z.string().toLowerCase();
const oneOrMany = z.union([lower.transform((text) => [text]), z.array(lower)]).nullish();
const filter = z.object({
  fromBlock: blockOption,
  toBlock: blockOption,
  blockHash: z.string().optional(),
  address: oneOrMany,
  topics: z.array(oneOrMany).nullish(),
});

/** Logs by block hash, so that a scan of thousands of blocks reads each only once. */
const cache = new WeakMap<EthereumClient, Map<string, JsonLog[]>>();

/**
 * eth_getLogs. The client's own looks at the first topic of a filter only, does not know "finalized" and "safe"
 * as bounds, and stops at 2500 blocks.
 */
export const getLogs: RpcMethodMaker = (client) => async (params) => {
  const { fromBlock, toBlock, blockHash, address, topics } = filter.parse(params[0]);
  const matches = (log: JsonLog) =>
    (!address || address.length === 0 || address.includes(log.address)) &&
    (topics ?? []).every((wanted, i) => !wanted || wanted.length === 0 || wanted.includes(log.topics[i] ?? ""));
  const from = await findBlock(client, blockHash ?? fromBlock);
  const to = await findBlock(client, blockHash ?? toBlock);
  if (from.header.number > to.header.number) {
    throw new RpcError(INVALID_PARAMS, `fromBlock ${from.header.number} is after toBlock ${to.header.number}`);
  }
  const found: JsonLog[] = [];
  for (let number = from.header.number; number <= to.header.number; number++) {
    found.push(...(await logsOfNumber(client, number)).filter(matches));
  }
  return found;
};

/** All logs of a block in order. */
export async function logsOf(client: EthereumClient, block: Block): Promise<JsonLog[]> {
  const hash = bytesToHex(block.hash());
  const known = logsByHash(client);
  let logs = known.get(hash);
  if (logs === undefined) {
    logs = await readLogs(client, block, hash);
    known.set(hash, logs);
  }
  return logs;
}

async function logsOfNumber(client: EthereumClient, number: bigint): Promise<JsonLog[]> {
  // The hash of a number is a cheap look-up; the block itself has to be decoded.
  const hash = await client.chain.blockchain.dbManager.numberToHash(number);
  const known = hash === undefined ? undefined : logsByHash(client).get(bytesToHex(hash));
  return known ?? logsOf(client, await client.chain.getBlock(number));
}

function logsByHash(client: EthereumClient): Map<string, JsonLog[]> {
  let known = cache.get(client);
  if (known === undefined) {
    known = new Map();
    cache.set(client, known);
  }
  return known;
}

async function readLogs(client: EthereumClient, block: Block, blockHash: string): Promise<JsonLog[]> {
  const receipts = (await client.service.execution.receiptsManager?.getReceipts(block.hash())) ?? [];
  const logs: JsonLog[] = [];
  for (const [txIndex, receipt] of receipts.entries()) {
    const tx = block.transactions[txIndex];
    if (tx === undefined) continue;
    for (const [address, topics, data] of receipt.logs) {
      logs.push({
        address: bytesToHex(address),
        topics: topics.map((topic) => bytesToHex(topic)),
        data: bytesToHex(data),
        blockHash,
        blockNumber: bigIntToHex(block.header.number),
        blockTimestamp: bigIntToHex(block.header.timestamp),
        transactionHash: bytesToHex(tx.hash()),
        transactionIndex: intToHex(txIndex),
        logIndex: intToHex(logs.length),
        removed: false,
      });
    }
  }
  return logs;
}
