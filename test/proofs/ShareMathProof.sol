// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShareMath} from "../../contracts/libraries/ShareMath.sol";

/// @title What must hold of the arithmetic of shares, for all totals that fit 96 bits
/// @dev Each function is one theorem: for all arguments that it requires, what it asserts. `npm run prove`.
contract ShareMathProof {
    /// @dev INV-04: shares for ether are worth no more than the ether, at the same rate.
    function proof_INV04_roundTripGainsNothing(uint96 amountWei, uint96 totalShares, uint96 pooledWei) external pure {
        require(totalShares != 0 && pooledWei != 0);
        uint256 shares = ShareMath.toSharesDown(amountWei, totalShares, pooledWei);
        assert(ShareMath.toAssetsDown(shares, totalShares, pooledWei) <= amountWei);
    }

    /// @dev INV-03: the rate (P + x) / (S + s) after a stake is not below the rate P / S before it.
    function proof_INV03_stakeKeepsTheRate(uint96 amountWei, uint96 totalShares, uint96 pooledWei) external pure {
        require(totalShares != 0 && pooledWei != 0);
        uint256 shares = ShareMath.toSharesDown(amountWei, totalShares, pooledWei);
        assert((uint256(pooledWei) + amountWei) * totalShares >= (uint256(totalShares) + shares) * pooledWei);
    }

    /// @dev INV-03: what leaves for shares leaves at least as much a share to the others.
    function proof_INV03_leavingKeepsTheRate(uint96 shares, uint96 totalShares, uint96 pooledWei) external pure {
        require(shares < totalShares);
        uint256 amountWei = ShareMath.toAssetsDown(shares, totalShares, pooledWei);
        assert(amountWei <= pooledWei);
        assert((pooledWei - amountWei) * totalShares >= (uint256(totalShares) - shares) * pooledWei);
    }

    /// @dev INV-10: fee shares are worth at most the fee at the rate after them. A fee is a small part of one report's
    /// rewards; near the whole pool its shares would not fit.
    function proof_INV10_feeSharesAreWorthAtMostTheFee(
        uint96 feeWei,
        uint96 totalShares,
        uint96 pooledWei
    ) external pure {
        require(totalShares != 0 && pooledWei != 0 && feeWei <= pooledWei / 2);
        uint256 feeShares = ShareMath.toSharesDown(feeWei, totalShares, pooledWei - feeWei);
        assert(ShareMath.toAssetsDown(feeShares, totalShares + feeShares, pooledWei) <= feeWei);
    }

    /// @dev What a loss costs a bond covers the loss, and no share more than that.
    function proof_INV12_sharesUpCoverTheLoss(uint96 lossWei, uint96 totalShares, uint96 pooledWei) external pure {
        require(pooledWei != 0);
        uint256 shares = ShareMath.toSharesUp(lossWei, totalShares, pooledWei);
        assert(shares * pooledWei >= uint256(lossWei) * totalShares);
        assert(shares == 0 || (shares - 1) * pooledWei < uint256(lossWei) * totalShares);
    }
}
