// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A ValidatorManager that knows nothing but when a slashing was proven
contract SlashingDouble {
    uint64 public immutable lastSlashingAt;

    constructor(uint64 timestamp) {
        lastSlashingAt = timestamp;
    }
}
