// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Parameters of the queue.
/// @param minDelaySeconds Time between a request and its eligibility.
/// @param minRequestWei Least value of a request: no dust.
/// @param maxRequestWei Greatest value of a request: no walls.
struct QueueParameters {
    uint32 minDelaySeconds;
    uint96 minRequestWei;
    uint96 maxRequestWei;
}

/// @notice A ticket, as the reader sees it.
/// @param owner Owner of the ERC-721.
/// @param shares Shares of the request.
/// @param amountWei Their value at the request, in wei.
/// @param eligibleAt Earliest cut-off that may finalise it, in seconds.
/// @param pendingShares Shares not yet finalised.
/// @param claimableShares Shares finalised and not paid yet.
/// @param claimableWei What a claim pays now, in wei.
struct WithdrawalRequest {
    address owner;
    uint256 shares;
    uint256 amountWei;
    uint64 eligibleAt;
    uint256 pendingShares;
    uint256 claimableShares;
    uint256 claimableWei;
}

/// @notice Contracts of the protocol that the queue knows: the pool, and where `queueStatus` looks for ether.
struct QueueAddresses {
    address pool;
    address manager;
    address distribution;
    address withdrawalVault;
    address executionRewardsVault;
}

/// @notice Where the ether for the last share of a ticket is, when all before it are served first.
enum QueueSource {
    /// Set aside: the ticket can be claimed.
    Queue,
    /// In the pool's buffer.
    Buffer,
    /// In the vaults, with the buffer: the next report books it.
    Vaults,
    /// On its way from the beacon chain, with the above: asked for, and no report has seen it arrive.
    Exits,
    /// Not asked for yet.
    Validators
}

/// @notice How a ticket stands, all amounts in wei.
/// @param aheadWei The most that the unfinalised requests before it can cost.
/// @param ownWei The most that its own unfinalised part can cost.
/// @param demandWei The most that all unfinalised requests can cost.
/// @param bufferedWei In the pool's buffer.
/// @param vaultsWei In the vaults.
/// @param exitingWei Asked back from validators and not seen to arrive.
/// @param eligibleAt Earliest cut-off that may finalise it, in seconds.
/// @param source Where the ether for its last share is.
/// @param expectedAt When it is expected to be finalised, in seconds: now when it is; the end of the frame whose report can
/// pay for it out of the buffer and the vaults (members report within the hour after), not before a pause of settlements
/// ends; 0 when nobody on chain can know: reports have stopped, or the ether is still on the beacon chain, whose queues set
/// the time. A loss makes it no later, as requests become cheaper with it.
struct QueueStatus {
    uint256 aheadWei;
    uint256 ownWei;
    uint256 demandWei;
    uint256 bufferedWei;
    uint256 vaultsWei;
    uint256 exitingWei;
    uint64 eligibleAt;
    QueueSource source;
    uint64 expectedAt;
}

/// @notice A finalisation.
/// @param fromShares Tape position at which its stretch begins; it ends where the next one begins, the newest at
/// `finalizedShares`.
/// @param rateRay Ether per share, with 27 decimals, rounded down.
/// @param lastRequestId The newest request that ends within the stretch or before it: what came until then is found
/// without a look at the next checkpoint.
/// @param byEther True when the sum of the requests' ether was set aside, false when shares times rate was.
struct QueueCheckpoint {
    uint96 fromShares;
    uint120 rateRay;
    uint32 lastRequestId;
    bool byEther;
}

/// @notice How far a finalisation may go.
/// @param fromShares Where the tape is finalised up to, in shares.
/// @param fromEther The same, as the sum of the requests' ether, in wei.
/// @param reachShares Tape position up to which the money pays at the rate.
/// @param reachEther Sum of the requests' ether up to which the money pays what they were worth, in wei.
/// @param cutoffTimestamp Only requests eligible at or before it, in seconds.
struct QueueReach {
    uint256 fromShares;
    uint256 fromEther;
    uint256 reachShares;
    uint256 reachEther;
    uint256 cutoffTimestamp;
}
