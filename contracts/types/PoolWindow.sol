// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

using {consensusGwei, settledDepositsGwei, stakeCeilingWei, staleAfter, withStaking} for PoolWindow global;

/// @notice What the last settlement left for the time until the next one, in one slot that `stake` only reads:
/// ether of our validators in Gwei (64 bits), deposits that the report contained in Gwei (64 bits), ceiling for staking
/// in Gwei (64 bits), end of the rate's life in seconds (40 bits).
type PoolWindow is uint256;

/// @notice Packs a window; reverts when a part does not fit. The ceiling is rounded down to a Gwei.
function packWindow(
    uint64 consensusGwei_,
    uint64 settledDepositsGwei_,
    uint256 stakeCeilingWei_,
    uint256 staleAfter_
) pure returns (PoolWindow) {
    return
        PoolWindow.wrap(
            (uint256(SafeCast.toUint40(staleAfter_)) << 192) |
                (uint256(SafeCast.toUint64(stakeCeilingWei_ / 1 gwei)) << 128) |
                (uint256(settledDepositsGwei_) << 64) |
                consensusGwei_
        );
}

/// @notice Balances and pending deposits of our validators at the last cut-off, in Gwei.
function consensusGwei(PoolWindow self) pure returns (uint64) {
    return uint64(PoolWindow.unwrap(self));
}

/// @notice Deposits that the last report contained, in Gwei.
function settledDepositsGwei(PoolWindow self) pure returns (uint64) {
    return uint64(PoolWindow.unwrap(self) >> 64);
}

/// @notice The most that `totalPooledEther` may reach by staking, in wei.
function stakeCeilingWei(PoolWindow self) pure returns (uint256) {
    return uint256(uint64(PoolWindow.unwrap(self) >> 128)) * 1 gwei;
}

/// @notice Time after which the rate counts as stale, in seconds.
function staleAfter(PoolWindow self) pure returns (uint40) {
    return uint40(PoolWindow.unwrap(self) >> 192);
}

/// @notice The same report with other terms for staking.
function withStaking(PoolWindow self, uint256 stakeCeilingWei_, uint256 staleAfter_) pure returns (PoolWindow) {
    return packWindow(self.consensusGwei(), self.settledDepositsGwei(), stakeCeilingWei_, staleAfter_);
}
