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
/// @param claimableWei What a claim pays now, in wei.
struct WithdrawalRequest {
    address owner;
    uint256 shares;
    uint256 amountWei;
    uint64 eligibleAt;
    uint256 pendingShares;
    uint256 claimableWei;
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
