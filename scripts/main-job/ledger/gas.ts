import { decodeFunctionData, getAddress, type Abi, type Address, type Hex } from "viem";

import { inParallel } from "../../../chain/protocol/in-parallel.ts";
import type { Stage } from "../stage.ts";

/** Gas of an operation: how often it ran, and what the cheapest, the dearest and the last one used. */
export type GasRow = { count: number; least: number; most: number; last: number };
export type GasTable = Record<string, GasRow>;

/** Reads the gas of every transaction to the protocol's contracts, by function. */
export async function readGas({ protocol, deployment }: Stage, toBlock: bigint): Promise<GasTable> {
  const { client, token, pool, queue, registry, manager, distribution, committee } = protocol;
  const names = new Map<Address, { name: string; abi: Abi }>([
    [token.address, { name: "EthStake", abi: token.abi }],
    [pool.address, { name: "StakingPool", abi: pool.abi }],
    [queue.address, { name: "WithdrawalQueue", abi: queue.abi }],
    [registry.address, { name: "OperatorRegistry", abi: registry.abi }],
    [manager.address, { name: "ValidatorManager", abi: manager.abi }],
    [distribution.address, { name: "RewardDistribution", abi: distribution.abi }],
    [committee.address, { name: "OracleCommittee", abi: committee.abi }],
  ]);
  const first = BigInt(deployment.deployedAtBlock);
  const numbers = Array.from({ length: Number(toBlock - first) + 1 }, (_, i) => first + BigInt(i));
  const blocks = await inParallel(numbers, (blockNumber) =>
    client.getBlock({ blockNumber, includeTransactions: true }),
  );
  const calls = blocks.flatMap(({ transactions }) =>
    transactions.flatMap((transaction) => {
      const contract = transaction.to === null ? undefined : names.get(getAddress(transaction.to));
      return contract === undefined ? [] : [{ ...contract, hash: transaction.hash, input: transaction.input }];
    }),
  );
  const receipts = await inParallel(calls, ({ hash }) => client.getTransactionReceipt({ hash }));
  const table: GasTable = {};
  calls.forEach(({ name, abi, input }, i) => {
    const receipt = receipts[i];
    if (receipt === undefined || receipt.status !== "success") return;
    const called = functionName(abi, input);
    if (called === undefined) return;
    const operation = `${name}.${called}`;
    const gas = Number(receipt.gasUsed);
    const row = (table[operation] ??= { count: 0, least: gas, most: gas, last: gas });
    row.count += 1;
    row.least = Math.min(row.least, gas);
    row.most = Math.max(row.most, gas);
    row.last = gas;
  });
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
