import { hexToString, type Address } from "viem";

import type { Protocol } from "./contracts.ts";
import { inParallel } from "./in-parallel.ts";

/** In the order of the contract's enum (types/OperatorTypes.sol). */
const OPERATOR_STATUSES = ["none", "active", "deactivated", "halted"] as const;
export type OperatorStatus = (typeof OPERATOR_STATUSES)[number];

/** An operator, with what its bond covers. */
export type PoolOperator = {
  operatorId: number;
  name: string;
  owner: Address;
  paymentAddress: Address;
  /** Four letters, for instance "GELS". */
  clientPair: string;
  status: OperatorStatus;
  bondShares: bigint;
  lockedShares: bigint;
  fundedGwei: bigint;
  unprovenCount: number;
  strikeHistory: number;
  withdrawalShares: bigint;
  /** Unix seconds. */
  withdrawalAt: number;
  freeBondWei: bigint;
  requiredBondWei: bigint;
  /** True when anyone may exit its validators. */
  exitDeadlinePassed: boolean;
};

/** All operators at a block, in the order of their numbers. */
export async function readOperators(
  { registry }: Pick<Protocol, "registry">,
  blockNumber: bigint,
): Promise<PoolOperator[]> {
  const count = await registry.read.operatorCount({ blockNumber });
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  return inParallel(ids, (id) => readOperator({ registry }, id, blockNumber), 8);
}

/** One operator at a block. */
export async function readOperator(
  { registry }: Pick<Protocol, "registry">,
  operatorId: number,
  blockNumber: bigint,
): Promise<PoolOperator> {
  const [operator, freeBondWei, requiredBondWei, exitDeadlinePassed] = await Promise.all([
    registry.read.getOperator([operatorId], { blockNumber }),
    registry.read.freeBondWei([operatorId], { blockNumber }),
    registry.read.requiredBondWei([operatorId], { blockNumber }),
    registry.read.exitDeadlinePassed([operatorId], { blockNumber }),
  ]);
  return {
    operatorId,
    name: operator.name,
    owner: operator.owner,
    paymentAddress: operator.paymentAddress,
    clientPair: hexToString(operator.clientPair),
    status: OPERATOR_STATUSES[operator.status] ?? "none",
    bondShares: operator.bondShares,
    lockedShares: operator.lockedShares,
    fundedGwei: operator.fundedGwei,
    unprovenCount: operator.unprovenCount,
    strikeHistory: operator.strikeHistory,
    withdrawalShares: operator.withdrawalShares,
    withdrawalAt: operator.withdrawalAt,
    freeBondWei,
    requiredBondWei,
    exitDeadlinePassed,
  };
}
