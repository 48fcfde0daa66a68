// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice A precompiled contract gave no answer of the right size. That is an error, never evidence: it may have run
/// out of gas, got an encoding that it refuses, or not exist on this chain.
error PrecompileFailed(address precompile);

/// @title Calls to precompiled contracts on plain memory
library Precompiles {
    address internal constant SHA256 = address(0x02);
    /// @dev https://eips.ethereum.org/EIPS/eip-2537
    address internal constant BLS12_G1MSM = address(0x0c);
    address internal constant BLS12_G2ADD = address(0x0d);
    address internal constant BLS12_G2MSM = address(0x0e);
    address internal constant BLS12_PAIRING_CHECK = address(0x0f);
    address internal constant BLS12_MAP_FP2_TO_G2 = address(0x11);

    /// @dev Memory of its own for `size` bytes, a multiple of 32, with anything in it.
    function allocate(uint256 size) internal pure returns (uint256 pointer) {
        // Safe: moves the free memory pointer as Solidity does. Sizes come from lists in calldata, so they do not
        // overflow.
        assembly ("memory-safe") {
            pointer := mload(0x40)
            mstore(0x40, add(pointer, size))
        }
    }

    /// @dev Calls `precompile` with memory `[input, input + inputSize)` and writes its answer to
    /// `[output, output + outputSize)`, memory that the caller has allocated. Reverts unless it answers exactly that
    /// many bytes. All gas is forwarded: prices of precompiles change with forks, and a limit of our own would not.
    function run(
        address precompile,
        uint256 input,
        uint256 inputSize,
        uint256 output,
        uint256 outputSize
    ) internal view {
        bool success;

        // Safe: writes nothing but the caller's own output. Solidity has no call that leaves memory where it is.
        assembly ("memory-safe") {
            success := staticcall(gas(), precompile, input, inputSize, output, outputSize)
            // An address without code succeeds with an empty answer.
            success := and(success, eq(returndatasize(), outputSize))
        }

        require(success, PrecompileFailed(precompile));
    }
}
