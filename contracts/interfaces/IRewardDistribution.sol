// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DistributionParameters, Report, Settlement} from "../types/ReportTypes.sol";

/// @title What anyone may read of the settlement
interface IRewardDistributionReader {
    /// @notice Reference slot of the last settled report; before the first, the frame in which the protocol began.
    function lastRefSlot() external view returns (uint64);

    /// @notice Cut-off of the last settled report, in seconds.
    function lastCutoffTimestamp() external view returns (uint64);

    /// @notice Slots of a frame.
    function slotsPerFrame() external view returns (uint64);

    /// @notice Frames of an SLA period.
    function framesPerPeriod() external view returns (uint64);

    /// @notice Genesis of the beacon chain, in seconds.
    function genesisTime() external view returns (uint64);

    /// @notice Seconds of a slot.
    function secondsPerSlot() external view returns (uint64);

    /// @notice The committee whose agreement counts for a reference slot.
    function committeeFor(uint64 refSlot) external view returns (address);

    /// @notice The rewards root from which claims are paid, and the sum of its tree.
    function claimableRoot() external view returns (bytes32 root, uint128 totalShares);

    /// @notice The newest rewards root and the time from which it can be claimed from, in seconds.
    function pendingRoot() external view returns (bytes32 root, uint128 totalShares, uint40 claimableAt);

    /// @notice Shares that an operator has claimed so far.
    function claimedShares(uint32 operatorId) external view returns (uint256);

    /// @notice Fee shares ever minted.
    function cumulativeFeeShares() external view returns (uint256);

    /// @notice Fee shares minted in settlements up to `timestamp`: what a report with that cut-off divides.
    function cumulativeFeeSharesAt(uint64 timestamp) external view returns (uint256);

    /// @notice The parameters an administrator set.
    function parameters() external view returns (DistributionParameters memory);
}

/// @title RewardDistribution: checks a report, moves vault ether, takes the fee, rebases, finalises
interface IRewardDistribution is IRewardDistributionReader {
    /// @notice The caller is not the contract of the protocol that this function is for.
    error NotProtocol(address caller);
    /// @notice The reference slot is not the last one of a frame.
    error OffGrid(uint64 refSlot);
    /// @notice The frame was settled, or a later one.
    error FrameSettled(uint64 refSlot, uint64 lastRefSlot);
    /// @notice The report builds on another report than the last settled one: what it says of its window would be
    /// counted twice, or not at all.
    error BuiltOnOther(uint64 previousRefSlot, uint64 lastRefSlot);
    /// @notice The frame has not ended.
    error FrameNotOver(uint64 refSlot);
    /// @notice Too few members agree on this report.
    error NoAgreement(address committee, bytes32 reportHash);
    /// @notice The reference block is not the one that the chain knows (EIP-4788).
    error BlockRootMismatch(bytes32 got, bytes32 want);
    /// @notice The cut-off does not lie between the last one and the end of the frame.
    error CutoffOutOfOrder(uint64 cutoffTimestamp, uint64 lastCutoff, uint64 refSlotTimestamp);
    /// @notice Receipts fell, or exceed what the vault has and had, in wei.
    error ReceiptsImplausible(address vault, uint256 receiptsWei, uint256 minWei, uint256 maxWei);
    /// @notice Rewards are above the growth bound, in wei.
    error GrowthImplausible(uint256 rewardsWei, uint256 maxWei);
    /// @notice A loss is above the bound of one report, in wei.
    error LossImplausible(uint256 lossWei, uint256 maxWei);
    /// @notice Named losses must be in ascending order of operator.
    error LossesOutOfOrder(uint32 operatorId);
    /// @notice A breach speaks of a period that has not ended.
    error PeriodNotOver(uint32 period);
    /// @notice The rewards tree exceeds the fee shares minted up to the cut-off, or is smaller than the one before.
    error RewardsImplausible(uint256 totalShares, uint256 minShares, uint256 maxShares);
    /// @notice Claims would exceed the sum of the tree: its leaves are not what its total says.
    error RootOverdrawn(uint256 claimedShares, uint256 totalShares);
    /// @notice The proof does not lead to the claimable root.
    error ProofInvalid(uint32 operatorId, uint256 cumulativeShares);
    /// @notice Everything of this root is claimed.
    error NothingToClaim(uint32 operatorId);
    /// @notice A parameter is outside of its hard bound.
    error ParameterOutOfBounds(uint256 got, uint256 bound);
    /// @notice A committee must have code and begin after the last settled frame.
    error CommitteeNotAllowed(address committee, uint64 firstRefSlot);

    /// @notice A frame was settled.
    event RewardSettled(
        uint64 indexed refSlot,
        bytes32 indexed reportHash,
        address indexed submitter,
        Report report,
        Settlement settlement
    );
    /// @notice A named loss was covered.
    /// @param lossWei The loss, in wei.
    /// @param lossShares The loss in shares at the rate before it.
    /// @param bondShares What the operator's bond gave.
    event LossCovered(uint32 indexed operatorId, uint256 lossWei, uint256 lossShares, uint256 bondShares);
    /// @notice An operator was paid.
    event RewardsClaimed(uint32 indexed operatorId, address indexed receiver, uint256 shares, uint256 cumulativeShares);
    /// @notice Another committee counts from a reference slot on.
    event CommitteeChanged(address indexed committee, uint64 firstRefSlot);
    event ParametersChanged(DistributionParameters parameters);

    /// @notice Settles a frame. Open to all who bring the agreement of the committee.
    /// @param report What happened.
    /// @param signatures Signatures of members, 65 bytes each, in ascending order of member; may be empty when enough
    /// members have voted on chain.
    /// @param finalizationHint From `WithdrawalQueue.finalizationHint`; a wrong one costs a search, nothing else.
    function settleRewards(Report calldata report, bytes calldata signatures, uint256 finalizationHint) external;

    /// @notice Pays an operator the shares that the claimable root gives it, to its payment address. Open to all.
    /// @param cumulativeShares The operator's leaf.
    /// @param proof Merkle proof (OpenZeppelin standard tree over (uint256 operatorId, uint256 cumulativeShares)).
    function claimRewards(
        uint32 operatorId,
        uint256 cumulativeShares,
        bytes32[] calldata proof
    ) external returns (uint256 shares);

    /// @notice Remembers that locks are open, so that a settlement asks for those that have matured. Only the
    /// OperatorRegistry.
    function noteLock() external;

    /// @notice Names the committee that counts from a reference slot on. Administrator.
    function setCommittee(address committee, uint64 firstRefSlot) external;

    /// @notice Changes the parameters. Administrator.
    function setParameters(DistributionParameters calldata parameters) external;
}
