// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

enum ValidatorStatus {
    None,
    Predeposited,
    Active,
    Exiting,
    Exited,
    Faulty
}

/// @notice A validator of the pool, keyed by the SSZ root of its public key. One storage slot.
/// @param operatorId Whose it is.
/// @param status Where it is in its life.
/// @param depositedGwei Ether that the pool has deposited for it, in Gwei.
/// @param exitRequestedAt When its exit was last asked for by EIP-7002, in seconds.
/// @param index Its position in the beacon state, once proven.
struct Validator {
    uint32 operatorId;
    ValidatorStatus status;
    uint64 depositedGwei;
    uint40 exitRequestedAt;
    uint40 index;
}

/// @notice Parameters of the validator manager.
/// @param maxStock Unproven validators in all.
/// @param maxStockPerOperator Unproven validators of one operator.
/// @param maxOperatorShareBps The most of the pool's ether on one operator's validators, in basis points.
/// @param maxProofAgeSeconds Age of the oldest block that a proof may speak of.
/// @param minPartialGwei Least partial withdrawal.
/// @param exitRetrySeconds Time after which an exit that did not happen may be asked for again.
struct ManagerParameters {
    uint16 maxStock;
    uint16 maxStockPerOperator;
    uint16 maxOperatorShareBps;
    uint32 maxProofAgeSeconds;
    uint64 minPartialGwei;
    uint32 exitRetrySeconds;
}

/// @notice Contracts that the validator manager knows.
struct ManagerAddresses {
    address pool;
    address queue;
    address registry;
    address distribution;
    address withdrawalVault;
    address executionRewardsVault;
    address depositContract;
}

/// @notice The beacon chain that the validators are on.
/// @param genesisTime Genesis, in seconds.
/// @param secondsPerSlot Length of a slot, in seconds.
/// @param genesisForkVersion Fork version of the genesis, over which deposits are signed.
struct ManagerChain {
    uint64 genesisTime;
    uint64 secondsPerSlot;
    bytes4 genesisForkVersion;
}
