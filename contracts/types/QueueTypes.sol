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
/// @param toShares Tape position at which its stretch ends; it begins where the one before ends.
/// @param rateRay Ether per share, with 27 decimals, rounded down.
/// @param byEther True when the sum of the requests' ether was set aside, false when shares times rate was.
struct QueueCheckpoint {
    uint96 toShares;
    uint128 rateRay;
    bool byEther;
}
