import { zeroAddress, type Address } from "viem";

import { readDepositLog, type LoggedDeposit } from "./deposit-log.ts";
import type { LedgerMemory } from "./memory.ts";
import type { Stage } from "../stage.ts";

/** What the contracts said since they were deployed: the execution chain's side of the books. */
export type EventBook = {
  /** Ether that bought shares, bonds and the locked first ether included. */
  stakedWei: bigint;
  stakedBy: Map<Address, bigint>;
  claimedWei: bigint;
  claimedByRequest: Map<bigint, bigint>;
  requests: Map<bigint, { owner: Address; amountWei: bigint; blockNumber: bigint }>;
  /** Requests that are not paid to the end. */
  open: Set<bigint>;
  /** Everybody who ever held a share. */
  holders: Set<Address>;
  settlements: SettlementEvent[];
  /** Ether that the deposit contract itself says it took for our credentials. */
  deposits: LoggedDeposit[];
};

export type SettlementEvent = Awaited<ReturnType<typeof readSettlements>>[number];

type Range = { fromBlock: bigint; toBlock: bigint };

/** Adds all events up to a block to what was read before. */
export async function readEventBook(stage: Stage, memory: LedgerMemory, toBlock: bigint): Promise<EventBook> {
  const book = memory.events;
  if (memory.nextBlock > toBlock) return book;
  const range = { fromBlock: memory.nextBlock, toBlock };
  // All are read before any is booked: a reader that fails half way must find the book as it was.
  const [staked, queued, transfers, settlements, deposits] = await Promise.all([
    readStaked(stage, range),
    readQueueEvents(stage, range),
    readTransfers(stage, range),
    readSettlements(stage, range),
    readDepositLog(stage, range),
  ]);
  for (const { args } of staked) {
    book.stakedWei += args.amountWei;
    book.stakedBy.set(args.receiver, (book.stakedBy.get(args.receiver) ?? 0n) + args.amountWei);
  }
  for (const { args, blockNumber } of queued.requested) {
    book.requests.set(args.requestId, { owner: args.owner, amountWei: args.amountWei, blockNumber });
    book.open.add(args.requestId);
  }
  for (const { args } of queued.claimed) {
    book.claimedWei += args.amountWei;
    book.claimedByRequest.set(args.requestId, (book.claimedByRequest.get(args.requestId) ?? 0n) + args.amountWei);
    if (args.fully) book.open.delete(args.requestId);
  }
  for (const holder of transfers.flatMap(({ args }) => [args.from, args.to]))
    if (holder !== zeroAddress) book.holders.add(holder);
  book.settlements.push(...settlements);
  book.deposits.push(...deposits);
  memory.nextBlock = toBlock + 1n;
  return book;
}

async function readStaked({ protocol }: Stage, range: Range) {
  const { address, abi } = protocol.pool;
  return protocol.client.getContractEvents({ address, abi, eventName: "Staked", strict: true, ...range });
}

async function readQueueEvents({ protocol }: Stage, range: Range) {
  const { address, abi } = protocol.queue;
  const [requested, claimed] = await Promise.all([
    protocol.client.getContractEvents({ address, abi, eventName: "WithdrawalRequested", strict: true, ...range }),
    protocol.client.getContractEvents({ address, abi, eventName: "Claimed", strict: true, ...range }),
  ]);
  return { requested, claimed };
}

async function readTransfers({ protocol }: Stage, range: Range) {
  const { address, abi } = protocol.token;
  return protocol.client.getContractEvents({ address, abi, eventName: "Transfer", strict: true, ...range });
}

async function readSettlements({ protocol }: Stage, range: Range) {
  const { address, abi } = protocol.distribution;
  return protocol.client.getContractEvents({ address, abi, eventName: "RewardSettled", strict: true, ...range });
}

/** Sum of a list. */
export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
