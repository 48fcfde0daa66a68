import { buildModule, type ArgumentType } from "@nomicfoundation/ignition-core";
import type { Address } from "viem";

import { IMPLEMENTATIONS, PROXY_NAMES, constructorArguments, initializeArguments } from "../arguments.ts";
import type { ChainFacts, Start } from "../chain.ts";
import type { ProtocolParameters } from "../parameters/types.ts";
import { foundation } from "./foundation.ts";

export type ContractsPlan = {
  chain: ChainFacts;
  parameters: ProtocolParameters;
  start: Start;
  committee: { members: readonly Address[]; quorum: number };
};

/**
 * Everything behind the proxies and beside them. Each seed is replaced and its contract initialised in one transaction,
 * so that nobody can initialise it first.
 */
export function contractsModule({ chain, parameters, start, committee: { members, quorum } }: ContractsPlan) {
  return buildModule("Contracts", (m) => {
    const { accessManager, seed, ...proxies } = m.useModule(foundation);
    const { pool, manager } = proxies;

    const token = m.contract("EthStake", [pool]);
    const withdrawalVault = m.contract("WithdrawalVault", [pool, manager]);
    const executionRewardsVault = m.contract("ExecutionRewardsVault", [pool]);
    const coverFund = m.contract("CoverFund", [token, pool]);
    const committee = m.contract("OracleCommittee", [accessManager, [...members], quorum]);

    const built = constructorArguments<ArgumentType>(
      { ...proxies, token, withdrawalVault, executionRewardsVault, coverFund },
      chain,
      parameters,
    );
    const initial = initializeArguments<ArgumentType>({ authority: accessManager, committee }, start, parameters);

    for (const name of PROXY_NAMES) {
      const contract = IMPLEMENTATIONS[name];
      const implementation = m.contract(contract, [...built[name]]);
      const data = m.encodeFunctionCall(implementation, "initialize", [...initial[name]]);
      // The seed upgrades by the same call as the contract that comes after it, whose errors have names.
      const proxy = m.contractAt(contract, proxies[name], { id: `${contract}Proxy` });
      m.call(proxy, "upgradeToAndCall", [implementation, data], {
        id: `${contract}Start`,
        value: name === "pool" ? parameters.initialLockedWei : 0n,
      });
    }

    return { ...proxies, accessManager, seed, token, withdrawalVault, executionRewardsVault, coverFund, committee };
  });
}
