// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What the registry asks of the settlement, as a test wants it
contract DistributionDouble {
    uint64 public lastRefSlot;
    uint64 public lastCutoffTimestamp;
    uint256 public notes;

    function settle(uint64 refSlot, uint64 cutoffTimestamp) external {
        lastRefSlot = refSlot;
        lastCutoffTimestamp = cutoffTimestamp;
    }

    function noteLock() external {
        ++notes;
    }
}
