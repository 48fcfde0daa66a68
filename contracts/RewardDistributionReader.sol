// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEthStake} from "./interfaces/IEthStake.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {IRewardDistributionReader} from "./interfaces/IRewardDistribution.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {IValidatorManager} from "./interfaces/IValidatorManager.sol";
import {CommitteeTerms, Committees} from "./libraries/CommitteeTerms.sol";
import {OperatorRewards, RewardsRecord} from "./libraries/OperatorRewards.sol";
import {DistributionAddresses, DistributionChain, DistributionParameters} from "./types/ReportTypes.sol";
import {Collected, Course, HeldReport, RareTerms} from "./types/SettlementState.sol";

/// @title RewardDistributionReader
/// @notice What the settlement knows, and all that can be read of it: see {IRewardDistributionReader}. What changes it is
/// in {RewardDistribution}.
abstract contract RewardDistributionReader is IRewardDistributionReader {
    using CommitteeTerms for Committees;
    using OperatorRewards for RewardsRecord;

    IEthStake internal immutable TOKEN;
    IStakingPool internal immutable POOL;
    IOperatorRegistry internal immutable REGISTRY;
    IValidatorManager internal immutable MANAGER;
    address internal immutable WITHDRAWAL_VAULT;
    address internal immutable EXECUTION_REWARDS_VAULT;
    address internal immutable COVER_FUND;

    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable genesisTime;
    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable secondsPerSlot;
    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable slotsPerFrame;
    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable framesPerPeriod;

    /// @custom:storage-location erc7201:ethstake.storage.RewardDistribution
    struct DistributionStorage {
        Course course;
        Collected collected;
        RewardsRecord rewards;
        Committees committees;
        RareTerms terms;
        HeldReport held;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.RewardDistribution")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0xabe7643b63c63c7db7e5d8b805cfdfff8cdcc531220d96e98a8f210b5f565e00;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(DistributionAddresses memory a, DistributionChain memory chain) {
        TOKEN = IEthStake(a.token);
        POOL = IStakingPool(a.pool);
        REGISTRY = IOperatorRegistry(a.registry);
        MANAGER = IValidatorManager(a.manager);
        WITHDRAWAL_VAULT = a.withdrawalVault;
        EXECUTION_REWARDS_VAULT = a.executionRewardsVault;
        COVER_FUND = a.coverFund;
        genesisTime = chain.genesisTime;
        secondsPerSlot = chain.secondsPerSlot;
        slotsPerFrame = chain.slotsPerFrame;
        framesPerPeriod = chain.framesPerPeriod;
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IRewardDistributionReader
    function lastRefSlot() external view returns (uint64) {
        return _distribution().course.lastRefSlot;
    }

    /// @inheritdoc IRewardDistributionReader
    function lastCutoffTimestamp() external view returns (uint64) {
        return _distribution().course.lastCutoffTimestamp;
    }

    /// @inheritdoc IRewardDistributionReader
    function exitingGwei() external view returns (uint64) {
        return _distribution().course.exitingGwei;
    }

    /// @inheritdoc IRewardDistributionReader
    function collectedWei() external view returns (uint256 withdrawalsWei, uint256 executionRewardsWei) {
        Collected memory c = _distribution().collected;
        return (c.withdrawalsWei, c.executionWei);
    }

    /// @inheritdoc IRewardDistributionReader
    function heldReport() external view returns (bytes32 reportHash, uint40 expiresAt) {
        HeldReport memory held = _distribution().held;
        return (held.hash, held.expiresAt);
    }

    /// @inheritdoc IRewardDistributionReader
    function claimableRoot() external view returns (bytes32 root, uint128 totalShares) {
        RewardsRecord storage rewards = _distribution().rewards;
        return (rewards.claimableRoot(), rewards.totalShares);
    }

    /// @inheritdoc IRewardDistributionReader
    function pendingRoot() external view returns (bytes32 root, uint128 totalShares, uint40 claimableAt) {
        RewardsRecord storage rewards = _distribution().rewards;
        return (rewards.roots[rewards.newest], rewards.totalShares, rewards.claimableAt);
    }

    /// @inheritdoc IRewardDistributionReader
    function claimedShares(uint32 operatorId) external view returns (uint256) {
        return _distribution().rewards.claimedShares[operatorId];
    }

    /// @inheritdoc IRewardDistributionReader
    function cumulativeFeeShares() external view returns (uint256) {
        return _distribution().rewards.cumulativeFeeShares;
    }

    /// @inheritdoc IRewardDistributionReader
    function committeeFor(uint64 refSlot) public view returns (address) {
        return _distribution().committees.at(refSlot);
    }

    /// @inheritdoc IRewardDistributionReader
    function parameters() external view returns (DistributionParameters memory) {
        DistributionStorage storage $ = _distribution();
        return
            DistributionParameters({
                operatorFeeBps: $.course.operatorFeeBps,
                maxYearlyGrowthBps: $.course.maxYearlyGrowthBps,
                maxLossBps: $.course.maxLossBps,
                claimDelaySeconds: $.course.claimDelaySeconds,
                maxCoverBps: $.terms.maxCoverBps,
                staleFrames: $.terms.staleFrames,
                staleHaircutBps: $.terms.staleHaircutBps,
                staleDailyWei: $.terms.staleDailyWei
            });
    }

    // ---------------------------------------------------------------- Know

    function _timeOf(uint64 slot) internal view returns (uint64) {
        return genesisTime + slot * secondsPerSlot;
    }

    function _distribution() internal pure returns (DistributionStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
