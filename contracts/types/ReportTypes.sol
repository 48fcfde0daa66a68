// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Breach, Theft} from "./OperatorTypes.sol";

// Version of the report's encoding and rules; a member stops on one that it does not know.
uint32 constant REPORT_VERSION = 3;

/// @notice A loss that has a name.
/// @param operatorId Whose validators lost it.
/// @param amountWei How much, in wei.
struct Loss {
    uint32 operatorId;
    uint128 amountWei;
}

/// @notice What the oracle says of a frame. Its hash is `keccak256(abi.encode(report))`.
/// Absolutes are current at the cut-off, receipts are cumulative, losses, breaches, thefts and exits are of the window.
/// @param refSlot Last slot of the frame.
/// @param previousRefSlot Reference slot of the settled report that this one builds on: its window begins there.
/// @param cutoffTimestamp Timestamp of the execution block that the reference state names, in seconds.
/// @param cutoffBlockHash Hash of that block.
/// @param blockRoot Root of the reference block: the last one at or before `refSlot`.
/// @param consensusBalanceGwei Balances of our validators plus their pending deposits.
/// @param exitingGwei Of these, what is exiting or in pending partial withdrawals.
/// @param withdrawalReceiptsWei All ether ever received by the WithdrawalVault.
/// @param executionReceiptsWei All ether ever received by the ExecutionRewardsVault.
/// @param rewardsRoot Merkle root over (operatorId, cumulative shares).
/// @param rewardsTotalShares Sum of the tree; never above the fee shares minted by the settlements before.
/// @param losses Losses of the window, by operator, in ascending order.
/// @param breaches Breaches of SLA periods that ended in the window.
/// @param thefts Proposals of the window that paid somebody else than the ExecutionRewardsVault.
/// @param exits Public key roots of validators whose final withdrawal fell in the window.
struct Report {
    uint64 refSlot;
    uint64 previousRefSlot;
    uint64 cutoffTimestamp;
    bytes32 cutoffBlockHash;
    bytes32 blockRoot;
    uint64 consensusBalanceGwei;
    uint64 exitingGwei;
    uint128 withdrawalReceiptsWei;
    uint128 executionReceiptsWei;
    bytes32 rewardsRoot;
    uint128 rewardsTotalShares;
    Loss[] losses;
    Breach[] breaches;
    Theft[] thefts;
    bytes32[] exits;
}

/// @notice What the members sign: the report's place in time, and its hash.
struct ReportId {
    uint64 refSlot;
    bytes32 blockRoot;
    uint64 cutoffTimestamp;
    uint32 version;
    bytes32 reportHash;
}

/// @notice What a settlement computed.
/// @param rewardsWei Rewards that were booked, negative for a loss, in wei.
/// @param consensusGwei Balance that was booked: the reported one, less what was deferred of it.
/// @param withdrawalsWei Collected from the WithdrawalVault.
/// @param executionRewardsWei Collected from the ExecutionRewardsVault.
/// @param depositsGwei Deposits between the two cut-offs.
/// @param feeWei The operators' fee.
/// @param feeShares Shares minted for it.
/// @param burnedShares Burned of bonds, for matured locks and named losses, and of the cover fund.
/// @param sweptWei Surplus that the queue gave back.
/// @param finalizedShares Queued shares that were finalised.
/// @param finalizedWei Ether set aside for them.
/// @param pooledBeforeWei `totalPooledEther` before.
/// @param sharesBefore `totalShares` before.
/// @param pooledAfterWei `totalPooledEther` after, the finalisation included.
/// @param sharesAfter `totalShares` after, the finalisation included.
struct Settlement {
    int256 rewardsWei;
    uint64 consensusGwei;
    uint256 withdrawalsWei;
    uint256 executionRewardsWei;
    uint64 depositsGwei;
    uint256 feeWei;
    uint256 feeShares;
    uint256 burnedShares;
    uint256 sweptWei;
    uint256 finalizedShares;
    uint256 finalizedWei;
    uint256 pooledBeforeWei;
    uint256 sharesBefore;
    uint256 pooledAfterWei;
    uint256 sharesAfter;
}

/// @notice A surplus above the growth bound that waits for later reports.
/// @param consensusGwei Not booked of the reported balance.
/// @param executionRewardsWei Left in the ExecutionRewardsVault.
/// @param withdrawalsWei Left in the WithdrawalVault.
struct Deferral {
    uint64 consensusGwei;
    uint256 executionRewardsWei;
    uint256 withdrawalsWei;
}

/// @notice Parameters of the settlement.
/// @param operatorFeeBps Operators' part of positive rewards, in basis points.
/// @param maxYearlyGrowthBps Greatest plausible growth in a year, in basis points; what is above it is deferred.
/// @param maxLossBps Greatest plausible loss of one report, in basis points; a report above it waits for review.
/// @param claimDelaySeconds Time from which a new rewards root can be claimed from.
/// @param maxCoverBps The most of the cover fund that one report may burn, in basis points.
/// @param staleFrames Frames without a report after which anyone may finalise withdrawals.
/// @param staleHaircutBps What the last rate is lowered by then, in basis points; at least `maxLossBps`.
/// @param staleDailyWei The most that may be set aside in that way in a day, in wei.
struct DistributionParameters {
    uint16 operatorFeeBps;
    uint32 maxYearlyGrowthBps;
    uint16 maxLossBps;
    uint32 claimDelaySeconds;
    uint16 maxCoverBps;
    uint16 staleFrames;
    uint16 staleHaircutBps;
    uint96 staleDailyWei;
}

/// @notice Contracts of the protocol that the settlement knows.
struct DistributionAddresses {
    address token;
    address pool;
    address queue;
    address registry;
    address manager;
    address withdrawalVault;
    address executionRewardsVault;
    address coverFund;
}

/// @notice The beacon chain, and how frames divide it.
/// @param genesisTime Genesis, in seconds.
/// @param secondsPerSlot Length of a slot, in seconds.
/// @param slotsPerFrame Length of a frame, in slots; frames are counted from genesis.
/// @param framesPerPeriod Length of an SLA period, in frames; periods are counted from genesis.
struct DistributionChain {
    uint64 genesisTime;
    uint64 secondsPerSlot;
    uint64 slotsPerFrame;
    uint64 framesPerPeriod;
}

/// @notice How the settlement begins.
/// @param authority AccessManager that holds people's permissions.
/// @param parameters First parameters.
/// @param committee First committee.
/// @param lastRefSlot Last reference slot before the protocol began.
struct DistributionInit {
    address authority;
    DistributionParameters parameters;
    address committee;
    uint64 lastRefSlot;
}
