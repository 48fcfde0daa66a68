// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOperatorRegistry} from "../../../contracts/interfaces/IOperatorRegistry.sol";
import {IStakingPool} from "../../../contracts/interfaces/IStakingPool.sol";
import {PoolLimits} from "../../../contracts/types/PoolTypes.sol";
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

    /// @dev Forced into a contract that never asked for it: nobody may gain or lose.
    function force(uint256 where, uint256 amountWei) external userCall {
        address[6] memory targets = [
            address(p.pool),
            address(p.queue),
            address(p.registry),
            address(p.manager),
            address(p.distribution),
            address(p.token)
        ];
        amountWei = _bound(amountWei, 1, 1000 ether);
        _force(targets[where % targets.length], amountWei);
        GHOST.force(targets[where % targets.length], amountWei);
    }

    /// @dev A gift is a reward; a great one is above the growth bound, and the frame waits.
    function giveToVault(bool toWithdrawals, uint256 amountWei) external userCall {
        amountWei = _bound(amountWei, 1, GHOST.pooledWei() / 200);
        if (toWithdrawals) {
            BEACON.receiveAtVault(amountWei);
        } else {
            _force(address(p.executionRewardsVault), amountWei);
            BEACON.noteExecutionReceipt(amountWei);
        }
    }

    // ---------------------------------------------------------------- Guardians

    function pause(uint8 flags, uint40 duration, uint256 chance) external userCall {
        if (chance % 3 != 0) return;
        flags = uint8(_bound(flags, 1, (1 << FLAGS) - 1));
        // Short as a rule, so that something goes on happening.
        duration = uint40(_bound(duration, 1, chance % 2 == 0 ? MAX_PAUSE_SECONDS : Chain.FRAME_SECONDS));
        (bool ok, ) = _as(address(this), address(p.pool), abi.encodeCall(IStakingPool.pause, (flags, duration)));
        for (uint8 flag = 1; flag < 1 << FLAGS; flag <<= 1) {
            uint256 until = p.pool.pausedUntil(flag);
            if (until > block.timestamp + MAX_PAUSE_SECONDS) FINDINGS.add("INV-14", "a pause beyond its bound");
            if (ok && flags & flag != 0 && until != block.timestamp + duration) {
                FINDINGS.add("INV-14", "a pause of another length");
            }
        }
    }

    function unpause(uint8 flags) external userCall {
        p.pool.unpause(flags & uint8((1 << FLAGS) - 1));
    }

    function emergencySlash(uint32 operator, uint256 chance) external userCall {
        if (chance % 16 == 0) p.registry.emergencySlash(uint32(operator % KeyBook.OPERATORS) + 1);
    }

    function releaseLock(uint256 lock) external userCall {
        uint256 count = p.registry.lockCount();
        if (count == 0) return;
        _as(address(this), address(p.registry), abi.encodeCall(IOperatorRegistry.releaseLock, (lock % count)));
    }

    // ---------------------------------------------------------------- Parameters

    function setLimits(uint96 allowanceWei, uint32 ageSeconds) external userCall {
        PoolLimits memory limits = PoolLimits({
            stakeCapWei: 100_000 ether,
            stakeAllowanceWei: uint96(_bound(allowanceWei, 10 ether, 100_000 ether)),
            maxReportAgeSeconds: uint32(_bound(ageSeconds, 1 hours, 7 days))
        });
        p.pool.setLimits(limits);
    }

    /// @dev Tickets that exist must not notice.
    function setQueueParameters(uint32 delaySeconds, uint96 minWei) external userCall {
        QueueParameters memory parameters = QueueParameters({
            minDelaySeconds: uint32(_bound(delaySeconds, 0, 2 * Chain.FRAME_SECONDS)),
            minRequestWei: uint96(_bound(minWei, 1, 1 ether)),
            maxRequestWei: 1000 ether
        });
        p.queue.setParameters(parameters);
    }
}
