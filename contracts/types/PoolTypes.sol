// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

// The actions that can be paused, each by itself. Claims of finalised requests are not among them.
uint8 constant PAUSE_STAKE = 1;
uint8 constant PAUSE_WITHDRAW = 2;
uint8 constant PAUSE_DEPOSIT = 4;
uint8 constant PAUSE_SETTLE = 8;

/// @notice Limits of the pool that an administrator sets.
/// @param stakeCapWei The most that may be staked in all, in wei.
/// @param stakeAllowanceWei How much the pool may grow by staking between two reports, in wei.
/// @param maxReportAgeSeconds Age of the last report's reference slot after which staking stops.
struct PoolLimits {
    uint96 stakeCapWei;
    uint96 stakeAllowanceWei;
    uint32 maxReportAgeSeconds;
}

/// @notice What a settlement tells the pool.
/// @param consensusGwei Ether of our validators at the cut-off, pending deposits included.
/// @param settledDepositsGwei Cumulative deposits up to the cut-off.
/// @param withdrawalsWei To collect from the WithdrawalVault.
/// @param executionRewardsWei To collect from the ExecutionRewardsVault.
/// @param feeWei The operators' fee.
/// @param refSlotTimestamp Time of the reference slot, in seconds.
struct Rebase {
    uint64 consensusGwei;
    uint64 settledDepositsGwei;
    uint256 withdrawalsWei;
    uint256 executionRewardsWei;
    uint256 feeWei;
    uint64 refSlotTimestamp;
}

/// @notice Contracts of the protocol that the pool knows.
struct PoolAddresses {
    address token;
    address queue;
    address registry;
    address manager;
    address distribution;
    address withdrawalVault;
    address executionRewardsVault;
}

/// @notice How the pool begins.
/// @param authority AccessManager that holds people's permissions.
/// @param limits First limits.
/// @param refSlotTimestamp Time of the last reference slot before the protocol began, in seconds.
struct PoolInit {
    address authority;
    PoolLimits limits;
    uint64 refSlotTimestamp;
}
