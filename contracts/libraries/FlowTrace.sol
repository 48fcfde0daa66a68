// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title A cumulative sum that remembers what it was at any block
/// @notice Where something flows (deposits, exit requests), a report for a past block must be compared with the sum at
/// that block: each block that adds to the sum leaves one checkpoint, keyed by its timestamp.
library FlowTrace {
    using Checkpoints for Checkpoints.Trace160;

    /// @notice The sum now, in Gwei.
    function latestGwei(Checkpoints.Trace160 storage trace) internal view returns (uint64) {
        return uint64(trace.latest());
    }

    /// @notice The sum after the last block at or before `timestamp`, in Gwei.
    function gweiAt(Checkpoints.Trace160 storage trace, uint64 timestamp) internal view returns (uint64) {
        // Reports ask for a recent time, so the search begins at the end.
        return uint64(trace.upperLookupRecent(timestamp));
    }

    /// @notice Adds to the sum in this block.
    function addGwei(Checkpoints.Trace160 storage trace, uint64 amountGwei) internal returns (uint64 sumGwei) {
        sumGwei = latestGwei(trace) + amountGwei;
        trace.push(uint96(block.timestamp), sumGwei);
    }
}
