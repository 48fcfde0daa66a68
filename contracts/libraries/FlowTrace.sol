// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {FlowCheckpoint, packCheckpoint} from "../types/FlowCheckpoint.sol";

/// @notice A cumulative sum with its recent past. The newest checkpoint and the counter share a slot; the older ones
/// stand two in a slot, and their places are used again.
/// @param newest The sum now.
/// @param pushed Checkpoints that were ever followed by another one.
/// @param older The last `CAPACITY` of them: number n at place n modulo `CAPACITY`.
struct Flow {
    FlowCheckpoint newest;
    uint32 pushed;
    FlowCheckpoint[4096] older;
}

/// @title A cumulative sum that remembers what it was at any block since the last settled cut-off
/// @notice Where something flows (deposits, exit requests), a report for a past block must be compared with the sum at
/// that block: each block that adds to the sum leaves one checkpoint. What lies before the last settled cut-off is asked
/// for by nobody, so its place serves again and state stops growing.
library FlowTrace {
    /// @dev More than half of the blocks of a day add to the sum before it is full.
    uint256 internal constant CAPACITY = 4096;

    /// @notice No settlement has freed a place: reports have stopped while ether went on flowing.
    error FlowFull();
    /// @notice The time lies before the oldest checkpoint that is left, in seconds.
    error FlowForgotten(uint64 timestamp);

    /// @notice The sum now, in Gwei.
    function latestGwei(Flow storage flow) internal view returns (uint64) {
        return flow.newest.sumGwei();
    }

    /// @notice Adds to the sum in this block.
    /// @param settledGwei The sum at the last settled cut-off; earlier ones may be forgotten.
    function addGwei(Flow storage flow, uint64 amountGwei, uint64 settledGwei) internal returns (uint64 sumGwei) {
        FlowCheckpoint last = flow.newest;
        sumGwei = last.sumGwei() + amountGwei;

        if (last.timestamp() != block.timestamp) {
            uint256 number = flow.pushed;
            if (number >= CAPACITY) {
                // The one that becomes the oldest must still answer for the settled cut-off.
                require(flow.older[(number + 1) % CAPACITY].sumGwei() <= settledGwei, FlowFull());
            }
            flow.older[number % CAPACITY] = last;
            flow.pushed = uint32(number + 1);
        }
        flow.newest = packCheckpoint(uint40(block.timestamp), sumGwei);
    }

    /// @notice The sum after the last block at or before `timestamp`, in Gwei. Exact from the last settled cut-off on.
    function gweiAt(Flow storage flow, uint64 timestamp) internal view returns (uint64) {
        FlowCheckpoint last = flow.newest;
        if (last.timestamp() <= timestamp) return last.sumGwei();
        uint256 end = flow.pushed;
        uint256 first = end > CAPACITY ? end - CAPACITY : 0;

        // Reports ask for a recent time: look back in growing steps, then halve the last one.
        uint256 step = 1;
        uint256 low = end;
        while (low > first) {
            uint256 high = low;
            low = low - first > step ? low - step : first;
            if (flow.older[low % CAPACITY].timestamp() <= timestamp) return _search(flow, low, high, timestamp);
            step *= 2;
        }
        revert FlowForgotten(timestamp);
    }

    /// @dev The last checkpoint at or before `timestamp`: `low` is, `high` is not.
    function _search(Flow storage flow, uint256 low, uint256 high, uint64 timestamp) private view returns (uint64) {
        while (high - low > 1) {
            uint256 middle = (low + high) / 2;
            if (flow.older[middle % CAPACITY].timestamp() <= timestamp) low = middle;
            else high = middle;
        }
        return flow.older[low % CAPACITY].sumGwei();
    }
}
