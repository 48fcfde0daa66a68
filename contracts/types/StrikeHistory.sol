// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

using {lastPeriod, isNewer, add, count} for StrikeHistory global;

/// @notice Which of the last 32 SLA periods an operator breached:
/// the last breached period (upper 32 bits) and a bitmap (lower 32 bits) whose bit i is the period i before it.
/// All zero means never; once there was a strike, bit 0 is set.
type StrikeHistory is uint64;

/// @notice The bitmap.
function strikeWord(StrikeHistory self) pure returns (uint32) {
    return uint32(StrikeHistory.unwrap(self));
}

/// @notice The last breached period.
function lastPeriod(StrikeHistory self) pure returns (uint32) {
    return uint32(StrikeHistory.unwrap(self) >> 32);
}

/// @notice Whether a period lies after all that were breached.
function isNewer(StrikeHistory self, uint32 period) pure returns (bool) {
    return strikeWord(self) == 0 || period > self.lastPeriod();
}

/// @notice The history with a strike for a newer period.
function add(StrikeHistory self, uint32 period) pure returns (StrikeHistory) {
    uint32 word = strikeWord(self);
    uint32 distance = period - self.lastPeriod();
    word = word == 0 || distance >= 32 ? 1 : (word << distance) | 1;
    return StrikeHistory.wrap((uint64(period) << 32) | word);
}

/// @notice Strikes within the 32 periods that end with the last one.
function count(StrikeHistory self) pure returns (uint256 strikes) {
    // Each step clears the lowest set bit.
    for (uint32 word = strikeWord(self); word != 0; word &= word - 1) ++strikes;
}
