// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Arithmetic of shares; every name says where the rounding goes
/// @dev Totals fit 96 bits and amounts 128, so the products below cannot overflow 256 bits.
library ShareMath {
    /// @dev A rate has 27 decimals.
    uint256 internal constant RAY = 1e27;

    /// @notice Shares for ether, rounded down: the pool keeps the dust.
    function toSharesDown(
        uint256 amountWei,
        uint256 totalShares,
        uint256 totalPooledWei
    ) internal pure returns (uint256) {
        return (amountWei * totalShares) / totalPooledWei;
    }

    /// @notice Shares for ether, rounded up: what a loss costs its bond.
    function toSharesUp(
        uint256 amountWei,
        uint256 totalShares,
        uint256 totalPooledWei
    ) internal pure returns (uint256) {
        return (amountWei * totalShares + totalPooledWei - 1) / totalPooledWei;
    }

    /// @notice Ether for shares, rounded down.
    function toAssetsDown(uint256 shares, uint256 totalShares, uint256 totalPooledWei) internal pure returns (uint256) {
        return (shares * totalPooledWei) / totalShares;
    }

    /// @notice Ether for shares, rounded up: what shares cost at the least.
    function toAssetsUp(uint256 shares, uint256 totalShares, uint256 totalPooledWei) internal pure returns (uint256) {
        return (shares * totalPooledWei + totalShares - 1) / totalShares;
    }

    /// @notice Ether per share with 27 decimals, rounded down.
    function rateRayDown(uint256 totalShares, uint256 totalPooledWei) internal pure returns (uint256) {
        return (totalPooledWei * RAY) / totalShares;
    }

    /// @notice Ether for shares at a recorded rate, rounded down.
    function toAssetsAtDown(uint256 shares, uint256 rateRay) internal pure returns (uint256) {
        return (shares * rateRay) / RAY;
    }

    /// @notice Shares that ether pays for at a recorded rate, rounded down.
    function toSharesAtDown(uint256 amountWei, uint256 rateRay) internal pure returns (uint256) {
        return (amountWei * RAY) / rateRay;
    }
}
