// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracleCommittee} from "../../../contracts/interfaces/IOracleCommittee.sol";
import {IRewardDistribution} from "../../../contracts/interfaces/IRewardDistribution.sol";
import {Breach, Operator, Theft} from "../../../contracts/types/OperatorTypes.sol";
import {PAUSE_SETTLE, REPORT_PENDING} from "../../../contracts/types/PoolTypes.sol";
import {DistributionParameters, Loss, REPORT_VERSION, Report, ReportId} from "../../../contracts/types/ReportTypes.sol";
import {BeaconBlocks} from "../support/BeaconBlocks.sol";
import {Chain} from "../support/Chain.sol";
import {GhostSettlement} from "../support/GhostPool.sol";
import {KeyBook} from "../support/KeyBook.sol";
import {RewardsTree} from "../support/RewardsTree.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @notice What the beacon chain and the vaults were when a frame ended; all sums cumulative.
struct Snapshot {
    uint64 refSlot;
    uint64 cutoff;
    uint64 childTimestamp;
    bytes32 blockRoot;
    uint64 consensusGwei;
    uint64 exitingGwei;
    uint64 depositedGwei;
    uint256 withdrawalReceiptsWei;
    uint256 executionReceiptsWei;
    uint256 feeShares;
    uint64[3] lossGwei;
    uint256 exitCount;
}

/// @notice What a settlement finds, and what the model will make of it.
struct Before {
    uint256 pooledWei;
    uint256 shares;
    uint256 coverShares;
    Operator first;
    Operator second;
    GhostSettlement given;
    int256 rewardsWei;
    uint256 namedWei;
    bool plausible;
}

/// @title Three oracle members with real keys, who report frames late, in leaps, and more than once
/// @notice A frame is closed first, and settled by a later call: whatever happens in between must be in the next report.
contract OracleHandler is Handler {
    uint256 private constant RAY = 1e27;

    BeaconBlocks private immutable BLOCKS;
    address private immutable SUBMITTER = vm.addr(0x5B);

    Snapshot[] private _snapshots;
    /// @dev The first that is not settled, and what was settled last.
    uint256 private _next;
    Snapshot private _settled;
    /// @dev The report that waits for review, encoded, and its snapshot.
    bytes private _held;
    uint256 private _heldAt;
    /// @dev Last frame of which a report was in review: no other of it, or of one before, is.
    uint64 private _heldRefSlot;
    mapping(uint32 operatorId => uint256) private _judgedPlusOne;

    /// @notice Bond of an operator that settlements have burned, in shares.
    mapping(uint32 operatorId => uint256) public burnedShares;
    /// @notice Losses that settlements have named, in shares.
    mapping(uint32 operatorId => uint256) public namedShares;
    /// @notice The lowest rate, with 27 decimals, at which a settlement counted losses in shares.
    uint256 public lowestRateRay = RAY;
    /// @notice Settlements that went through.
    uint256 public settlements;

    constructor(World world) Handler(world) {
        BLOCKS = world.BLOCKS();
    }

    // ---------------------------------------------------------------- Frames

    /// @dev The last block of the frame is now; the next one comes after the frame, maybe after some missed slots.
    function closeFrame(uint256 missedSlots) public {
        Snapshot memory s;
        s.refSlot = Chain.refSlotAfter(block.timestamp);
        s.cutoff = uint64(block.timestamp);
        s.childTimestamp = Chain.timeOf(s.refSlot + 1 + uint64(missedSlots % 4));
        s.blockRoot = keccak256(abi.encode(s.refSlot));
        s.consensusGwei = BEACON.consensusGwei();
        s.exitingGwei = BEACON.exitingGwei();
        s.depositedGwei = BEACON.depositedGwei();
        s.withdrawalReceiptsWei = BEACON.withdrawalReceiptsWei();
        s.executionReceiptsWei = BEACON.executionReceiptsWei();
        s.feeShares = GHOST.feeShares();
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) s.lossGwei[id] = BEACON.lossGwei(id);
        s.exitCount = BEACON.exitCount();

        _snapshots.push(s);
        vm.warp(s.childTimestamp);
    }

    /// @dev Settles the oldest unsettled frame, or leaps to a later one.
    function settle(uint256 which, uint256 way, uint256 hint, uint64 missedDuties) public {
        if (_next == _snapshots.length) return;
        uint256 at = _bound(which, _next, _snapshots.length - 1);
        _settle(at, way, hint, missedDuties);
    }

    /// @dev The usual day.
    function closeAndSettle(uint256 way, uint64 missedDuties) external {
        closeFrame(way);
        _settle(_snapshots.length - 1, way, 0, missedDuties);
    }

    /// @dev A frame that was settled, or lies before one that was, must never be settled again.
    function settleAgain(uint256 which, uint256 way) external userCall {
        if (_next == 0) return;
        Snapshot memory s = _snapshots[which % _next];
        BLOCKS.tell(s.childTimestamp, s.blockRoot);
        Report memory report = _report(s, 0);
        if (_submit(report, way, 0)) FINDINGS.add("INV-11", "a frame was settled twice, or after a later one");
    }

    // ---------------------------------------------------------------- Settle

    function _settle(uint256 at, uint256 way, uint256 hint, uint64 missedDuties) private {
        Snapshot memory s = _snapshots[at];
        BLOCKS.tell(s.childTimestamp, s.blockRoot);
        Report memory report = _report(s, missedDuties);
        Before memory before = _before(s, report);
        bool reviewed = !before.plausible && report.refSlot <= _heldRefSlot;
        bool want = !_paused(PAUSE_SETTLE) && !_paused(REPORT_PENDING) && !reviewed;

        bool ok = _submit(report, way, hint);
        require(ok == want, want ? "an honest report was refused" : "a report was settled while it must wait");
        if (!ok) return;
        if (before.plausible) return _bookSettlement(at, report, before);
        bool held = _paused(REPORT_PENDING) && p.distribution.lastRefSlot() == report.previousRefSlot;
        if (!held) FINDINGS.add("INV-03", "a report that loses too much was settled");
        (_held, _heldAt, _heldRefSlot) = (abi.encode(report), at, report.refSlot);
    }

    /// @dev Whoever looks at it finds it right, as it is, or is careful and drops it.
    function review(bool confirmed, uint256 hint) external {
        if (_held.length == 0) return;
        Report memory report = abi.decode(_held, (Report));
        Before memory before = _before(_snapshots[_heldAt], report);
        bytes memory data =
            confirmed
                ? abi.encodeCall(IRewardDistribution.confirmReport, (report, hint % 64))
                : abi.encodeCall(IRewardDistribution.dropReport, ());
        bool want = _paused(REPORT_PENDING) && !(confirmed && _paused(PAUSE_SETTLE));

        // AccessManager has the deployment as its administrator, who may do everything at once.
        (bool ok, bytes memory answer) = _as(address(WORLD.DEPLOYMENT()), address(p.distribution), data);
        _requireAs(want, ok, answer, "review");
        if (!ok) return;

        delete _held;
        if (confirmed) _bookSettlement(_heldAt, report, before);
    }

    /// @dev Anyone, when no report has come for some frames.
    function finalizeStale(uint256 hint) external userCall {
        DistributionParameters memory terms = p.distribution.parameters();
        uint64 cutoff = p.distribution.lastCutoffTimestamp();
        uint64 staleSlot = p.distribution.lastRefSlot() + 1 + terms.staleFrames * Chain.SLOTS_PER_FRAME;
        bool allowed =
            block.timestamp >= Chain.timeOf(staleSlot) &&
                !_paused(PAUSE_SETTLE) &&
                !_paused(REPORT_PENDING) &&
                p.manager.lastSlashingAt() <= cutoff;
        uint256 shares;
        if (allowed) (shares, ) = GHOST.finalizeStale(terms.staleDailyWei, terms.staleHaircutBps, cutoff);

        bytes memory data = abi.encodeCall(IRewardDistribution.finalizeStale, (hint % 64));
        (bool ok, bytes memory answer) = _as(SUBMITTER, address(p.distribution), data);
        _requireAs(shares != 0, ok, answer, "finalisation without a report");
    }

    /// @dev What a settlement finds.
    function _before(Snapshot memory s, Report memory report) private view returns (Before memory b) {
        DistributionParameters memory bounds = p.distribution.parameters();
        uint256 window = (s.refSlot - p.distribution.lastRefSlot()) * Chain.SECONDS_PER_SLOT;
        (b.pooledWei, b.shares) = (GHOST.pooledWei(), GHOST.totalShares());
        b.coverShares = p.token.balanceOf(p.coverFund);
        (b.first, b.second) = (p.registry.getOperator(1), p.registry.getOperator(2));
        b.given = GhostSettlement({
            consensusGwei: s.consensusGwei,
            depositsGwei: s.depositedGwei - GHOST.settledDepositsGwei(),
            withdrawalsWei: s.withdrawalReceiptsWei - GHOST.withdrawalsCollectedWei(),
            executionRewardsWei: s.executionReceiptsWei - GHOST.executionCollectedWei(),
            burnedShares: 0,
            coverShares: 0,
            maxGrowthWei: (b.pooledWei * bounds.maxYearlyGrowthBps * window) / (10_000 * 365 days),
            feeBps: bounds.operatorFeeBps,
            cutoff: s.cutoff
        });
        b.rewardsWei = GHOST.rewardsWei(b.given);
        uint256 maxLossWei = (b.pooledWei * bounds.maxLossBps) / 10_000;
        for (uint256 i = 0; i < report.losses.length; ++i) b.namedWei += report.losses[i].amountWei;
        b.plausible = -b.rewardsWei <= int256(maxLossWei) && b.namedWei <= maxLossWei;
    }

    /// @dev The contracts have settled; so does the model.
    function _bookSettlement(uint256 at, Report memory report, Before memory b) private {
        Snapshot memory s = _snapshots[at];
        b.given.burnedShares = _burned(report, b.first, b.pooledWei, b.shares);
        b.given.burnedShares += _burned(report, b.second, b.pooledWei, b.shares);
        b.given.coverShares = b.coverShares - p.token.balanceOf(p.coverFund);
        uint256 mostCover = (b.coverShares * p.distribution.parameters().maxCoverBps) / 10_000;
        if (b.given.coverShares > mostCover || (b.namedWei == 0 && b.given.coverShares != 0)) {
            FINDINGS.add("INV-12", "the cover fund paid more than a report may take, or for no named loss");
        }
        GHOST.settle(b.given, address(p.registry), address(p.distribution), p.coverFund);
        GHOST.noteTree(report.rewardsRoot, report.rewardsTotalShares);
        _checkRate(b.pooledWei, b.shares, b.rewardsWei);
        for (uint256 i = 0; i < report.breaches.length; ++i) {
            _judgedPlusOne[report.breaches[i].operatorId] = uint256(report.breaches[i].period) + 1;
        }
        uint256 rateRay = (b.pooledWei * RAY) / b.shares;
        if (rateRay < lowestRateRay) lowestRateRay = rateRay;
        _settled = s;
        _next = at + 1;
        ++settlements;
    }

    /// @dev What an operator's bond lost: at the least what a named loss may take of it, at the most all of it.
    function _burned(
        Report memory report,
        Operator memory before,
        uint256 pooledWei,
        uint256 shares
    ) private returns (uint256 burned) {
        uint32 id = before.owner == WORLD.operatorOwner(1) ? 1 : 2;
        burned = before.bondShares - p.registry.getOperator(id).bondShares;
        burnedShares[id] += burned;
        for (uint256 i = 0; i < report.losses.length; ++i) {
            if (report.losses[i].operatorId != id) continue;
            namedShares[id] += (report.losses[i].amountWei * shares + pooledWei - 1) / pooledWei;
        }
    }

    /// @dev Only a loss lowers the rate, and by no more than the loss.
    function _checkRate(uint256 pooledWei, uint256 shares, int256 rewardsWei) private {
        uint256 leastWei = rewardsWei < 0 ? pooledWei - uint256(-rewardsWei) : pooledWei;
        if (p.pool.totalPooledEther() * shares < leastWei * p.pool.totalShares()) {
            FINDINGS.add("INV-03", "a settlement lowered the rate by more than the loss");
        }
    }

    // ---------------------------------------------------------------- Report

    function _report(Snapshot memory s, uint64 missedDuties) private view returns (Report memory report) {
        report.refSlot = s.refSlot;
        report.previousRefSlot = p.distribution.lastRefSlot();
        report.cutoffTimestamp = s.cutoff;
        report.cutoffBlockHash = keccak256(abi.encode(s.cutoff));
        report.blockRoot = s.blockRoot;
        report.consensusBalanceGwei = s.consensusGwei;
        report.exitingGwei = s.exitingGwei;
        report.withdrawalReceiptsWei = uint128(s.withdrawalReceiptsWei);
        report.executionReceiptsWei = uint128(s.executionReceiptsWei);
        report.rewardsTotalShares = uint128(s.feeShares);
        report.rewardsRoot = RewardsTree.root(s.feeShares);
        report.losses = _losses(s);
        report.breaches = _breaches(s, missedDuties);
        report.thefts = _thefts(s, missedDuties);
        if (s.exitCount <= _settled.exitCount) return report;
        report.exits = new bytes32[](s.exitCount - _settled.exitCount);
        for (uint256 i = 0; i < report.exits.length; ++i) report.exits[i] = BEACON.exits(_settled.exitCount + i);
    }

    function _losses(Snapshot memory s) private view returns (Loss[] memory losses) {
        uint256 count;
        losses = new Loss[](KeyBook.OPERATORS);
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) {
            if (s.lossGwei[id] <= _settled.lossGwei[id]) continue;
            losses[count++] = Loss(id, uint128(s.lossGwei[id] - _settled.lossGwei[id]) * 1 gwei);
        }
        assembly ("memory-safe") {
            mstore(losses, count)
        }
    }

    /// @dev One operator was offline in the last period that has ended, unless it was judged for it.
    function _breaches(Snapshot memory s, uint64 missedDuties) private view returns (Breach[] memory breaches) {
        uint32 period = uint32((s.refSlot + 1) / (Chain.SLOTS_PER_FRAME * Chain.FRAMES_PER_PERIOD)) - 1;
        uint32 id = uint32(missedDuties % KeyBook.OPERATORS) + 1;
        bool breached = missedDuties % 3 == 1 && period + 1 > _judgedPlusOne[id];
        breaches = new Breach[](breached ? 1 : 0);
        if (breached) breaches[0] = Breach(id, period, 900_000, 997_000, uint64(_bound(missedDuties, 1, 1e13)));
    }

    /// @dev One operator, or both, paid a block's reward to somebody else.
    function _thefts(Snapshot memory s, uint64 missedDuties) private pure returns (Theft[] memory thefts) {
        uint256 count = missedDuties % 5 == 2 ? 1 + (missedDuties % 2) : 0;
        thefts = new Theft[](count);
        for (uint32 i = 0; i < count; ++i) {
            thefts[i] = Theft(i + 1, s.refSlot - uint64(missedDuties % 64), uint128(_bound(missedDuties, 1, 1 ether)));
        }
    }

    // ---------------------------------------------------------------- Agree

    /// @dev Two of three: by signatures, by a signature and a vote, or by votes.
    function _submit(Report memory report, uint256 way, uint256 hint) private returns (bool ok) {
        ReportId memory id = ReportId({
            refSlot: report.refSlot,
            blockRoot: report.blockRoot,
            cutoffTimestamp: report.cutoffTimestamp,
            version: REPORT_VERSION,
            reportHash: keccak256(abi.encode(report))
        });
        (uint256 first, uint256 second) = _pair(way);
        bool voteFirst = way % 5 == 0 && _vote(first, id);
        bool voteSecond = way % 4 == 0 && _vote(second, id);
        bytes memory signatures;
        if (!voteFirst) signatures = _sign(first, id);
        if (!voteSecond) signatures = bytes.concat(signatures, _sign(second, id));

        bytes memory data = abi.encodeCall(IRewardDistribution.settleRewards, (report, signatures, hint % 64));
        (ok, ) = _as(SUBMITTER, address(p.distribution), data);
    }

    /// @dev Two members of three; without the one that is suspended, if one is.
    function _pair(uint256 way) private view returns (uint256 first, uint256 second) {
        for (uint256 i = 0; i < 3; ++i) {
            if (p.committee.isActiveMember(vm.addr(WORLD.memberKey(i)))) continue;
            return (i == 0 ? 1 : 0, i == 2 ? 1 : 2);
        }
        return way % 2 == 0 ? (0, 1) : (way % 3 == 0 ? (0, 2) : (1, 2));
    }

    function _sign(uint256 member, ReportId memory id) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(WORLD.memberKey(member), p.committee.digestOf(id));
        return abi.encodePacked(r, s, v);
    }

    /// @dev A member that has voted for a later frame cannot go back; it signs instead.
    function _vote(uint256 member, ReportId memory id) private returns (bool) {
        address voter = vm.addr(WORLD.memberKey(member));
        (uint64 votedRefSlot, ) = p.committee.voteOf(voter);
        if (id.refSlot < votedRefSlot) return false;
        (bool ok, bytes memory answer) = _as(voter, address(p.committee), abi.encodeCall(IOracleCommittee.vote, (id)));
        _requireAs(true, ok, answer, "vote");
        return true;
    }
}
