import type { NetworkConnection } from "hardhat/types/network";
import { hexToBytes, type Hex, type PublicClient } from "viem";

import { breakDown, differenceOf, type Breakdown } from "./breakdown.ts";

/** What one transaction cost, or the part of it that one unit has. */
export type Cost = {
  gas: number;
  /** Storage slots that were zero before the transaction and are not after it, in all contracts together. */
  newSlots: number;
  /** What the gas of the whole transaction was for, where somebody asked. */
  breakdown?: Breakdown;
};

/** What `measure` needs of a network. With names for contracts, by address in lower case, it breaks gas down. */
export type Measured = {
  connection: NetworkConnection<"l1">;
  client: PublicClient;
  contractNames?: ReadonlyMap<string, string>;
};

/** A transaction has no more gas than this: https://eips.ethereum.org/EIPS/eip-7825 */
const TRANSACTION_GAS_CAP = 16_777_216;

/**
 * Runs a step and answers what its transaction cost. The step may do anything beside, but sends one transaction.
 *
 * @example
 * const cost = await measure(world, () => stake(world, parseEther("1")));
 */
export async function measure(world: Measured, step: () => Promise<unknown>): Promise<Cost> {
  return (await measureWithResult(world, step)).cost;
}

/** The same, with what the step answered. */
export async function measureWithResult<Result>(
  world: Measured,
  step: () => Promise<Result>,
): Promise<{ cost: Cost; result: Result }> {
  const { connection, client } = world;
  const first = (await client.getBlockNumber({ cacheTime: 0 })) + 1n;
  const result = await step();
  const last = await client.getBlockNumber({ cacheTime: 0 });
  const hashes: Hex[] = [];
  for (let blockNumber = first; blockNumber <= last; blockNumber++)
    hashes.push(...(await client.getBlock({ blockNumber })).transactions);
  const [hash, ...others] = hashes;
  if (hash === undefined || others.length > 0)
    throw new Error(`A measured step sends one transaction, this one sent ${hashes.length}`);

  const { status, gasUsed } = await client.getTransactionReceipt({ hash });
  if (status !== "success") throw new Error(`The measured transaction ${hash} reverted`);
  const trace = await connection.provider.request({
    method: "debug_traceTransaction",
    params: [hash, { tracer: "prestateTracer", tracerConfig: { diffMode: true } }],
  });
  const newSlots = newSlotsOf(trace);
  // Where state creation has a price of its own the cap is for the rest of the gas (EIP-8037).
  const capped = connection.networkConfig.type === "edr-simulated" && connection.networkConfig.hardfork === "osaka";
  if (capped && gasUsed > TRANSACTION_GAS_CAP) throw new Error(`No block takes a transaction of ${gasUsed} gas`);
  const cost = { gas: Number(gasUsed), newSlots };
  if (world.contractNames === undefined) return { cost, result };
  return { cost: { ...cost, breakdown: await explain(world, hash, cost.gas, world.contractNames) }, result };
}

async function explain(
  { connection, client }: Measured,
  hash: Hex,
  gasUsed: number,
  names: ReadonlyMap<string, string>,
): Promise<Breakdown> {
  const { input, to } = await client.getTransaction({ hash });
  const params = [hash, { disableMemory: true, disableStorage: true }];
  const trace = await connection.provider.request({ method: "debug_traceTransaction", params });
  return breakDown(
    trace,
    { input: hexToBytes(input), to: to?.toLowerCase() ?? "", gasUsed },
    (address) => names.get(address) ?? address,
  );
}

/** The cost of one of `units`: gas rounded up, slots to the hundredth. */
export function perUnit({ gas, newSlots, ...whole }: Cost, units: number): Cost {
  return { ...whole, gas: Math.ceil(gas / units), newSlots: Math.round((newSlots * 100) / units) / 100 };
}

/** What the first costs more than the second. */
export function difference(more: Cost, less: Cost): Cost {
  const cost = { gas: more.gas - less.gas, newSlots: more.newSlots - less.newSlots };
  if (more.breakdown === undefined || less.breakdown === undefined) return cost;
  return { ...cost, breakdown: differenceOf(more.breakdown, less.breakdown) };
}

/** Several steps together. */
export function sum(costs: readonly Cost[]): Cost {
  return {
    gas: costs.reduce((all, { gas }) => all + gas, 0),
    newSlots: costs.reduce((all, { newSlots }) => all + newSlots, 0),
  };
}

type Storage = Readonly<Record<string, string>>;
type Accounts = Readonly<Record<string, { storage?: Storage }>>;

/** Counts in what `prestateTracer` tells: `post` has the slots that changed and are not zero, `pre` what they were. */
function newSlotsOf(trace: unknown): number {
  if (!isDiff(trace)) throw new Error("The network cannot trace what a transaction wrote");
  const { pre, post } = trace;
  return Object.entries(post).reduce((count, [address, { storage = {} }]) => {
    const before = pre[address]?.storage ?? {};
    return count + Object.keys(storage).filter((slot) => isZero(before[slot])).length;
  }, 0);
}

function isZero(word: string | undefined): boolean {
  return word === undefined || BigInt(word) === 0n;
}

function isDiff(trace: unknown): trace is { pre: Accounts; post: Accounts } {
  return typeof trace === "object" && trace !== null && "pre" in trace && "post" in trace;
}
