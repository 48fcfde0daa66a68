import type { Abi, AbiItem } from "viem";

import { iEthStakeAbi } from "../abi/IEthStake.ts";
import { iOperatorRegistryAbi } from "../abi/IOperatorRegistry.ts";
import { iOracleCommitteeAbi } from "../abi/IOracleCommittee.ts";
import { iRewardDistributionAbi } from "../abi/IRewardDistribution.ts";
import { iStakingPoolAbi } from "../abi/IStakingPool.ts";
import { iValidatorManagerAbi } from "../abi/IValidatorManager.ts";
import { iWithdrawalQueueAbi } from "../abi/IWithdrawalQueue.ts";
import { iWithdrawalVaultAbi } from "../abi/IWithdrawalVault.ts";

const abis: readonly (readonly AbiItem[])[] = [
  iStakingPoolAbi,
  iWithdrawalQueueAbi,
  iOperatorRegistryAbi,
  iValidatorManagerAbi,
  iRewardDistributionAbi,
  iOracleCommitteeAbi,
  iWithdrawalVaultAbi,
  iEthStakeAbi,
];

/** Every custom error of the protocol: a call may be refused by a contract further down. */
export const protocolErrorAbi: Abi = abis.flat().filter((item) => item.type === "error");
