// A chain with a pool of waiting transactions, one account, and a list of things to do: what is done twice shows.
import { BaseError, hexToNumber, keccak256, parseTransaction, TransactionReceiptNotFoundError, type Hex } from "viem";

import type { Execution } from "../../../chain/execution/client.ts";

type Waiting = { hash: Hex; item: number; maxFeePerGas: bigint };

export type PoolChain = {
  execution: Execution;
  /** Items in the order in which transactions that did them were mined. */
  done: number[];
  /** Every transaction that a node was given, once each. */
  seen: Set<Hex>;
  /** By nonce. */
  pool: Map<number, Waiting>;
  /** Moves what waits into the pool of another node, which this client does not see, and whose word counts first. */
  hide(): void;
  /** What a transaction must offer to get into a block. */
  baseFeeWei: bigint;
  /** Makes a block with all that can be in it. */
  mine(): void;
  /** Waiting for a receipt makes a block, unless this is false. */
  minesByItself: boolean;
};

/** Makes the chain. A transaction does the item that its data names; one without data does nothing. */
export function createPoolChain(): PoolChain {
  const receipts = new Map<Hex, object>();
  let nextNonce = 0;
  const chain = { done: [] as number[], seen: new Set<Hex>(), pool: new Map<number, Waiting>(), baseFeeWei: 10n };
  const elsewhere = new Map<number, Waiting>();
  const nextOne = () => elsewhere.get(nextNonce) ?? chain.pool.get(nextNonce);
  const mine = () => {
    for (let found = nextOne(); found !== undefined; found = nextOne()) {
      if (found.maxFeePerGas < chain.baseFeeWei) return;
      if (found.item > 0) chain.done.push(found.item);
      receipts.set(found.hash, {
        status: "success",
        transactionHash: found.hash,
        blockNumber: BigInt(nextNonce + 1),
        gasUsed: 21_000n,
        effectiveGasPrice: chain.baseFeeWei,
      });
      elsewhere.delete(nextNonce);
      chain.pool.delete(nextNonce++);
    }
  };
  const receiptOf = (hash: Hex) => {
    const receipt = receipts.get(hash);
    if (receipt === undefined) throw new TransactionReceiptNotFoundError({ hash });
    return receipt;
  };
  const fees = { maxFeePerGas: 20n, maxPriorityFeePerGas: 1n };
  const hide = () => {
    for (const [nonce, waiting] of chain.pool) elsewhere.set(nonce, waiting);
    chain.pool.clear();
  };
  const self = { ...chain, mine, hide, minesByItself: true };
  const client = {
    getTransactionCount: async ({ blockTag }: { blockTag: string }) =>
      blockTag === "pending" ? nextNonce + chain.pool.size : nextNonce,
    getBalance: async () => 10n ** 18n,
    call: async () => ({}),
    estimateGas: async () => 21_000n,
    estimateFeesPerGas: async () => fees,
    getBlock: async () => ({ baseFeePerGas: self.baseFeeWei }),
    getTransactionReceipt: async ({ hash }: { hash: Hex }) => receiptOf(hash),
    sendRawTransaction: async ({ serializedTransaction: raw }: { serializedTransaction: Hex }) => {
      const { nonce = 0, data, maxFeePerGas = 0n } = parseTransaction(raw);
      const hash = keccak256(raw);
      const before = chain.pool.get(nonce);
      if (before?.hash === hash || receipts.has(hash)) throw new BaseError("already known");
      if (nonce < nextNonce) throw new BaseError("nonce too low");
      if (before !== undefined && maxFeePerGas * 10n < before.maxFeePerGas * 11n)
        throw new BaseError("replacement transaction underpriced");
      chain.seen.add(hash);
      chain.pool.set(nonce, { hash, item: data === undefined || data === "0x" ? 0 : hexToNumber(data), maxFeePerGas });
      return hash;
    },
    waitForTransactionReceipt: async ({ hash }: { hash: Hex }) => {
      if (self.minesByItself) mine();
      return receiptOf(hash);
    },
  };
  // The same lists, so that tests see what the client changes.
  Object.defineProperty(chain, "baseFeeWei", { get: () => self.baseFeeWei });
  return Object.assign(self, { execution: { client, chain: { id: 32382 } } as unknown as Execution });
}
