import { decodeFunctionData, getAddress, type Abi, type Address, type Hex } from "viem";

import { inParallel } from "../../../chain/protocol/in-parallel.ts";
import type { Stage } from "../stage.ts";

/** Gas of an operation: how often it ran, and what the cheapest, the dearest and the last one used. */
export type GasRow = { count: number; least: number; most: number; last: number };
export type GasTable = Record<string, GasRow>;

/** A call of the protocol that is in a block. */
export type Call = {
  operation: string;
  hash: Hex;
  from: Address;
  input: Hex;
  gasUsed: bigint;
  success: boolean;
  blockNumber: bigint;
};

/** Reads every transaction to the protocol's contracts in a range of blocks. */
export async function readCalls({ protocol }: Stage, fromBlock: bigint, toBlock: bigint): Promise<Call[]> {
  const { client, token, pool, queue, registry, manager, exits, distribution, committee } = protocol;
  const names = new Map<Address, { name: string; abi: Abi }>([
    [token.address, { name: "EthStake", abi: token.abi }],
    [pool.address, { name: "StakingPool", abi: pool.abi }],
    [queue.address, { name: "WithdrawalQueue", abi: queue.abi }],
    [registry.address, { name: "OperatorRegistry", abi: registry.abi }],
    // Exits are a part of the manager, behind the same address.
    [manager.address, { name: "ValidatorManager", abi: [...manager.abi, ...exits.abi] }],
    [exits.address, { name: "ValidatorManager", abi: exits.abi }],
    [distribution.address, { name: "RewardDistribution", abi: distribution.abi }],
    [committee.address, { name: "OracleCommittee", abi: committee.abi }],
  ]);
  const numbers = Array.from({ length: Number(toBlock - fromBlock) + 1 }, (_, i) => fromBlock + BigInt(i));
  const blocks = await inParallel(numbers, (blockNumber) =>
    client.getBlock({ blockNumber, includeTransactions: true }),
  );
  const calls = blocks.flatMap(({ transactions }) =>
    transactions.flatMap((transaction) => {
      const contract = transaction.to === null ? undefined : names.get(getAddress(transaction.to));
      if (contract === undefined) return [];
      const called = functionName(contract.abi, transaction.input);
      return called === undefined ? [] : [{ transaction, operation: `${contract.name}.${called}` }];
    }),
  );
  return inParallel(calls, async ({ transaction: { hash, from, input, blockNumber }, operation }) => {
    const { gasUsed, status } = await client.getTransactionReceipt({ hash });
    return { operation, hash, from: getAddress(from), input, gasUsed, success: status === "success", blockNumber };
  });
}

/** Reads the gas of every transaction to the protocol's contracts, by function. */
export async function readGas(stage: Stage, toBlock: bigint): Promise<GasTable> {
  const table: GasTable = {};
  for (const { operation, gasUsed, success } of await readCalls(
    stage,
    BigInt(stage.deployment.deployedAtBlock),
    toBlock,
  )) {
    if (!success) continue;
    const gas = Number(gasUsed);
    const row = (table[operation] ??= { count: 0, least: gas, most: gas, last: gas });
    row.count += 1;
    row.least = Math.min(row.least, gas);
    row.most = Math.max(row.most, gas);
    row.last = gas;
  }
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => a.localeCompare(b)));
}

function functionName(abi: Abi, data: Hex): string | undefined {
  if (data === "0x") return "receive";
  try {
    return decodeFunctionData({ abi, data }).functionName;
  } catch {
    // The deployment's own calls (upgradeToAndCall) are not in the interfaces.
    return undefined;
  }
}
