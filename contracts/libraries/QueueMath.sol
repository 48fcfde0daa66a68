// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ShareMath} from "./ShareMath.sol";

/// @title Arithmetic of the withdrawal queue; every name says where the rounding goes
/// @dev Positions and amounts fit 96 bits and rates 128, so the products below cannot overflow 256 bits.
/// test/proofs proves what is said here (`npm run prove`).
library QueueMath {
    /// @notice The ether of the first `part` of `whole` shares that are worth `wholeWei` together, rounded down. Parts
    /// that follow each other add up to the whole, whatever the cuts: each is a difference of two of these.
    function partDown(uint256 wholeWei, uint256 part, uint256 whole) internal pure returns (uint256) {
        return (wholeWei * part) / whole;
    }

    /// @notice How many of `whole` shares, worth `wholeWei` together, an amount of ether pays for, rounded down: their
    /// `partDown` is at most that amount. More than `whole` when the ether is more than enough.
    function partPaidDown(uint256 amountWei, uint256 whole, uint256 wholeWei) internal pure returns (uint256) {
        return (amountWei * whole) / wholeWei;
    }

    /// @notice What the shares between two places of a stretch are worth at its rate. Like `partDown` a difference of two
    /// values that are rounded down, so that the parts of a stretch add up to what was set aside for it, to the wei.
    /// @param from Where the shares begin, counted from the beginning of the stretch.
    /// @param to Where they end, likewise.
    function worthBetween(uint256 from, uint256 to, uint256 rateRay) internal pure returns (uint256) {
        return ShareMath.toAssetsAtDown(to, rateRay) - ShareMath.toAssetsAtDown(from, rateRay);
    }
}
