// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

// The actions that can be paused, each by itself. Claims of finalised requests are not among them.
uint8 constant PAUSE_STAKE = 1;
uint8 constant PAUSE_WITHDRAW = 2;
uint8 constant PAUSE_DEPOSIT = 4;
uint8 constant PAUSE_SETTLE = 8;
uint8 constant PAUSES = 15;
/// @dev An implausible report waits for review: staking, deposits and settling stop, for a bounded time as well.
uint8 constant REPORT_PENDING = 16;
/// @dev Shares wait in the queue to be finalised: what a settlement need not ask the queue.
uint8 constant QUEUE_WAITING = 128;

/// @notice Limits of the pool that an administrator sets.
/// @param stakeCapWei The most that may be staked in all, in wei.
/// @param stakeAllowanceWei How much the pool may grow by staking between two reports, in wei.
/// @param maxReportAgeSeconds Age of the last report's reference slot after which staking stops.
struct PoolLimits {
    uint96 stakeCapWei;
    uint96 stakeAllowanceWei;
    uint32 maxReportAgeSeconds;
}

/// @notice A later stake cap.
/// @param from Time from which it holds, in seconds: from the first settlement after it.
/// @param capWei The most that may be staked in all, in wei.
struct StakeCapStep {
    uint32 from;
    uint96 capWei;
}

/// @notice What a settlement asks of the pool, before.
/// @param pooledWei `totalPooledEther`.
/// @param totalShares All shares.
/// @param consensusGwei Ether of our validators at the last cut-off.
/// @param settledDepositsGwei Cumulative deposits up to the last cut-off.
/// @param cutoffDepositsGwei Cumulative deposits up to the report's cut-off.
/// @param reportPending Whether a report waited for review, now or until its time ran out.
struct PoolState {
    uint256 pooledWei;
    uint256 totalShares;
    uint64 consensusGwei;
    uint64 settledDepositsGwei;
    uint64 cutoffDepositsGwei;
    bool reportPending;
}

/// @notice What a settlement tells the pool.
/// @param consensusGwei Ether of our validators at the cut-off, pending deposits included.
/// @param settledDepositsGwei Cumulative deposits up to the cut-off.
/// @param withdrawalsWei To collect from the WithdrawalVault.
/// @param executionRewardsWei To collect from the ExecutionRewardsVault.
/// @param feeWei The operators' fee.
/// @param refSlotTimestamp Time of the reference slot, in seconds.
/// @param cutoffTimestamp Requests that were eligible then may be finalised, in seconds.
/// @param finalizationHint The request in which the cut falls; a wrong one costs a search, nothing else.
struct Rebase {
    uint64 consensusGwei;
    uint64 settledDepositsGwei;
    uint256 withdrawalsWei;
    uint256 executionRewardsWei;
    uint256 feeWei;
    uint64 refSlotTimestamp;
    uint64 cutoffTimestamp;
    uint256 finalizationHint;
}

/// @notice What the pool answers a settlement.
/// @param feeShares Shares minted for the fee, worth it at the new rate, rounded down.
/// @param sweptWei Surplus that the queue gave back.
/// @param finalizedShares Queued shares that left.
/// @param finalizedWei Ether that left the buffer for them.
/// @param pooledWei `totalPooledEther` after all of it.
/// @param totalShares All shares after all of it.
struct RebaseResult {
    uint256 feeShares;
    uint256 sweptWei;
    uint256 finalizedShares;
    uint256 finalizedWei;
    uint256 pooledWei;
    uint256 totalShares;
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
    address coverFund;
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
