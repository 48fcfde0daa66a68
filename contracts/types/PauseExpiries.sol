// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {PAUSES} from "./PoolTypes.sol";

using {until, held, requireOver, begin, withUntil} for PauseExpiries global;

/// @notice When each pause ends, in seconds, in one slot: 40 bits for each flag, the lowest flag lowest.
type PauseExpiries is uint256;

/// @dev The longest pause, and the time between the end of a pause and the next one of the same action.
uint40 constant LONGEST_PAUSE = 7 days;
uint40 constant COOLDOWN = 1 days;

uint256 constant EXPIRY_BITS = 40;
/// @dev The four pauses and REPORT_PENDING; other flags have no expiry.
uint256 constant TIMED_FLAGS = 5;

/// @notice End of the pause of one flag; zero for what is not exactly one flag.
function until(PauseExpiries self, uint8 flag) pure returns (uint40) {
    for (uint256 i = 0; i < TIMED_FLAGS; ++i) {
        if (flag == 1 << i) return uint40(PauseExpiries.unwrap(self) >> (EXPIRY_BITS * i));
    }
    return 0;
}

/// @notice Those of some flags whose pauses have not ended.
function held(PauseExpiries self, uint8 flags) view returns (uint8 holding) {
    for (uint256 i = 0; i < TIMED_FLAGS; ++i) {
        uint8 flag = uint8(1 << i);
        if (flags & flag != 0 && block.timestamp < self.until(flag)) holding |= flag;
    }
}

/// @notice Reverts while a pause of some flags holds, and names the lowest one.
function requireOver(PauseExpiries self, uint8 flags) view {
    uint8 holding = self.held(flags);
    if (holding == 0) return;
    uint8 lowest = holding & (~holding + 1);
    revert IStakingPool.ActionPaused(lowest, self.until(lowest));
}

/// @notice The same with new pauses, if they are allowed now.
function begin(PauseExpiries self, uint8 flags, uint40 duration) view returns (PauseExpiries) {
    require(
        flags != 0 && flags <= PAUSES && duration != 0 && duration <= LONGEST_PAUSE,
        IStakingPool.PauseNotAllowed(flags, duration)
    );
    for (uint8 flag = 1; flag <= PAUSES; flag <<= 1) {
        uint40 end = self.until(flag);
        bool rested = end == 0 || block.timestamp >= end + COOLDOWN;
        require(flags & flag == 0 || rested, IStakingPool.PauseNotAllowed(flag, duration));
    }
    return self.withUntil(flags, uint40(block.timestamp) + duration);
}

/// @notice The same with another end for some flags.
function withUntil(PauseExpiries self, uint8 flags, uint40 until_) pure returns (PauseExpiries) {
    uint256 word = PauseExpiries.unwrap(self);
    for (uint256 i = 0; i < TIMED_FLAGS; ++i) {
        if (flags & (1 << i) == 0) continue;
        uint256 at = EXPIRY_BITS * i;
        word = (word & ~(uint256(type(uint40).max) << at)) | (uint256(until_) << at);
    }
    return PauseExpiries.wrap(word);
}
