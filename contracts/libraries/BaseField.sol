// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The base field of BLS12-381, its elements in two words as EIP-2537 encodes them
library BaseField {
    /// @dev The modulus p, and (p - 1) / 2.
    uint256 private constant P_HI = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant P_LO = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
    uint256 private constant HALF_HI = 0x0d0088f51cbff34d258dd3db21a5d66b;
    uint256 private constant HALF_LO = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;

    /// @dev 2^512 / p, rounded down.
    uint256 private constant RECIPROCAL = 0x9d835d2f3cc9e45ce28101b0cc7a6ba29;

    /// @notice Whether the number is an element: below the modulus.
    function isElement(uint256 hi, uint256 lo) internal pure returns (bool) {
        return hi < P_HI || (hi == P_HI && lo < P_LO);
    }

    /// @notice Whether the element is the larger one of itself and its negative.
    function isLarger(uint256 hi, uint256 lo) internal pure returns (bool) {
        return hi > HALF_HI || (hi == HALF_HI && lo > HALF_LO);
    }

    /// @notice The remainder of a number of 512 bits.
    /// @dev Barrett's reduction. Its quotient, the upper word of hi * RECIPROCAL, is never too large and at most 2 too
    /// small: with the exact reciprocal and all of the number it would be hi * 2^256 / p + lo / p. Rounding the
    /// reciprocal down takes hi / 2^256 < 1 away at the most, leaving lo out 2^256 / p < 2^-124, and rounding the
    /// product down less than 1. So what is left is below 3p, which two words hold. Pays: the precompile for powers
    /// costs 500 gas and more (EIP-7883), four times for each message.
    function reduce(uint256 hi, uint256 lo) internal pure returns (uint256, uint256) {
        // Safe: touches no memory. What wraps in the upper word on the way wraps back, for the remainder fits.
        assembly ("memory-safe") {
            function mulHigh(a, b) -> high {
                // The product modulo 2^256 - 1 less the product modulo 2^256, as OpenZeppelin's Math.mul512 does it.
                let low := mul(a, b)
                let mm := mulmod(a, b, not(0))
                high := sub(sub(mm, low), lt(mm, low))
            }

            let quotient := mulHigh(hi, RECIPROCAL)
            let product := mul(quotient, P_LO)
            hi := sub(sub(hi, add(mulHigh(quotient, P_LO), mul(quotient, P_HI))), lt(lo, product))
            lo := sub(lo, product)

            for {} or(gt(hi, P_HI), and(eq(hi, P_HI), iszero(lt(lo, P_LO)))) {} {
                hi := sub(sub(hi, P_HI), lt(lo, P_LO))
                lo := sub(lo, P_LO)
            }
        }
        return (hi, lo);
    }
}
