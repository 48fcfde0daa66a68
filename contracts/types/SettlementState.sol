// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What every settlement reads and writes, in one slot: where reports are, the parameters that each one needs,
/// what is on its way out, and whether the registry holds locks that may mature.
struct Course {
    uint40 lastRefSlot;
    uint40 lastCutoffTimestamp;
    uint16 operatorFeeBps;
    uint32 maxYearlyGrowthBps;
    uint16 maxLossBps;
    uint32 claimDelaySeconds;
    uint64 exitingGwei;
    bool locksOpen;
}

/// @notice All ether ever collected from the vaults, in wei.
struct Collected {
    uint128 withdrawalsWei;
    uint128 executionWei;
}

/// @notice Parameters for what is rare, and what was finalised without reports on the last day on which anything was.
/// @param day Days since 1970.
/// @param usedWei Of `staleDailyWei`, on that day.
struct RareTerms {
    uint16 maxCoverBps;
    uint16 staleFrames;
    uint16 staleHaircutBps;
    uint96 staleDailyWei;
    uint16 day;
    uint96 usedWei;
}

/// @notice A report that waits for review.
/// @param expiresAt When its time runs out, in seconds; zero when it was confirmed or dropped.
/// @param refSlot Reference slot of the last report that was ever held: only a later one is.
struct HeldReport {
    bytes32 hash;
    uint40 expiresAt;
    uint64 refSlot;
}
