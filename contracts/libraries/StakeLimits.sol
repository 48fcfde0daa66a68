// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {PoolLimits, StakeCapStep} from "../types/PoolTypes.sol";
import {PoolWindow, packWindow} from "../types/PoolWindow.sol";

/// @notice The limits as they are stored: the ones of now and the time of the next cap in one slot, then the later caps.
/// @param nextStepAt When the next cap holds, in seconds; zero when none follows.
/// @param steps The caps that follow, the next one last.
struct LimitsRecord {
    uint96 stakeCapWei;
    uint96 stakeAllowanceWei;
    uint32 maxReportAgeSeconds;
    uint32 nextStepAt;
    StakeCapStep[] steps;
}

/// @title How much may be staked, and for how long a rate may be bought
/// @notice Caps can be decided early and come by themselves: a settlement that finds the time of the next one reached
/// takes it off the list, so that every other settlement reads one slot.
library StakeLimits {
    /// @dev About all the ether that there is.
    uint256 private constant MAX_STAKE_WEI = 130_000_000 ether;
    /// @dev Reports may be late by a week, and never count as stale within an hour.
    uint256 private constant MIN_REPORT_AGE = 1 hours;
    uint256 private constant MAX_REPORT_AGE = 7 days;

    /// @notice The limits of now.
    function current(LimitsRecord storage record) internal view returns (PoolLimits memory) {
        return PoolLimits(record.stakeCapWei, record.stakeAllowanceWei, record.maxReportAgeSeconds);
    }

    /// @notice The caps that follow, in ascending order of time.
    function upcoming(LimitsRecord storage record) internal view returns (StakeCapStep[] memory steps) {
        uint256 count = record.steps.length;
        steps = new StakeCapStep[](count);
        for (uint256 i = 0; i < count; ++i) steps[i] = record.steps[count - 1 - i];
    }

    /// @notice The window under other limits, until the next settlement opens one. Less holds at once; more waits, as it
    /// counts from the pool of a report: nobody gets an allowance twice.
    /// @param limits Not stored yet.
    function narrowWindow(
        LimitsRecord storage record,
        PoolWindow window,
        PoolLimits calldata limits,
        uint256 pooledWei
    ) internal view returns (PoolWindow) {
        uint256 ceilingWei = Math.min(limits.stakeCapWei, pooledWei + limits.stakeAllowanceWei);
        uint256 refSlotTimestamp = uint256(window.staleAfter()) - record.maxReportAgeSeconds;
        return
            window.withStaking(
                Math.min(window.stakeCeilingWei(), ceilingWei),
                refSlotTimestamp + limits.maxReportAgeSeconds
            );
    }

    /// @notice Replaces the limits of now; the caps to come stay.
    function set(LimitsRecord storage record, PoolLimits calldata limits) internal {
        _requireWithin(limits.stakeCapWei, 0, MAX_STAKE_WEI);
        _requireWithin(limits.stakeAllowanceWei, 0, MAX_STAKE_WEI);
        _requireWithin(limits.maxReportAgeSeconds, MIN_REPORT_AGE, MAX_REPORT_AGE);

        record.stakeCapWei = limits.stakeCapWei;
        record.stakeAllowanceWei = limits.stakeAllowanceWei;
        record.maxReportAgeSeconds = limits.maxReportAgeSeconds;
    }

    /// @notice Replaces the caps to come.
    /// @param steps In ascending order of time; empty for none.
    function setUpcoming(LimitsRecord storage record, StakeCapStep[] calldata steps) internal {
        delete record.steps;
        uint32 next;
        for (uint256 i = steps.length; i > 0; --i) {
            StakeCapStep calldata step = steps[i - 1];
            _requireWithin(step.capWei, 0, MAX_STAKE_WEI);
            require(step.from != 0 && (next == 0 || step.from < next), IStakingPool.StepsOutOfOrder(step.from));
            next = step.from;
            record.steps.push(step);
        }
        record.nextStepAt = next;
    }

    /// @notice What a settlement decides about staking until the next one. Takes the caps whose time has come.
    /// @param pooledWei The pool after the settlement.
    /// @param refSlotTimestamp Time of its reference slot, in seconds.
    function openWindow(
        LimitsRecord storage record,
        uint64 consensusGwei,
        uint64 settledDepositsGwei,
        uint256 pooledWei,
        uint256 refSlotTimestamp
    ) internal returns (PoolWindow) {
        if (record.nextStepAt != 0 && block.timestamp >= record.nextStepAt) _advance(record);
        uint256 ceilingWei = Math.min(record.stakeCapWei, pooledWei + record.stakeAllowanceWei);
        return
            packWindow(consensusGwei, settledDepositsGwei, ceilingWei, refSlotTimestamp + record.maxReportAgeSeconds);
    }

    function _advance(LimitsRecord storage record) private {
        uint256 left = record.steps.length;
        while (left != 0 && block.timestamp >= record.steps[left - 1].from) {
            record.stakeCapWei = record.steps[--left].capWei;
            record.steps.pop();
        }
        record.nextStepAt = left == 0 ? 0 : record.steps[left - 1].from;
    }

    function _requireWithin(uint256 got, uint256 min, uint256 max) private pure {
        require(got >= min && got <= max, IStakingPool.LimitOutOfBounds(got, min, max));
    }
}
