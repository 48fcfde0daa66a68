// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOperatorRegistry} from "../../../contracts/interfaces/IOperatorRegistry.sol";
import {IStakingPool} from "../../../contracts/interfaces/IStakingPool.sol";
import {OperatorStatus} from "../../../contracts/types/OperatorTypes.sol";
import {PoolLimits, StakeCapStep} from "../../../contracts/types/PoolTypes.sol";
import {QueueParameters} from "../../../contracts/types/QueueTypes.sol";
import {Chain} from "../support/Chain.sol";
import {KeyBook} from "../support/KeyBook.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title Everything that disturbs: time, ether by force, gifts, pauses, changed parameters, guardians
contract ChaosHandler is Handler {
    uint8 private constant FLAGS = 4;
    uint256 private constant MAX_PAUSE_SECONDS = 7 days;

    constructor(World world) Handler(world) {}

    function pass(uint256 slots) external userCall {
        vm.warp(block.timestamp + _bound(slots, 1, 40) * Chain.SECONDS_PER_SLOT);
    }

    // ---------------------------------------------------------------- Ether

    /// @dev Forced into a contract that never asked for it: nobody may gain or lose. In a vault it is a reward, and a
    /// great one is above the growth bound, so that a part of it must wait.
    function give(uint256 where, uint256 amountWei) external userCall {
        where %= 8;
        if (where >= 6) return _giveToVault(where == 6, _bound(amountWei, 1, GHOST.pooledWei() / 200));
        address[6] memory targets = [
            address(p.pool),
            address(p.queue),
            address(p.registry),
            address(p.manager),
            address(p.distribution),
            address(p.token)
        ];
        amountWei = _bound(amountWei, 1, 1000 ether);
        _force(targets[where], amountWei);
        GHOST.force(targets[where], amountWei);
    }

    function _giveToVault(bool withdrawals, uint256 amountWei) private {
        if (withdrawals) return BEACON.receiveAtVault(amountWei);
        _force(address(p.executionRewardsVault), amountWei);
        BEACON.noteExecutionReceipt(amountWei);
    }

    // ---------------------------------------------------------------- Guardians

    function guard(uint256 kind, uint8 flags, uint40 duration, uint32 operator) external userCall treasureStays {
        kind %= 16;
        if (kind < 5) _pause(flags, uint40(_bound(duration, 1, kind == 0 ? MAX_PAUSE_SECONDS : Chain.FRAME_SECONDS)));
        else if (kind < 9) p.pool.unpause(flags & uint8((1 << FLAGS) - 1));
        else if (kind < 12) _resume(uint32(operator % KeyBook.OPERATORS) + 1);
        else if (kind < 15) _releaseLock(duration);
        else p.registry.emergencySlash(uint32(operator % KeyBook.OPERATORS) + 1);
    }

    function _pause(uint8 flags, uint40 duration) private {
        flags = uint8(_bound(flags, 1, (1 << FLAGS) - 1));
        (bool ok, ) = _as(address(this), address(p.pool), abi.encodeCall(IStakingPool.pause, (flags, duration)));
        for (uint8 i = 0; i < FLAGS; ++i) {
            uint8 flag = uint8(1 << i);
            uint256 until = p.pool.pausedUntil(flag);
            if (until > block.timestamp + MAX_PAUSE_SECONDS) FINDINGS.add("INV-14", "a pause beyond its bound");
            if (ok && flags & flag != 0 && until != block.timestamp + duration) {
                FINDINGS.add("INV-14", "a pause of another length");
            }
        }
    }

    function _resume(uint32 operatorId) private {
        bool want = p.registry.getOperator(operatorId).status == OperatorStatus.Halted;
        bytes memory data = abi.encodeCall(IOperatorRegistry.resumeOperator, (operatorId));
        (bool ok, bytes memory answer) = _as(address(this), address(p.registry), data);
        _requireAs(want, ok, answer, "resumption");
    }

    function _releaseLock(uint256 lock) private {
        uint256 count = p.registry.lockCount();
        if (count == 0) return;
        _as(address(this), address(p.registry), abi.encodeCall(IOperatorRegistry.releaseLock, (lock % count)));
    }

    // ---------------------------------------------------------------- Parameters

    /// @dev Tickets that exist must not notice.
    function changeParameters(bool ofPool, uint96 amountWei, uint32 time) external userCall treasureStays {
        if (ofPool) {
            PoolLimits memory limits = PoolLimits({
                stakeCapWei: 100_000 ether,
                stakeAllowanceWei: uint96(_bound(amountWei, 10 ether, 100_000 ether)),
                maxReportAgeSeconds: uint32(_bound(time, 1 hours, 7 days))
            });
            p.pool.setLimits(limits);
            StakeCapStep[] memory steps = new StakeCapStep[](2);
            for (uint32 i = 0; i < 2; ++i) {
                uint96 capWei = uint96(_bound(amountWei, 1_000 ether, 100_000 ether)) * (i + 1);
                steps[i] = StakeCapStep(uint32(block.timestamp) + (i + 1) * (time % 5_000) + i + 1, capWei);
            }
            p.pool.setStakeCapSchedule(steps);
        } else {
            QueueParameters memory parameters = QueueParameters({
                minDelaySeconds: uint32(_bound(time, 0, 2 * Chain.FRAME_SECONDS)),
                minRequestWei: uint96(_bound(amountWei, 1, 1 ether)),
                maxRequestWei: 1000 ether
            });
            p.queue.setParameters(parameters);
        }
    }
}
