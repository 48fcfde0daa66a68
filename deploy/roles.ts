import { toFunctionSelector, type Abi, type AbiFunction, type Hex } from "viem";

import { operatorRegistryAbi } from "../chain/abi/OperatorRegistry.ts";
import { oracleCommitteeAbi } from "../chain/abi/OracleCommittee.ts";
import { rewardDistributionAbi } from "../chain/abi/RewardDistribution.ts";
import { stakingPoolAbi } from "../chain/abi/StakingPool.ts";
import { validatorManagerAbi } from "../chain/abi/ValidatorManager.ts";
import { withdrawalQueueAbi } from "../chain/abi/WithdrawalQueue.ts";

export const ROLE_NAMES = [
  "ADMIN",
  "PARAMETERS",
  "UPGRADES",
  "GUARDIAN",
  "APPEALS",
  "COMMITTEE",
  "REVIEW",
  "UNPAUSE",
] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

/** Contracts with functions that only a role may call. */
export const MANAGED_ABIS = {
  pool: stakingPoolAbi,
  queue: withdrawalQueueAbi,
  registry: operatorRegistryAbi,
  manager: validatorManagerAbi,
  distribution: rewardDistributionAbi,
  committee: oracleCommitteeAbi,
} as const satisfies Record<string, Abi>;
export type ManagedContract = keyof typeof MANAGED_ABIS;
export const MANAGED_CONTRACTS = Object.keys(MANAGED_ABIS) as ManagedContract[];

/**
 * Who holds roles: the administrator's timelock, the administrator's multisig at once, or the guardian's multisig.
 */
export type Holder = "timelock" | "administrator" | "guardian";
export const HOLDERS = ["timelock", "administrator", "guardian"] as const satisfies Holder[];

type FunctionsOf<Contract extends ManagedContract> = Extract<
  (typeof MANAGED_ABIS)[Contract][number],
  { type: "function" }
>["name"];
export type Role = {
  id: bigint;
  /** Usually one. */
  holders: readonly Holder[];
  /** True when the guardian can cancel what was scheduled under this role. Never for ADMIN: AccessManager forbids it. */
  guarded: boolean;
  functions: { readonly [Contract in ManagedContract]?: readonly FunctionsOf<Contract>[] };
};

/** Everything that people may do. Calls between contracts check immutable addresses instead and are not here. */
export const ROLES: Readonly<Record<RoleName, Role>> = {
  // Gives and takes roles and says which function needs which. Number 0 is fixed by AccessManager.
  ADMIN: { id: 0n, holders: ["timelock"], guarded: false, functions: {} },
  PARAMETERS: {
    id: 1n,
    holders: ["timelock"],
    guarded: true,
    functions: {
      pool: ["setLimits", "setStakeCapSchedule"],
      queue: ["setParameters"],
      registry: ["setParameters"],
      manager: ["setParameters"],
      distribution: ["setParameters"],
    },
  },
  UPGRADES: {
    id: 2n,
    holders: ["timelock"],
    guarded: true,
    functions: {
      pool: ["upgradeToAndCall"],
      queue: ["upgradeToAndCall"],
      registry: ["upgradeToAndCall"],
      manager: ["upgradeToAndCall"],
      distribution: ["upgradeToAndCall"],
    },
  },
  // Without delay, and able to stop things only: never to move ether.
  GUARDIAN: {
    id: 3n,
    holders: ["guardian"],
    guarded: false,
    functions: { pool: ["pause"], registry: ["emergencySlash"], committee: ["suspend"] },
  },
  // By the multisig itself, as the way through the timelock may be longer than what is left of an appeal window.
  APPEALS: {
    id: 4n,
    holders: ["administrator"],
    guarded: true,
    functions: { registry: ["releaseLock", "resumeOperator"] },
  },
  COMMITTEE: {
    id: 5n,
    holders: ["timelock"],
    guarded: true,
    functions: { distribution: ["setCommittee"], committee: ["reinstate"] },
  },
  // By the multisig itself: until a report with a great loss is confirmed or dropped, nobody can stake, and nothing is
  // settled. It can only book what a committee has agreed on.
  REVIEW: {
    id: 6n,
    holders: ["administrator"],
    guarded: true,
    functions: { distribution: ["confirmReport", "dropReport"] },
  },
  // Whoever paused by mistake, or somebody else when they cannot be reached. A pause ends by itself all the same.
  UNPAUSE: { id: 7n, holders: ["guardian", "administrator"], guarded: false, functions: { pool: ["unpause"] } },
};

/** One line of the table: a role may call these functions of a contract. */
export type Assignment = { role: RoleName; contract: ManagedContract; functions: readonly string[]; selectors: Hex[] };

/** The table, one line for each role and contract. */
export function assignments(): Assignment[] {
  return ROLE_NAMES.flatMap((role) =>
    MANAGED_CONTRACTS.flatMap((contract) => {
      const functions = ROLES[role].functions[contract] ?? [];
      if (functions.length === 0) return [];
      return [{ role, contract, functions, selectors: functions.map((name) => selectorOf(contract, name)) }];
    }),
  );
}

function selectorOf(contract: ManagedContract, name: string): Hex {
  const abi: Abi = MANAGED_ABIS[contract];
  const found = abi.find((item): item is AbiFunction => item.type === "function" && item.name === name);
  // The names are checked by the compiler; this is for an ABI of another build.
  if (found === undefined) throw new TypeError(`${contract} has no function ${name}`);
  return toFunctionSelector(found);
}
