import { stringToHex } from "viem";

import type { Protocol } from "../chain/protocol/contracts.ts";
import { inParallel } from "../chain/protocol/in-parallel.ts";
import { notNegative } from "./capacity.ts";

const BPS = 10_000n;

/** Ether on each execution and each consensus client, by the two letters of its name. */
export type ClientLedger = {
  totalGwei: bigint;
  executionGwei: ReadonlyMap<string, bigint>;
  consensusGwei: ReadonlyMap<string, bigint>;
};

/** How much of all funded ether may be on one client. */
export type ClientCap = {
  /** In basis points; no cap from 10000 on. */
  clientCapBps: number;
  /** Up to this the cap sleeps. */
  clientCapFloorGwei: bigint;
};

/** What runs on the clients of these operators at a block. */
export async function readClients(
  { registry }: Pick<Protocol, "registry">,
  operators: readonly { clientPair: string }[],
  blockNumber: bigint,
): Promise<ClientLedger> {
  const at = { blockNumber };
  const totalGwei = await registry.read.fundedGwei(at);
  const executionGwei = new Map<string, bigint>();
  const consensusGwei = new Map<string, bigint>();
  const pairs = [...new Set(operators.map(({ clientPair }) => clientPair))];
  await inParallel(pairs, async (pair) => {
    const [execution, consensus] = await registry.read.clientFundedGwei([stringToHex(pair, { size: 4 })], at);
    executionGwei.set(executionOf(pair), execution);
    consensusGwei.set(consensusOf(pair), consensus);
  });
  return { totalGwei, executionGwei, consensusGwei };
}

/**
 * The most that may be added to a pair, as libraries/ClientDiversity has it: after it either client has at most its part
 * of the whole, or no more than the floor. Undefined when there is no cap.
 */
export function clientRoomGwei(
  { totalGwei, executionGwei, consensusGwei }: ClientLedger,
  clientPair: string,
  { clientCapBps, clientCapFloorGwei }: ClientCap,
): bigint | undefined {
  const capBps = BigInt(clientCapBps);
  if (capBps >= BPS) return undefined;
  const haveGwei = max(
    executionGwei.get(executionOf(clientPair)) ?? 0n,
    consensusGwei.get(consensusOf(clientPair)) ?? 0n,
  );
  // The whole grows with the part: (have + x) * BPS <= (total + x) * cap, solved for x.
  const underCapGwei = notNegative(totalGwei * capBps - haveGwei * BPS) / (BPS - capBps);
  return max(underCapGwei, notNegative(clientCapFloorGwei - haveGwei));
}

/** The ledger with more ether on a pair. */
export function withClientEther(ledger: ClientLedger, clientPair: string, amountGwei: bigint): ClientLedger {
  const added = (map: ReadonlyMap<string, bigint>, client: string) =>
    new Map(map).set(client, (map.get(client) ?? 0n) + amountGwei);
  return {
    totalGwei: ledger.totalGwei + amountGwei,
    executionGwei: added(ledger.executionGwei, executionOf(clientPair)),
    consensusGwei: added(ledger.consensusGwei, consensusOf(clientPair)),
  };
}

function executionOf(clientPair: string): string {
  return clientPair.slice(0, 2);
}

function consensusOf(clientPair: string): string {
  return clientPair.slice(2, 4);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
