// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconRoots} from "./BeaconRoots.sol";

/// @title The reference block of a report, checked against what the execution chain knows
/// @notice The reference block is the last one at or before a slot. EIP-4788 files each block's root under the timestamp
/// of its child, so the first filed timestamp after the slot names it:
///
///     slot      n-1      n = refSlot   n+1        n+2
///     block      B       (missed)      (missed)    C
///                └──────── parent of ──────────────┘   get(timestamp of n+2) = root of B
library ReferenceBlock {
    /// @dev More slots than this without a block: nobody could say which report is right.
    uint256 private constant MAX_MISSED_SLOTS = 256;

    /// @notice Root of the last block at or before a slot; zero when EIP-4788 does not hold its child any more.
    /// @param slotTimestamp Time of the slot, in seconds.
    /// @return root The root, or zero.
    /// @return inWindow Whether EIP-4788 still holds what came after the slot: then zero is a mismatch.
    function rootAt(uint64 slotTimestamp, uint64 secondsPerSlot) internal view returns (bytes32 root, bool inWindow) {
        uint64 timestamp = slotTimestamp + secondsPerSlot;
        // The ring has as many places as slots it remembers, so the oldest place is overwritten first.
        if (block.timestamp >= timestamp + BeaconRoots.HISTORY_LENGTH * secondsPerSlot) return (0, false);

        for (uint256 i = 0; i < MAX_MISSED_SLOTS && timestamp <= block.timestamp; ++i) {
            root = BeaconRoots.tryGet(timestamp);
            if (root != 0) return (root, true);
            timestamp += secondsPerSlot;
        }
        return (0, true);
    }
}
