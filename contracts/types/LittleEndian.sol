// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The 8 bytes in which SSZ writes a number.
function toLittleEndian(uint64 value) pure returns (bytes8) {
    return bytes8(_swap(value));
}

/// @notice The number that SSZ writes in these 8 bytes.
function fromLittleEndian(bytes8 value) pure returns (uint64) {
    return _swap(uint64(value));
}

function _swap(uint64 value) pure returns (uint64) {
    value = ((value & 0x00ff00ff00ff00ff) << 8) | ((value >> 8) & 0x00ff00ff00ff00ff);
    value = ((value & 0x0000ffff0000ffff) << 16) | ((value >> 16) & 0x0000ffff0000ffff);
    return (value << 32) | (value >> 32);
}
