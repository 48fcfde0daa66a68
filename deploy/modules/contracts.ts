import { buildModule, type ArgumentType } from "@nomicfoundation/ignition-core";
import type { Address } from "viem";

import {
  IMPLEMENTATIONS,
  PROXY_NAMES,
  asyncRedeemArguments,
  beaconProofsArguments,
  constructorArguments,
  initializeArguments,
  rebasingArguments,
  validatorExitsArguments,
} from "../arguments.ts";
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
    const beaconProofs = m.contract("BeaconProofs", [...beaconProofsArguments(chain, parameters)]);
    const depositVerifier = m.contract("DepositVerifier");
    const vaults = { withdrawalVault, executionRewardsVault };
    const validatorExits = m.contract("ValidatorExits", [
      ...validatorExitsArguments<ArgumentType>({ ...proxies, ...vaults, beaconProofs }, parameters),
    ]);

    const built = constructorArguments<ArgumentType>(
      { ...proxies, ...vaults, token, coverFund, beaconProofs, depositVerifier, validatorExits },
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

    // For those who want another shape of ethSTAKE; nothing above knows them.
    const rebasingEthStake = m.contract("RebasingEthStake", [...rebasingArguments<ArgumentType>({ token, pool })]);
    const asyncRedeem = m.contract("AsyncRedeem", [...asyncRedeemArguments<ArgumentType>({ token, ...proxies })]);

    const beside = { token, ...vaults, coverFund, committee, beaconProofs, depositVerifier, validatorExits };
    return { ...proxies, ...beside, rebasingEthStake, asyncRedeem, accessManager, seed };
  });
}
