// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The rhythm of the chain in these tests: slots of 12 s, frames of 64 slots as on a devnet
library Chain {
    uint64 internal constant GENESIS_TIME = 1_800_000_000;
    uint64 internal constant SECONDS_PER_SLOT = 12;
    uint64 internal constant SLOTS_PER_FRAME = 64;
    uint64 internal constant FRAMES_PER_PERIOD = 2;
    uint64 internal constant FRAME_SECONDS = SLOTS_PER_FRAME * SECONDS_PER_SLOT;

    /// @dev The protocol begins after this many frames and a few slots.
    uint64 internal constant FIRST_FRAME = 20;
    uint64 internal constant START_TIME = GENESIS_TIME + FIRST_FRAME * FRAME_SECONDS + 5 * SECONDS_PER_SLOT;
    uint64 internal constant START_REF_SLOT = FIRST_FRAME * SLOTS_PER_FRAME - 1;

    address internal constant BEACON_ROOTS = 0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02;
    address internal constant WITHDRAWAL_REQUESTS = 0x00000961Ef480Eb55e80D19ad83579A64c007002;
    address internal constant CONSOLIDATION_REQUESTS = 0x0000BBdDc7CE488642fb579F8B00f3a590007251;

    /// @notice When a slot begins, in seconds.
    function timeOf(uint64 slot) internal pure returns (uint64) {
        return GENESIS_TIME + slot * SECONDS_PER_SLOT;
    }

    /// @notice The slot that a time, in seconds, lies in.
    function slotAt(uint256 timestamp) internal pure returns (uint64) {
        return uint64((timestamp - GENESIS_TIME) / SECONDS_PER_SLOT);
    }

    /// @notice The last slot of the frame that a time, in seconds, lies in.
    function refSlotAfter(uint256 timestamp) internal pure returns (uint64) {
        return (slotAt(timestamp) / SLOTS_PER_FRAME + 1) * SLOTS_PER_FRAME - 1;
    }
}
