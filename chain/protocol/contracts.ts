import { getContract, type Abi, type Address, type GetContractReturnType } from "viem";

import { iEthStakeAbi } from "../abi/IEthStake.ts";
import { iOperatorRegistryAbi } from "../abi/IOperatorRegistry.ts";
import { iOracleCommitteeAbi } from "../abi/IOracleCommittee.ts";
import { iRewardDistributionAbi } from "../abi/IRewardDistribution.ts";
import { iStakingPoolAbi } from "../abi/IStakingPool.ts";
import { iVaultAbi } from "../abi/IVault.ts";
import { iValidatorExitsAbi } from "../abi/IValidatorExits.ts";
import { iValidatorManagerAbi } from "../abi/IValidatorManager.ts";
import { iWithdrawalQueueAbi } from "../abi/IWithdrawalQueue.ts";
import { iWithdrawalVaultAbi } from "../abi/IWithdrawalVault.ts";
import type { Deployment } from "../deployment.ts";
import type { Execution } from "../execution/client.ts";

type Client = Execution["client"];
type Contract<TAbi extends Abi> = GetContractReturnType<TAbi, Client, Address>;

/** The contracts of the protocol, ready to be read, and the client behind them. */
export type Protocol = {
  client: Client;
  token: Contract<typeof iEthStakeAbi>;
  pool: Contract<typeof iStakingPoolAbi>;
  queue: Contract<typeof iWithdrawalQueueAbi>;
  registry: Contract<typeof iOperatorRegistryAbi>;
  manager: Contract<typeof iValidatorManagerAbi>;
  exits: Contract<typeof iValidatorExitsAbi>;
  distribution: Contract<typeof iRewardDistributionAbi>;
  committee: Contract<typeof iOracleCommitteeAbi>;
  withdrawalVault: Contract<typeof iWithdrawalVaultAbi>;
  executionVault: Contract<typeof iVaultAbi>;
};

/**
 * Binds the contracts of a deployment to a node.
 *
 * @example
 * const { pool } = createProtocol(execution, deployment);
 * const rateWei = await pool.read.ethPerShare();
 */
export function createProtocol(
  { client }: Pick<Execution, "client">,
  { contracts }: Pick<Deployment, "contracts">,
): Protocol {
  return {
    client,
    token: getContract({ address: contracts.token, abi: iEthStakeAbi, client }),
    pool: getContract({ address: contracts.pool, abi: iStakingPoolAbi, client }),
    queue: getContract({ address: contracts.queue, abi: iWithdrawalQueueAbi, client }),
    registry: getContract({ address: contracts.registry, abi: iOperatorRegistryAbi, client }),
    manager: getContract({ address: contracts.manager, abi: iValidatorManagerAbi, client }),
    exits: getContract({ address: contracts.validatorExits, abi: iValidatorExitsAbi, client }),
    distribution: getContract({ address: contracts.distribution, abi: iRewardDistributionAbi, client }),
    committee: getContract({ address: contracts.committee, abi: iOracleCommitteeAbi, client }),
    withdrawalVault: getContract({ address: contracts.withdrawalVault, abi: iWithdrawalVaultAbi, client }),
    executionVault: getContract({ address: contracts.executionVault, abi: iVaultAbi, client }),
  };
}
