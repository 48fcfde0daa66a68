// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {RewardDistributionReader} from "./RewardDistributionReader.sol";
import {IOracleCommittee} from "./interfaces/IOracleCommittee.sol";
import {IRewardDistribution} from "./interfaces/IRewardDistribution.sol";
import {CommitteeTerms, Committees} from "./libraries/CommitteeTerms.sol";
import {OperatorRewards, RewardsRecord} from "./libraries/OperatorRewards.sol";
import {ReferenceBlock} from "./libraries/ReferenceBlock.sol";
import {ReportBounds} from "./libraries/ReportBounds.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {PoolState, Rebase, RebaseResult} from "./types/PoolTypes.sol";
import {Collected, Course, HeldReport, RareTerms} from "./types/SettlementState.sol";
import {
    Deferral,
    DistributionAddresses,
    DistributionChain,
    DistributionInit,
    DistributionParameters,
    Loss,
    REPORT_VERSION,
    Report,
    ReportId,
    Settlement
} from "./types/ReportTypes.sol";

/// @title RewardDistribution
/// @notice See {IRewardDistribution}; storage and views are in {RewardDistributionReader}. Nothing in a settlement calls
/// code that is not the protocol's own.
///
///     rewards = (consensus balance + withdrawals received)
///             - (previous consensus balance + deposits in between)
///             + execution rewards
contract RewardDistribution is
    IRewardDistribution,
    RewardDistributionReader,
    AccessManagedUpgradeable,
    UUPSUpgradeable
{
    using CommitteeTerms for Committees;
    using OperatorRewards for RewardsRecord;
    using SafeCast for uint256;

    /// @notice Time in which a report that waits for review can be confirmed or dropped, in seconds.
    uint40 public constant REVIEW_SECONDS = 7 days;

    /// @dev Hard bounds of the parameters.
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_FEE_BPS = 1_000;
    uint256 private constant MAX_LOSS_BPS = 1_000;
    /// @dev Thousandfold: only a chain of a few validators with slots of a second earns near it.
    uint256 private constant MAX_YEARLY_GROWTH_BPS = 10_000_000;
    uint256 private constant MIN_STALE_FRAMES = 2;
    uint256 private constant MAX_STALE_FRAMES = 30;
    uint256 private constant MAX_STALE_HAIRCUT_BPS = 2_000;
    uint256 private constant MAX_STALE_DAILY_WEI = 1_000_000 ether;
    /// @dev Matured locks burned by one settlement; the rest waits for the next.
    uint256 private constant MAX_LOCKS_PER_SETTLEMENT = 32;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(DistributionAddresses memory a, DistributionChain memory chain) RewardDistributionReader(a, chain) {
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once.
    function initialize(DistributionInit calldata init) external initializer {
        __AccessManaged_init(init.authority);
        require((init.lastRefSlot + 1) % slotsPerFrame == 0, OffGrid(init.lastRefSlot));
        Course storage course = _distribution().course;

        course.lastRefSlot = uint256(init.lastRefSlot).toUint40();
        course.lastCutoffTimestamp = uint256(_timeOf(init.lastRefSlot)).toUint40();
        _setParameters(init.parameters);
        _setCommittee(init.committee, init.lastRefSlot + 1);
    }

    // ---------------------------------------------------------------- Settle

    /// @inheritdoc IRewardDistribution
    function settleRewards(Report calldata report, bytes calldata signatures, uint256 finalizationHint) external {
        bytes32 reportHash = keccak256(abi.encode(report));
        Course memory course = _distribution().course;
        _requireInOrder(report, course);
        _requireReferenceBlock(report);
        _requireAgreed(report, reportHash, signatures);
        (Settlement memory s, PoolState memory pool) = _compute(report);

        uint256 lossWei = ReportBounds.lossWei(s.rewardsWei, report.losses);
        uint256 maxLossWei = ReportBounds.maxLossWei(s.pooledBeforeWei, course.maxLossBps);
        if (pool.reportPending) _requireNoReview();
        if (lossWei > maxLossWei) _holdForReview(report.refSlot, reportHash, lossWei, maxLossWei);
        else _settle(report, reportHash, finalizationHint, course, s, pool);
    }

    /// @inheritdoc IRewardDistribution
    function confirmReport(Report calldata report, uint256 finalizationHint) external restricted {
        bytes32 reportHash = keccak256(abi.encode(report));
        bytes32 heldHash = _endReview();
        require(reportHash == heldHash, NotInReview(reportHash, heldHash));
        Course memory course = _distribution().course;
        _requireInOrder(report, course);
        (Settlement memory s, PoolState memory pool) = _compute(report);

        _settle(report, reportHash, finalizationHint, course, s, pool);
    }

    /// @inheritdoc IRewardDistribution
    function dropReport() external restricted {
        bytes32 heldHash = _endReview();

        emit ReportDropped(heldHash);
    }

    /// @dev Stores a report that loses too much to be believed at once, and stops what a wrong rate would hurt.
    function _holdForReview(uint64 refSlot, bytes32 reportHash, uint256 lossWei, uint256 maxWei) private {
        uint64 heldRefSlot = _distribution().held.refSlot;
        // Signatures stay valid: whoever has those of a report that was dropped could otherwise stop the pool with it again.
        require(refSlot > heldRefSlot, ReviewedBefore(refSlot, heldRefSlot));
        uint40 expiresAt = uint40(block.timestamp) + REVIEW_SECONDS;

        _distribution().held = HeldReport(reportHash, expiresAt, refSlot);

        emit ReportHeld(refSlot, reportHash, lossWei, maxWei, expiresAt);

        POOL.holdForReview(expiresAt);
    }

    function _requireNoReview() private view {
        HeldReport memory held = _distribution().held;
        require(block.timestamp >= held.expiresAt, ReviewNotOver(held.hash, held.expiresAt));
    }

    function _endReview() private returns (bytes32 heldHash) {
        HeldReport storage held = _distribution().held;
        heldHash = held.hash;
        require(block.timestamp < held.expiresAt, NotInReview(0, heldHash));

        held.expiresAt = 0;

        POOL.holdForReview(0);
    }

    /// @dev Books a report that was agreed on, and whose losses are plausible or were confirmed.
    function _settle(
        Report calldata report,
        bytes32 reportHash,
        uint256 finalizationHint,
        Course memory course,
        Settlement memory s,
        PoolState memory pool
    ) private {
        _limitGrowth(report.refSlot, course, s);
        if (s.rewardsWei > 0) s.feeWei = (uint256(s.rewardsWei) * course.operatorFeeBps) / BPS;

        bool locksOpen = course.locksOpen;
        _distribution().rewards.requirePlausible(report.rewardsTotalShares);
        _book(report, course, s);
        // Losses before matured locks: a lock that secures a loss must still be there when the loss is named.
        s.burnedShares = _coverLosses(report.losses, s);
        if (locksOpen) s.burnedShares += _burnMaturedLocks();
        _rebase(report, finalizationHint, s, pool);
        _distribution().rewards.turn(
            report.rewardsRoot,
            report.rewardsTotalShares,
            course.claimDelaySeconds,
            s.feeShares
        );

        emit RewardSettled(report.refSlot, reportHash, msg.sender, report, s);

        if (report.breaches.length != 0) REGISTRY.reportDowntime(report.breaches);
        if (report.thefts.length != 0) REGISTRY.reportTheft(report.thefts);
        if (report.exits.length != 0) MANAGER.settleExits(report.exits);
    }

    /// @dev What the next settlement builds on.
    function _book(Report calldata report, Course memory course, Settlement memory s) private {
        DistributionStorage storage $ = _distribution();
        course.lastRefSlot = uint40(report.refSlot);
        course.lastCutoffTimestamp = uint40(report.cutoffTimestamp);
        course.exitingGwei = report.exitingGwei;
        $.course = course;
        if (s.withdrawalsWei + s.executionRewardsWei == 0) return;
        Collected memory c = $.collected;
        $.collected = Collected(
            (c.withdrawalsWei + s.withdrawalsWei).toUint128(),
            (c.executionWei + s.executionRewardsWei).toUint128()
        );
    }

    /// @dev One call moves ether, rate and queue.
    function _rebase(
        Report calldata report,
        uint256 finalizationHint,
        Settlement memory s,
        PoolState memory pool
    ) private {
        RebaseResult memory done = POOL.distributeRewards(
            Rebase({
                consensusGwei: s.consensusGwei,
                settledDepositsGwei: pool.settledDepositsGwei + s.depositsGwei,
                withdrawalsWei: s.withdrawalsWei,
                executionRewardsWei: s.executionRewardsWei,
                feeWei: s.feeWei,
                refSlotTimestamp: _timeOf(report.refSlot),
                cutoffTimestamp: report.cutoffTimestamp,
                finalizationHint: finalizationHint
            })
        );
        (s.feeShares, s.sweptWei) = (done.feeShares, done.sweptWei);
        (s.finalizedShares, s.finalizedWei) = (done.finalizedShares, done.finalizedWei);
        (s.pooledAfterWei, s.sharesAfter) = (done.pooledWei, done.totalShares);
    }

    // ---------------------------------------------------------------- Check

    function _requireInOrder(Report calldata report, Course memory course) private view {
        uint64 refSlot = report.refSlot;
        require((refSlot + 1) % slotsPerFrame == 0, OffGrid(refSlot));
        require(refSlot > course.lastRefSlot, FrameSettled(refSlot, course.lastRefSlot));
        require(report.previousRefSlot == course.lastRefSlot, BuiltOnOther(report.previousRefSlot, course.lastRefSlot));
        uint64 refTime = _timeOf(refSlot);
        require(block.timestamp >= refTime + secondsPerSlot, FrameNotOver(refSlot));
        require(
            report.cutoffTimestamp >= course.lastCutoffTimestamp && report.cutoffTimestamp <= refTime,
            CutoffOutOfOrder(report.cutoffTimestamp, course.lastCutoffTimestamp, refTime)
        );
        for (uint256 i = 0; i < report.breaches.length; ++i) {
            uint256 end = (uint256(report.breaches[i].period) + 1) * framesPerPeriod * slotsPerFrame;
            require(end <= refSlot + 1, PeriodNotOver(report.breaches[i].period));
        }
        for (uint256 i = 0; i < report.thefts.length; ++i) {
            uint64 slot = report.thefts[i].slot;
            require(slot > course.lastRefSlot && slot <= refSlot, TheftOutOfWindow(slot));
        }
    }

    function _requireReferenceBlock(Report calldata report) private view {
        (bytes32 root, bool inWindow) = ReferenceBlock.rootAt(_timeOf(report.refSlot), secondsPerSlot);
        // Zero is not a root: where no child is found nobody can say which report is right.
        bool known = root != 0 && root == report.blockRoot;
        require(known || !inWindow, BlockRootMismatch(report.blockRoot, root));
    }

    function _requireAgreed(Report calldata report, bytes32 reportHash, bytes calldata signatures) private view {
        IOracleCommittee committee = IOracleCommittee(committeeFor(report.refSlot));
        ReportId memory id = ReportId({
            refSlot: report.refSlot,
            blockRoot: report.blockRoot,
            cutoffTimestamp: report.cutoffTimestamp,
            version: REPORT_VERSION,
            reportHash: reportHash
        });
        require(committee.isAgreed(id, signatures), NoAgreement(address(committee), reportHash));
    }

    // ---------------------------------------------------------------- Compute

    function _compute(Report calldata report) private view returns (Settlement memory s, PoolState memory pool) {
        Collected memory c = _distribution().collected;
        pool = POOL.stateAt(report.cutoffTimestamp);
        (s.pooledBeforeWei, s.sharesBefore) = (pool.pooledWei, pool.totalShares);
        s.consensusGwei = report.consensusBalanceGwei;
        s.withdrawalsWei = _received(WITHDRAWAL_VAULT, report.withdrawalReceiptsWei, c.withdrawalsWei);
        s.executionRewardsWei = _received(EXECUTION_REWARDS_VAULT, report.executionReceiptsWei, c.executionWei);
        s.depositsGwei = pool.cutoffDepositsGwei - pool.settledDepositsGwei;

        uint256 haveWei = uint256(s.consensusGwei) * 1 gwei + s.withdrawalsWei + s.executionRewardsWei;
        uint256 hadWei = (uint256(pool.consensusGwei) + s.depositsGwei) * 1 gwei;
        s.rewardsWei = int256(haveWei) - int256(hadWei);
    }

    /// @dev What a vault received since the last settlement: cumulative receipts less all that was collected.
    function _received(address vault, uint256 receiptsWei, uint256 takenWei) private view returns (uint256) {
        uint256 maxWei = takenWei + vault.balance;
        require(
            receiptsWei >= takenWei && receiptsWei <= maxWei,
            ReceiptsImplausible(vault, receiptsWei, takenWei, maxWei)
        );
        return receiptsWei - takenWei;
    }

    /// @dev What is above the bound waits for the next report. It is not lost: a gift, or luck, comes in over time.
    function _limitGrowth(uint64 refSlot, Course memory course, Settlement memory s) private {
        if (s.rewardsWei <= 0) return;
        uint256 windowSeconds = (refSlot - course.lastRefSlot) * secondsPerSlot;
        uint256 maxWei = ReportBounds.maxGrowthWei(s.pooledBeforeWei, course.maxYearlyGrowthBps, windowSeconds);
        if (uint256(s.rewardsWei) <= maxWei) return;
        Deferral memory deferred = ReportBounds.deferSurplus(s, maxWei);

        emit SurplusDeferred(refSlot, maxWei, deferred);
    }

    // ---------------------------------------------------------------- Burn

    /// @dev Each named loss is taken out of its operator's bond, at the rate before the loss, then out of the cover fund.
    /// What both do not give falls on the rate; the operator owes it.
    function _coverLosses(Loss[] calldata losses, Settlement memory s) private returns (uint256 burnedShares) {
        uint32 previous;
        uint256 missingShares;
        for (uint256 i = 0; i < losses.length; ++i) {
            Loss calldata loss = losses[i];
            require(loss.operatorId > previous, LossesOutOfOrder(loss.operatorId));
            previous = loss.operatorId;

            uint256 lossShares = ShareMath.toSharesUp(loss.amountWei, s.sharesBefore, s.pooledBeforeWei);
            uint256 bondShares = REGISTRY.drawLoss(loss.operatorId, lossShares);
            emit LossCovered(loss.operatorId, loss.amountWei, lossShares, bondShares);
            if (bondShares != 0) POOL.slashOperator(loss.operatorId, bondShares);
            burnedShares += bondShares;
            missingShares += lossShares - bondShares;
        }
        if (missingShares != 0) burnedShares += _burnCover(missingShares);
    }

    function _burnCover(uint256 missingShares) private returns (uint256 coverShares) {
        uint256 maxShares = (TOKEN.balanceOf(COVER_FUND) * _distribution().terms.maxCoverBps) / BPS;
        coverShares = Math.min(missingShares, maxShares);

        emit CoverUsed(missingShares, coverShares);

        if (coverShares != 0) POOL.burnCover(coverShares);
    }

    function _burnMaturedLocks() private returns (uint256 burnedShares) {
        (uint32[] memory operatorIds, uint256[] memory shares, bool open) = REGISTRY.takeMaturedLocks(
            MAX_LOCKS_PER_SETTLEMENT
        );
        if (!open) _distribution().course.locksOpen = false;
        for (uint256 i = 0; i < shares.length; ++i) {
            if (shares[i] != 0) POOL.slashOperator(operatorIds[i], shares[i]);
            burnedShares += shares[i];
        }
    }

    /// @inheritdoc IRewardDistribution
    function noteLock() external {
        require(msg.sender == address(REGISTRY), NotProtocol(msg.sender));

        _distribution().course.locksOpen = true;
    }

    // ---------------------------------------------------------------- Without reports

    /// @inheritdoc IRewardDistribution
    function finalizeStale(uint256 hint) external returns (uint256 shares, uint256 amountWei) {
        DistributionStorage storage $ = _distribution();
        RareTerms memory terms = $.terms;
        uint64 cutoff = $.course.lastCutoffTimestamp;
        uint64 staleAt = _timeOf($.course.lastRefSlot + 1 + terms.staleFrames * slotsPerFrame);
        require(block.timestamp >= staleAt, ReportsNotStale(staleAt));
        uint64 slashingAt = MANAGER.lastSlashingAt();
        require(slashingAt <= cutoff, SlashingUnsettled(slashingAt, cutoff));
        uint16 today = uint16(block.timestamp / 1 days);
        uint256 usedWei = terms.day == today ? terms.usedWei : 0;
        uint256 maxWei = Math.saturatingSub(terms.staleDailyWei, usedWei);

        (shares, amountWei) = POOL.finalizeStale(maxWei, terms.staleHaircutBps, cutoff, hint);
        require(shares != 0, NothingToFinalize());
        ($.terms.day, $.terms.usedWei) = (today, uint96(usedWei + amountWei));

        emit StaleFinalized(shares, amountWei, msg.sender);
    }

    // ---------------------------------------------------------------- Operator rewards

    /// @inheritdoc IRewardDistribution
    function claimRewards(
        uint32 operatorId,
        uint256 cumulativeShares,
        bytes32[] calldata proof
    ) external returns (uint256 shares) {
        uint256 newShares = _distribution().rewards.claim(operatorId, cumulativeShares, proof);
        address receiver = REGISTRY.getOperator(operatorId).paymentAddress;
        uint256 debtShares = REGISTRY.payDebt(operatorId, newShares);
        shares = newShares - debtShares;

        emit RewardsClaimed(operatorId, receiver, shares, debtShares, cumulativeShares);

        if (debtShares != 0) TOKEN.transfer(COVER_FUND, debtShares);
        if (shares != 0) TOKEN.transfer(receiver, shares);
    }

    // ---------------------------------------------------------------- Administer

    /// @inheritdoc IRewardDistribution
    function setCommittee(address committee, uint64 firstRefSlot) external restricted {
        require(firstRefSlot > _distribution().course.lastRefSlot, CommitteeNotAllowed(committee, firstRefSlot));
        _setCommittee(committee, firstRefSlot);
    }

    function _setCommittee(address committee, uint64 firstRefSlot) private {
        require(committee.code.length != 0, CommitteeNotAllowed(committee, firstRefSlot));

        _distribution().committees.begin(committee, firstRefSlot);

        emit CommitteeChanged(committee, firstRefSlot);
    }

    /// @inheritdoc IRewardDistribution
    function setParameters(DistributionParameters calldata parameters_) external restricted {
        _setParameters(parameters_);
    }

    function _setParameters(DistributionParameters calldata p) private {
        _requireWithin(p.operatorFeeBps, 0, MAX_FEE_BPS);
        _requireWithin(p.maxYearlyGrowthBps, 0, MAX_YEARLY_GROWTH_BPS);
        _requireWithin(p.maxLossBps, 0, MAX_LOSS_BPS);
        // A root must become claimable before the next report replaces it.
        _requireWithin(p.claimDelaySeconds, 0, (slotsPerFrame * secondsPerSlot) / 2);
        _requireWithin(p.maxCoverBps, 0, BPS);
        _requireWithin(p.staleFrames, MIN_STALE_FRAMES, MAX_STALE_FRAMES);
        // Whoever leaves without a report must not leave at a better rate than the worst that one may bring.
        _requireWithin(p.staleHaircutBps, p.maxLossBps, MAX_STALE_HAIRCUT_BPS);
        _requireWithin(p.staleDailyWei, 0, MAX_STALE_DAILY_WEI);
        DistributionStorage storage $ = _distribution();

        $.course.operatorFeeBps = p.operatorFeeBps;
        $.course.maxYearlyGrowthBps = p.maxYearlyGrowthBps;
        $.course.maxLossBps = p.maxLossBps;
        $.course.claimDelaySeconds = p.claimDelaySeconds;
        $.terms.maxCoverBps = p.maxCoverBps;
        $.terms.staleFrames = p.staleFrames;
        $.terms.staleHaircutBps = p.staleHaircutBps;
        $.terms.staleDailyWei = p.staleDailyWei;

        emit ParametersChanged(p);
    }

    function _requireWithin(uint256 got, uint256 min, uint256 max) private pure {
        require(got >= min && got <= max, ParameterOutOfBounds(got, min, max));
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
