// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

using {timestamp, sumGwei} for FlowCheckpoint global;

/// @notice What a cumulative sum was at the end of a block: time in seconds (40 bits), sum in Gwei (64 bits). Two fit
/// into a storage slot.
type FlowCheckpoint is uint104;

/// @notice Packs a checkpoint.
function packCheckpoint(uint40 timestamp_, uint64 sumGwei_) pure returns (FlowCheckpoint) {
    return FlowCheckpoint.wrap((uint104(timestamp_) << 64) | sumGwei_);
}

/// @notice Time of the block, in seconds.
function timestamp(FlowCheckpoint self) pure returns (uint40) {
    return uint40(FlowCheckpoint.unwrap(self) >> 64);
}

/// @notice The sum after the block, in Gwei.
function sumGwei(FlowCheckpoint self) pure returns (uint64) {
    return uint64(FlowCheckpoint.unwrap(self));
}
