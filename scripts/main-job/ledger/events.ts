import type { Address } from "viem";

import { readDepositLog, type LoggedDeposit } from "./deposit-log.ts";
import type { Stage } from "../stage.ts";

/** What the contracts said since they were deployed: the execution chain's side of the books. */
export type EventBook = {
  /** Ether that bought shares, bonds and the locked first ether included. */
  stakedWei: bigint;
  stakedBy: Map<Address, bigint>;
  claimedWei: bigint;
  claimedByRequest: Map<bigint, bigint>;
  settlements: SettlementEvent[];
  /** Ether that the deposit contract itself says it took for our credentials. */
  deposits: LoggedDeposit[];
};

export type SettlementEvent = Awaited<ReturnType<typeof readSettlements>>[number];

/** Reads all events that the balance sheet needs. */
export async function readEventBook(stage: Stage, toBlock: bigint): Promise<EventBook> {
  const { protocol, deployment } = stage;
  const range = { fromBlock: BigInt(deployment.deployedAtBlock), toBlock } as const;
  const { client } = protocol;
  const staked = await client.getContractEvents({
    address: protocol.pool.address,
    abi: protocol.pool.abi,
    eventName: "Staked",
    strict: true,
    ...range,
  });
  const claimed = await client.getContractEvents({
    address: protocol.queue.address,
    abi: protocol.queue.abi,
    eventName: "Claimed",
    strict: true,
    ...range,
  });
  const stakedBy = new Map<Address, bigint>();
  for (const { args } of staked) stakedBy.set(args.receiver, (stakedBy.get(args.receiver) ?? 0n) + args.amountWei);
  const claimedByRequest = new Map<bigint, bigint>();
  for (const { args } of claimed)
    claimedByRequest.set(args.requestId, (claimedByRequest.get(args.requestId) ?? 0n) + args.amountWei);
  return {
    stakedWei: sum(staked.map(({ args }) => args.amountWei)),
    stakedBy,
    claimedWei: sum(claimed.map(({ args }) => args.amountWei)),
    claimedByRequest,
    settlements: await readSettlements(stage, toBlock),
    deposits: await readDepositLog(stage, toBlock),
  };
}

async function readSettlements({ protocol, deployment }: Stage, toBlock: bigint) {
  return protocol.client.getContractEvents({
    address: protocol.distribution.address,
    abi: protocol.distribution.abi,
    eventName: "RewardSettled",
    strict: true,
    fromBlock: BigInt(deployment.deployedAtBlock),
    toBlock,
  });
}

/** Sum of a list. */
export function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
