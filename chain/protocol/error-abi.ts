import type { Abi, AbiItem } from "viem";

import { beaconProofsAbi } from "../abi/BeaconProofs.ts";
import { beaconRootsAbi } from "../abi/BeaconRoots.ts";
import { depositVerifierAbi } from "../abi/DepositVerifier.ts";
import { ethStakeAbi } from "../abi/EthStake.ts";
import { executionRewardsVaultAbi } from "../abi/ExecutionRewardsVault.ts";
import { operatorRegistryAbi } from "../abi/OperatorRegistry.ts";
import { oracleCommitteeAbi } from "../abi/OracleCommittee.ts";
import { rewardDistributionAbi } from "../abi/RewardDistribution.ts";
import { stakingPoolAbi } from "../abi/StakingPool.ts";
import { validatorManagerAbi } from "../abi/ValidatorManager.ts";
import { withdrawalQueueAbi } from "../abi/WithdrawalQueue.ts";
import { withdrawalRequestsAbi } from "../abi/WithdrawalRequests.ts";
import { withdrawalVaultAbi } from "../abi/WithdrawalVault.ts";

// The contracts themselves, not their interfaces: their ABIs name the errors of libraries and base contracts too.
const abis: readonly (readonly AbiItem[])[] = [
  beaconProofsAbi,
  beaconRootsAbi,
  depositVerifierAbi,
  ethStakeAbi,
  executionRewardsVaultAbi,
  operatorRegistryAbi,
  oracleCommitteeAbi,
  rewardDistributionAbi,
  stakingPoolAbi,
  validatorManagerAbi,
  withdrawalQueueAbi,
  withdrawalRequestsAbi,
  withdrawalVaultAbi,
];

/** Every custom error of the protocol: a call may be refused by a contract further down. */
export const protocolErrorAbi: Abi = abis.flat().filter((item) => item.type === "error");
