// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Breach} from "./OperatorTypes.sol";

// Version of the report's encoding and rules; a member stops on one that it does not know.
uint32 constant REPORT_VERSION = 1;

/// @notice A loss that has a name.
/// @param operatorId Whose validators lost it.
/// @param amountWei How much, in wei.
struct Loss {
    uint32 operatorId;
    uint128 amountWei;
}

/// @notice What the oracle says of a frame. Its hash is `keccak256(abi.encode(report))`.
/// Absolutes are current at the cut-off, receipts are cumulative, losses, breaches and exits are of the window.
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
/// @param rewardsTotalShares Sum of the tree; never above the fee shares ever minted.
/// @param losses Losses of the window, by operator, in ascending order.
/// @param breaches Breaches of SLA periods that ended in the window.
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
/// @param rewardsWei Rewards of the window, negative for a loss, in wei.
/// @param withdrawalsWei Collected from the WithdrawalVault.
/// @param executionRewardsWei Collected from the ExecutionRewardsVault.
/// @param depositsGwei Deposits between the two cut-offs.
/// @param feeWei The operators' fee.
/// @param feeShares Shares minted for it.
/// @param burnedShares Bond burned for matured locks and named losses.
/// @param finalizedShares Queued shares that were finalised.
/// @param finalizedWei Ether set aside for them.
/// @param pooledBeforeWei `totalPooledEther` before.
/// @param sharesBefore `totalShares` before.
/// @param pooledAfterWei `totalPooledEther` after, the finalisation included.
/// @param sharesAfter `totalShares` after, the finalisation included.
struct Settlement {
    int256 rewardsWei;
    uint256 withdrawalsWei;
    uint256 executionRewardsWei;
    uint64 depositsGwei;
    uint256 feeWei;
    uint256 feeShares;
    uint256 burnedShares;
    uint256 finalizedShares;
    uint256 finalizedWei;
    uint256 pooledBeforeWei;
    uint256 sharesBefore;
    uint256 pooledAfterWei;
    uint256 sharesAfter;
}

/// @notice Parameters of the settlement.
/// @param operatorFeeBps Operators' part of positive rewards, in basis points.
/// @param maxYearlyGrowthBps Greatest plausible growth in a year, in basis points.
/// @param maxLossBps Greatest plausible loss of one report, in basis points.
/// @param claimDelaySeconds Time from which a new rewards root can be claimed from.
struct DistributionParameters {
    uint16 operatorFeeBps;
    uint32 maxYearlyGrowthBps;
    uint16 maxLossBps;
    uint32 claimDelaySeconds;
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
