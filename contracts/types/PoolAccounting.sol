// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

using {bufferedWei, deployedGwei, totalShares, flags, pooledWei, withFlags} for PoolAccounting global;

/// @notice The one accounting slot of the pool:
/// buffered ether in wei (88 bits), deployed ether in Gwei (64 bits), shares (96 bits), flags (8 bits).
/// Deployed ether is a whole number of Gwei on its way in, at work and on its way out; only the buffer has dust.
type PoolAccounting is uint256;

/// @notice Packs the pool's totals; reverts when one does not fit.
function packAccounting(
    uint256 bufferedWei_,
    uint256 deployedGwei_,
    uint256 totalShares_,
    uint8 flags_
) pure returns (PoolAccounting) {
    return
        PoolAccounting.wrap(
            (uint256(flags_) << 248) |
                (uint256(SafeCast.toUint96(totalShares_)) << 152) |
                (uint256(SafeCast.toUint64(deployedGwei_)) << 88) |
                SafeCast.toUint88(bufferedWei_)
        );
}

/// @notice Ether in the pool that is not deployed, in wei.
function bufferedWei(PoolAccounting self) pure returns (uint256) {
    return uint88(PoolAccounting.unwrap(self));
}

/// @notice Ether on the beacon chain and on its way there, in Gwei.
function deployedGwei(PoolAccounting self) pure returns (uint256) {
    return uint64(PoolAccounting.unwrap(self) >> 88);
}

/// @notice All shares, the queued ones included.
function totalShares(PoolAccounting self) pure returns (uint256) {
    return uint96(PoolAccounting.unwrap(self) >> 152);
}

/// @notice The flags of PoolTypes.sol. Whether an action's pause still holds, its expiry says.
function flags(PoolAccounting self) pure returns (uint8) {
    return uint8(PoolAccounting.unwrap(self) >> 248);
}

/// @notice `totalPooledEther`, in wei.
function pooledWei(PoolAccounting self) pure returns (uint256) {
    return self.bufferedWei() + self.deployedGwei() * 1 gwei;
}

/// @notice The same totals with other flags.
function withFlags(PoolAccounting self, uint8 flags_) pure returns (PoolAccounting) {
    return packAccounting(self.bufferedWei(), self.deployedGwei(), self.totalShares(), flags_);
}
