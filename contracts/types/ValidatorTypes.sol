// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

enum ValidatorStatus {
    None,
    Predeposited,
    Active,
    Exiting,
    Exited,
    Faulty,
    Slashed
}

/// @notice A validator of the pool, keyed by the SSZ root of its public key. One storage slot.
/// @param operatorId Whose it is.
/// @param status Where it is in its life.
/// @param depositedGwei Ether that the pool has deposited for it, in Gwei, with what consolidations bring to it.
/// @param requestedAt When anything was last asked of the chain for it (EIP-7002, EIP-7251), in seconds.
/// @param index Its position in the beacon state, once proven.
/// @param partialGwei Partial withdrawals asked for since, in Gwei; without meaning once `exitRetrySeconds` have passed.
struct Validator {
    uint32 operatorId;
    ValidatorStatus status;
    uint64 depositedGwei;
    uint40 requestedAt;
    uint40 index;
    uint64 partialGwei;
}

/// @notice Parameters of the validator manager. One storage slot.
/// @param maxStock Unproven validators in all.
/// @param maxStockPerOperator Unproven validators of one operator.
/// @param maxOperatorShareBps The most of the pool's ether on one operator's validators, in basis points.
/// @param maxProofAgeSeconds Age of the oldest block that a proof may speak of.
/// @param minPartialGwei Least partial withdrawal.
/// @param exitRetrySeconds Time after which a request that the chain did not follow may be repeated.
/// @param slashedLockBps Bond locked for a slashed validator, in basis points of its effective balance: what a slashing
/// may cost in the end, before a report names it.
/// @param turnGwei The most that one operator is funded with before it is the next one's turn.
struct ManagerParameters {
    uint16 maxStock;
    uint16 maxStockPerOperator;
    uint16 maxOperatorShareBps;
    uint32 maxProofAgeSeconds;
    uint64 minPartialGwei;
    uint32 exitRetrySeconds;
    uint16 slashedLockBps;
    uint64 turnGwei;
}

/// @notice Contracts that the validator manager knows.
struct ManagerAddresses {
    address pool;
    address registry;
    address distribution;
    address validatorExits;
    address withdrawalVault;
    address depositContract;
    address beaconProofs;
    address depositVerifier;
}

/// @notice The beacon chain that deposits are made on.
/// @param secondsPerSlot Length of a slot, in seconds.
/// @param genesisForkVersion Fork version of the genesis, over which deposits are signed.
struct ManagerChain {
    uint64 secondsPerSlot;
    bytes4 genesisForkVersion;
}

/// @notice Contracts that the rules of exits know.
struct ExitAddresses {
    address pool;
    address queue;
    address registry;
    address manager;
    address withdrawalVault;
    address executionRewardsVault;
    address beaconProofs;
}

/// @notice The beacon chain that validators leave.
/// @param slotsPerEpoch Length of an epoch, in slots.
/// @param shardCommitteePeriod Epochs that a validator must be active before the chain lets it leave.
struct ExitChain {
    uint64 slotsPerEpoch;
    uint64 shardCommitteePeriod;
}
