// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOracleCommittee} from "../../../contracts/interfaces/IOracleCommittee.sol";
import {RegistryParameters} from "../../../contracts/types/OperatorTypes.sol";
import {DistributionParameters} from "../../../contracts/types/ReportTypes.sol";
import {ManagerParameters} from "../../../contracts/types/ValidatorTypes.sol";
import {Chain} from "../support/Chain.sol";
import {KeyBook} from "../support/KeyBook.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title The administrator: parameters, members of the committee, upgrades
/// @notice Whatever it decides moves no ether and no share, and an upgrade changes no answer.
contract AdminHandler is Handler {
    constructor(World world) Handler(world) {}

    // ---------------------------------------------------------------- Parameters

    /// @dev What a bond must cover stays: the model of keepers counts with it.
    function changeRegistry(uint32 time, uint16 bps, uint8 strikes, uint72 weiAmount) external userCall treasureStays {
        RegistryParameters memory r = p.registry.parameters();
        r.minBatchAgeSeconds = uint32(_bound(time, 1, 10 * Chain.SECONDS_PER_SLOT));
        r.appealWindowSeconds = uint32(_bound(time, 10 minutes, 3 * Chain.FRAME_SECONDS));
        r.bondExitDelaySeconds = uint32(_bound(time, 3 * Chain.FRAME_SECONDS, 8 * Chain.FRAME_SECONDS));
        r.exitDeadlineSeconds = uint32(_bound(time, 0, 2 * Chain.FRAME_SECONDS));
        r.maxDowntimeLockBps = uint16(_bound(bps, 0, 10_000));
        r.strikesToDeactivate = uint8(_bound(strikes, 1, 32));
        r.maxPeriodLockWei = weiAmount;
        r.theftPenaltyWei = uint72(_bound(weiAmount, 0, 4 ether));
        p.registry.setParameters(r);
    }

    function changeManager(uint64 turnGwei, uint32 time, uint16 bps) external userCall treasureStays {
        ManagerParameters memory m = p.manager.parameters();
        m.turnGwei = uint64(_bound(turnGwei, 31e9, 2048e9));
        m.exitRetrySeconds = uint32(_bound(time, 32 * Chain.SECONDS_PER_SLOT, 3 * Chain.FRAME_SECONDS));
        m.slashedLockBps = uint16(_bound(bps, 3, 2_000));
        p.manager.setParameters(m);
    }

    function changeDistribution(
        uint16 feeBps,
        uint32 growthBps,
        uint16 bps,
        uint96 dailyWei
    ) external userCall treasureStays {
        DistributionParameters memory d = p.distribution.parameters();
        d.operatorFeeBps = uint16(_bound(feeBps, 0, 1_000));
        d.maxYearlyGrowthBps = uint32(_bound(growthBps, 100_000, 10_000_000));
        d.maxLossBps = uint16(_bound(bps, 100, 1_000));
        d.claimDelaySeconds = uint32(_bound(growthBps, 0, Chain.FRAME_SECONDS / 2));
        d.maxCoverBps = uint16(_bound(bps, 0, 10_000));
        d.staleFrames = uint16(_bound(feeBps, 2, 4));
        d.staleHaircutBps = uint16(_bound(bps, d.maxLossBps, 2_000));
        d.staleDailyWei = uint96(_bound(dailyWei, 0, 100 ether));
        p.distribution.setParameters(d);
    }

    // ---------------------------------------------------------------- Committee

    /// @dev One at the most: with two of three suspended nobody could report.
    function suspend(uint256 member) external userCall treasureStays {
        for (uint256 i = 0; i < WORLD.MEMBERS(); ++i) {
            address account = vm.addr(WORLD.memberKey(i));
            if (!p.committee.isActiveMember(account)) p.committee.reinstate(account);
        }
        if (member % 2 == 0) return;
        address suspended = vm.addr(WORLD.memberKey(member));
        p.committee.suspend(suspended);

        // Its vote counts for nothing from now on.
        (bool ok, ) = _as(suspended, address(p.committee), abi.encodeWithSelector(IOracleCommittee.vote.selector, 0));
        if (ok) FINDINGS.add("INV-13", "a suspended member voted");
    }

    // ---------------------------------------------------------------- Upgrades

    /// @dev To the same code at another address: every answer must be what it was.
    function upgrade(uint256 which) external userCall treasureStays {
        bytes32 before = _portrait();
        WORLD.DEPLOYMENT().upgrade(which);
        if (_portrait() != before) FINDINGS.add("INV-15", "an upgrade changed an answer");
    }

    function _portrait() private view returns (bytes32) {
        bytes memory pool = abi.encode(
            p.pool.stateAt(p.distribution.lastCutoffTimestamp()),
            p.pool.bufferedWei(),
            p.pool.depositedGwei(),
            p.pool.limits(),
            p.pool.stakeCapSchedule(),
            p.pool.stakeCeilingWei(),
            p.pool.staleAfter(),
            _pauses()
        );
        bytes memory queue = abi.encode(
            p.queue.parameters(),
            p.queue.lastRequestId(),
            p.queue.queuedShares(),
            p.queue.finalizedShares(),
            p.queue.unfinalizedEtherWei(),
            p.queue.surplusWei(),
            p.queue.checkpointCount(),
            p.queue.getCheckpoint(p.queue.checkpointCount())
        );
        return keccak256(bytes.concat(pool, queue, _ofOperators(), _ofReports()));
    }

    function _pauses() private view returns (uint40[5] memory ends) {
        for (uint8 i = 0; i < 5; ++i) ends[i] = p.pool.pausedUntil(uint8(1 << i));
    }

    function _ofOperators() private view returns (bytes memory answers) {
        answers = abi.encode(
            p.registry.parameters(),
            p.registry.fundedGwei(),
            p.registry.lockCount(),
            p.registry.nextLock(),
            p.manager.parameters(),
            p.manager.unprovenCount(),
            p.manager.requestedGwei(),
            p.manager.lastSlashingAt()
        );
        for (uint32 id = 1; id <= KeyBook.OPERATORS; ++id) {
            answers = bytes.concat(answers, abi.encode(p.registry.getOperator(id), p.manager.capacityGwei(id)));
        }
        (uint32 turnId, uint64 leftGwei) = p.manager.turn();
        return bytes.concat(answers, abi.encode(turnId, leftGwei));
    }

    function _ofReports() private view returns (bytes memory) {
        (bytes32 root, uint128 totalShares) = p.distribution.claimableRoot();
        (bytes32 held, uint40 expiresAt) = p.distribution.heldReport();
        return
            abi.encode(
                p.distribution.parameters(),
                p.distribution.lastRefSlot(),
                p.distribution.lastCutoffTimestamp(),
                p.distribution.cumulativeFeeShares(),
                root,
                totalShares,
                held,
                expiresAt
            );
    }
}
