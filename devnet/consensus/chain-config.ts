import { createChainForkConfig, type ChainForkConfig } from "@lodestar/config";
import { minimalChainConfig } from "@lodestar/config/configs";
import { fromHex } from "@lodestar/utils";
import { CHAIN_ID, DEPOSIT_CONTRACT } from "../chain-constants.ts";

/**
 * The consensus configuration: minimal preset, Fulu from the first slot. Waiting times that on mainnet are 256
 * epochs are one, so that a validator can leave soon after it came.
 */
export function createDevnetConfig(secondsPerSlot: number): ChainForkConfig {
  return createChainForkConfig({
    ...minimalChainConfig,
    CONFIG_NAME: "ethstake-devnet",
    TERMINAL_TOTAL_DIFFICULTY: 0n,
    ALTAIR_FORK_EPOCH: 0,
    BELLATRIX_FORK_EPOCH: 0,
    CAPELLA_FORK_EPOCH: 0,
    DENEB_FORK_EPOCH: 0,
    ELECTRA_FORK_EPOCH: 0,
    FULU_FORK_EPOCH: 0,
    GLOAS_FORK_EPOCH: Infinity,
    SECONDS_PER_SLOT: secondsPerSlot,
    SLOT_DURATION_MS: secondsPerSlot * 1000,
    DEPOSIT_CONTRACT_ADDRESS: fromHex(DEPOSIT_CONTRACT),
    DEPOSIT_CHAIN_ID: CHAIN_ID,
    DEPOSIT_NETWORK_ID: CHAIN_ID,
    GENESIS_DELAY: 0,
    SHARD_COMMITTEE_PERIOD: 1,
    MIN_VALIDATOR_WITHDRAWABILITY_DELAY: 1,
  });
}
