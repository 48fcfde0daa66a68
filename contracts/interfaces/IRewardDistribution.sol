// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deferral, DistributionParameters, Report, Settlement} from "../types/ReportTypes.sol";

/// @title What anyone may read of the settlement
interface IRewardDistributionReader {
    /// @notice Reference slot of the last settled report; before the first, the frame in which the protocol began.
    function lastRefSlot() external view returns (uint64);

    /// @notice Cut-off of the last settled report, in seconds.
    function lastCutoffTimestamp() external view returns (uint64);

    /// @notice Ether of our validators that was on its way out at that cut-off, in Gwei.
    function exitingGwei() external view returns (uint64);

    /// @notice All ether ever collected from the vaults, in wei.
    function collectedWei() external view returns (uint256 withdrawalsWei, uint256 executionRewardsWei);

    /// @notice The report that waits for review, and the time until which it can be confirmed, in seconds; that time is
    /// over, or zero, when none waits.
    function heldReport() external view returns (bytes32 reportHash, uint40 expiresAt);

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

    /// @notice The rewards root from which claims are paid, and the most that all claims together may take: the sum of the
    /// newest tree.
    function claimableRoot() external view returns (bytes32 root, uint128 totalShares);

    /// @notice The newest rewards root and the time from which it can be claimed from, in seconds.
    function pendingRoot() external view returns (bytes32 root, uint128 totalShares, uint40 claimableAt);

    /// @notice Shares that an operator has claimed so far.
    function claimedShares(uint32 operatorId) external view returns (uint256);

    /// @notice Fee shares ever minted. What it was at the cut-off is what a report divides.
    function cumulativeFeeShares() external view returns (uint256);

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
    /// @notice A report waits for review; others must wait for its end, in seconds.
    error ReviewNotOver(bytes32 reportHash, uint40 expiresAt);
    /// @notice A report of this frame, or of a later one, was in review before. Without such a loss it could be settled.
    error ReviewedBefore(uint64 refSlot, uint64 heldRefSlot);
    /// @notice This report does not wait for review, or its time has run out.
    error NotInReview(bytes32 reportHash, bytes32 heldHash);
    /// @notice Reports have not stopped for long enough: that is so from `staleAt` on, in seconds.
    error ReportsNotStale(uint64 staleAt);
    /// @notice A slashing was proven after the last settled cut-off: its loss is in no rate yet.
    error SlashingUnsettled(uint64 slashingAt, uint64 cutoffTimestamp);
    /// @notice No request is eligible, or there is no ether for one, or the day's amount is used up.
    error NothingToFinalize();
    /// @notice Named losses must be in ascending order of operator.
    error LossesOutOfOrder(uint32 operatorId);
    /// @notice A breach speaks of a period that has not ended.
    error PeriodNotOver(uint32 period);
    /// @notice A stolen block is not of the report's window.
    error TheftOutOfWindow(uint64 slot);
    /// @notice The rewards tree exceeds the fee shares minted by the settlements before, or is smaller than the one before.
    error RewardsImplausible(uint256 totalShares, uint256 minShares, uint256 maxShares);
    /// @notice Claims would exceed the sum of the tree: its leaves are not what its total says.
    error RootOverdrawn(uint256 claimedShares, uint256 totalShares);
    /// @notice The proof does not lead to the claimable root.
    error ProofInvalid(uint32 operatorId, uint256 cumulativeShares);
    /// @notice Everything of this root is claimed.
    error NothingToClaim(uint32 operatorId);
    /// @notice A parameter is outside of its hard bounds.
    error ParameterOutOfBounds(uint256 got, uint256 min, uint256 max);
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
    /// @notice Rewards were above the growth bound. The surplus was left where the next report finds it again.
    /// @param maxWei The bound: what was booked, to a Gwei.
    event SurplusDeferred(uint64 indexed refSlot, uint256 maxWei, Deferral deferred);
    /// @notice A report that was agreed on loses more than one report may, in wei. It waits for review.
    event ReportHeld(
        uint64 indexed refSlot,
        bytes32 indexed reportHash,
        uint256 lossWei,
        uint256 maxWei,
        uint40 expiresAt
    );
    /// @notice A report that waited for review was found wrong.
    event ReportDropped(bytes32 indexed reportHash);
    /// @notice A named loss was taken out of its operator's bond.
    /// @param lossWei The loss, in wei.
    /// @param lossShares The loss in shares at the rate before it.
    /// @param bondShares What the operator's bond gave; the operator owes the rest.
    event LossCovered(uint32 indexed operatorId, uint256 lossWei, uint256 lossShares, uint256 bondShares);
    /// @notice Bonds did not cover all named losses.
    /// @param missingShares What they left.
    /// @param coverShares What the cover fund gave; the rate bears the rest.
    event CoverUsed(uint256 missingShares, uint256 coverShares);
    /// @notice An operator was paid.
    /// @param shares To its payment address.
    /// @param debtShares To the cover fund, for losses that its bond did not cover.
    event RewardsClaimed(
        uint32 indexed operatorId,
        address indexed receiver,
        uint256 shares,
        uint256 debtShares,
        uint256 cumulativeShares
    );
    /// @notice Withdrawals were finalised without a report, below the last rate.
    event StaleFinalized(uint256 shares, uint256 amountWei, address indexed caller);
    /// @notice Another committee counts from a reference slot on.
    event CommitteeChanged(address indexed committee, uint64 firstRefSlot);
    event ParametersChanged(DistributionParameters parameters);

    /// @notice Settles a frame. Open to all who bring the agreement of the committee. A report that loses more than
    /// `maxLossBps`, in all or by named losses, is not settled but held for review: staking, deposits and settling stop
    /// until it is confirmed, dropped, or seven days are over. Rewards above `maxYearlyGrowthBps` are booked by later
    /// reports.
    /// @param report What happened.
    /// @param signatures Signatures of members, 65 bytes each, in ascending order of member; may be empty when enough
    /// members have voted on chain.
    /// @param finalizationHint From `WithdrawalQueue.finalizationHint`; a wrong one costs a search, nothing else.
    function settleRewards(Report calldata report, bytes calldata signatures, uint256 finalizationHint) external;

    /// @notice Settles the report that waits for review, whatever it loses. Report reviewer.
    /// @param finalizationHint As for `settleRewards`.
    function confirmReport(Report calldata report, uint256 finalizationHint) external;

    /// @notice Ends the review of a report that is wrong. Report reviewer.
    function dropReport() external;

    /// @notice Finalises withdrawals out of the buffer while reports have stopped for `staleFrames`: requests that were
    /// eligible at the last settled cut-off, at the last rate less `staleHaircutBps`, at most `staleDailyWei` a day.
    /// Reverts while settling is paused, a report waits for review, or a proven slashing is in no report. Open to all.
    /// @param hint From `WithdrawalQueue.finalizationHint`; a wrong one costs a search, nothing else.
    function finalizeStale(uint256 hint) external returns (uint256 shares, uint256 amountWei);

    /// @notice Remembers that there are locks which may mature. Only the OperatorRegistry.
    function noteLock() external;

    /// @notice Pays an operator the shares that the claimable root gives it: its debt to the cover fund, the rest to its
    /// payment address. Open to all.
    /// @param cumulativeShares The operator's leaf.
    /// @param proof Merkle proof (OpenZeppelin standard tree over (uint256 operatorId, uint256 cumulativeShares)).
    function claimRewards(
        uint32 operatorId,
        uint256 cumulativeShares,
        bytes32[] calldata proof
    ) external returns (uint256 shares);

    /// @notice Names the committee that counts from a reference slot on. Administrator.
    function setCommittee(address committee, uint64 firstRefSlot) external;

    /// @notice Changes the parameters. Administrator.
    function setParameters(DistributionParameters calldata parameters) external;
}
