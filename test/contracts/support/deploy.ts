import type { ContractReturnType } from "@nomicfoundation/hardhat-viem/types";
import type { NetworkConnection } from "hardhat/types/network";
import { encodeFunctionData, type Abi, type Address, type EncodeFunctionDataParameters } from "viem";

import { accessManagerAbi } from "../../../deploy/abi.ts";
import { accessCalls } from "../../../deploy/access.ts";
import {
  IMPLEMENTATIONS,
  PROXY_NAMES,
  asyncRedeemArguments,
  beaconProofsArguments,
  constructorArguments,
  initializeArguments,
  rebasingArguments,
  validatorExitsArguments,
  type ProxyName,
} from "../../../deploy/arguments.ts";
import { startOf, type ChainFacts, type Start } from "../../../deploy/chain.ts";
import { parametersOf, type ParameterOverrides, type ProtocolParameters } from "../../../deploy/parameters/index.ts";
import type { RoleName } from "../../../deploy/roles.ts";
import { accountsOf, addressesOf, type Accounts } from "./accounts.ts";
import { prepareChain } from "./chain.ts";

/** Nobody waits in a unit test; test/deploy has the real delays. */
const NO_DELAYS = {
  ADMIN: 0,
  PARAMETERS: 0,
  UPGRADES: 0,
  GUARDIAN: 0,
  APPEALS: 0,
  COMMITTEE: 0,
  REVIEW: 0,
  UNPAUSE: 0,
};

/** What a contract test starts from: typed contracts, the accounts by their parts, the numbers. */
export type Fixture = {
  accounts: Accounts;
  chain: ChainFacts;
  parameters: ProtocolParameters;
  /** The frame in which the protocol began. */
  start: Start;
  pool: ContractReturnType<"StakingPool">;
  queue: ContractReturnType<"WithdrawalQueue">;
  registry: ContractReturnType<"OperatorRegistry">;
  manager: ContractReturnType<"ValidatorManager">;
  distribution: ContractReturnType<"RewardDistribution">;
  token: ContractReturnType<"EthStake">;
  withdrawalVault: ContractReturnType<"WithdrawalVault">;
  executionRewardsVault: ContractReturnType<"ExecutionRewardsVault">;
  coverFund: ContractReturnType<"CoverFund">;
  committee: ContractReturnType<"OracleCommittee">;
  beaconProofs: ContractReturnType<"BeaconProofs">;
  depositVerifier: ContractReturnType<"DepositVerifier">;
  exits: ContractReturnType<"ValidatorExits">;
  rebasing: ContractReturnType<"RebasingEthStake">;
  asyncRedeem: ContractReturnType<"AsyncRedeem">;
  accessManager: ContractReturnType<"AccessManager">;
  depositContract: ContractReturnType<"IDepositContract">;
  seed: ContractReturnType<"ProxySeed">;
  /** What stands behind each proxy. */
  implementations: { [Name in ProxyName]: ContractReturnType<(typeof IMPLEMENTATIONS)[Name]> };
};

/**
 * Deploys everything on the network of Hardhat, in the order of deploy/ but without Ignition, with the numbers of a
 * devnet. Each role is held by an account of its own, without delay: `accounts.roles.PARAMETERS` and so on.
 *
 * @example
 * const connection = await network.create();
 * const setUp = () => deployFixture(connection); // one function, so that loadFixture knows it again
 * it("...", async () => {
 *   const { pool, accounts } = await connection.networkHelpers.loadFixture(setUp);
 *   await pool.write.pause([PAUSE_STAKE, 3600], { account: accounts.roles.GUARDIAN.account });
 * });
 */
export async function deployFixture(
  connection: NetworkConnection<"l1">,
  overrides: ParameterOverrides = {},
): Promise<Fixture> {
  const { viem, networkHelpers } = connection;
  const accounts = await accountsOf(connection);
  const chain = await prepareChain(connection);
  const parameters = parametersOf({ network: "devnet", overrides });
  const start = startOf(chain, parameters.frame.slotsPerFrame, await networkHelpers.time.latest());

  const accessManager = await viem.deployContract("AccessManager", [accounts.deployer.account.address]);
  const authority = accessManager.address;
  const seed = await viem.deployContract("ProxySeed");
  const reserve = encodeFunctionData({ abi: seed.abi, functionName: "reserve" });
  const proxy = async () => (await viem.deployContract("ERC1967Proxy", [seed.address, reserve])).address;
  const proxies = {
    pool: await proxy(),
    queue: await proxy(),
    registry: await proxy(),
    manager: await proxy(),
    distribution: await proxy(),
  };

  const token = await viem.deployContract("EthStake", [proxies.pool]);
  const withdrawalVault = await viem.deployContract("WithdrawalVault", [proxies.pool, proxies.manager]);
  const executionRewardsVault = await viem.deployContract("ExecutionRewardsVault", [proxies.pool]);
  const coverFund = await viem.deployContract("CoverFund", [token.address, proxies.pool]);
  const members = accounts.members.map(({ account }) => account.address);
  const committee = await viem.deployContract("OracleCommittee", [authority, members, 2n]);

  const beaconProofs = await viem.deployContract("BeaconProofs", beaconProofsArguments(chain, parameters));
  const depositVerifier = await viem.deployContract("DepositVerifier");

  const vaults = {
    withdrawalVault: withdrawalVault.address,
    executionRewardsVault: executionRewardsVault.address,
    beaconProofs: beaconProofs.address,
  };
  const exits = await viem.deployContract(
    "ValidatorExits",
    validatorExitsArguments({ ...proxies, ...vaults }, parameters),
  );
  const beside = {
    ...vaults,
    token: token.address,
    coverFund: coverFund.address,
    depositVerifier: depositVerifier.address,
    validatorExits: exits.address,
  };
  const built = constructorArguments({ ...proxies, ...beside }, chain, parameters);
  const initial = initializeArguments({ authority, committee: committee.address }, start, parameters);
  const implementations = {
    pool: await viem.deployContract("StakingPool", built.pool),
    queue: await viem.deployContract("WithdrawalQueue", built.queue),
    registry: await viem.deployContract("OperatorRegistry", built.registry),
    manager: await viem.deployContract("ValidatorManager", built.manager),
    distribution: await viem.deployContract("RewardDistribution", built.distribution),
  };
  for (const name of PROXY_NAMES) {
    const { abi, address }: { abi: Abi; address: Address } = implementations[name];
    const data = encodeFunctionData({ abi, functionName: "initialize", args: initial[name] });
    const at = await viem.getContractAt("ProxySeed", proxies[name]);
    await at.write.upgradeToAndCall([address, data], { value: name === "pool" ? parameters.initialLockedWei : 0n });
  }

  const access = accessCalls<Address>({
    contracts: { ...proxies, committee: committee.address },
    members: eachAlone(addressesOf(accounts.roles)),
    deployer: accounts.deployer.account.address,
    delays: { timelockSeconds: 0, roleSeconds: NO_DELAYS },
  });
  await accessManager.write.multicall([
    access.map((call) => encodeFunctionData({ abi: accessManagerAbi, ...call } as EncodeFunctionDataParameters)),
  ]);

  // Last: nothing in the protocol knows them.
  const known = { ...proxies, token: token.address };
  const rebasing = await viem.deployContract("RebasingEthStake", rebasingArguments(known));
  const asyncRedeem = await viem.deployContract("AsyncRedeem", asyncRedeemArguments(known));

  return {
    accounts,
    chain,
    parameters,
    start,
    implementations,
    seed,
    accessManager,
    token,
    withdrawalVault,
    executionRewardsVault,
    coverFund,
    committee,
    beaconProofs,
    depositVerifier,
    exits,
    rebasing,
    asyncRedeem,
    pool: await viem.getContractAt(IMPLEMENTATIONS.pool, proxies.pool),
    queue: await viem.getContractAt(IMPLEMENTATIONS.queue, proxies.queue),
    registry: await viem.getContractAt(IMPLEMENTATIONS.registry, proxies.registry),
    manager: await viem.getContractAt(IMPLEMENTATIONS.manager, proxies.manager),
    distribution: await viem.getContractAt(IMPLEMENTATIONS.distribution, proxies.distribution),
    depositContract: await viem.getContractAt("IDepositContract", chain.depositContract),
  };
}

/** In a unit test every role has one holder, and every account one role. */
function eachAlone(members: Readonly<Record<RoleName, Address>>): Record<RoleName, [Address]> {
  const entries = Object.entries(members).map(([name, member]) => [name, [member]]);
  return Object.fromEntries(entries) as Record<RoleName, [Address]>;
}
