// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BaseField} from "./BaseField.sol";
import {PrecompileFailed, Precompiles} from "./Precompiles.sol";

/// @title Messages to points of G2, as BLS signatures of the beacon chain hash them
/// @dev https://www.rfc-editor.org/rfc/rfc9380 (hash_to_curve with the suite BLS12381G2_XMD:SHA-256_SSWU_RO_)
library HashToG2 {
    /// @dev Domain separation tag of the scheme, followed by its length.
    /// https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#bls-signatures
    bytes private constant DST_PRIME = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_\x2b";

    /// @dev Places and sizes in the memory that all messages of a call share.
    ///
    ///     first block of the message:  64 zeros | message, 32 | 0x0100, 0x00 | DST_prime, 44     143 bytes
    ///     its further blocks:          mixed, 32 | number of the block, 1 | DST_prime, 44         77 bytes
    ///     uniform bytes: four numbers of 64                                                     256 bytes
    ///     two points                                                                            512 bytes
    uint256 private constant FIRST_SIZE = 143;
    uint256 private constant NEXT_SIZE = 77;
    uint256 private constant UNIFORM_SIZE = 0x100;
    uint256 private constant POINT_SIZE = 0x100;

    /// @notice Writes the point that each message hashes to, 256 bytes, to `output`, `output + stride` and so on.
    /// https://www.rfc-editor.org/rfc/rfc9380#section-3 (hash_to_curve)
    function write(bytes32[] memory messages, uint256 output, uint256 stride) internal view {
        // Z_pad is one block of SHA-256, 64 bytes; 0x0100 is the number of bytes wanted.
        uint256 first = _pointer(
            abi.encodePacked(bytes32(0), bytes32(0), bytes32(0), uint16(256), uint8(0), DST_PRIME)
        );
        uint256 next = _pointer(abi.encodePacked(bytes32(0), uint8(0), DST_PRIME));
        uint256 uniform = Precompiles.allocate(UNIFORM_SIZE);
        uint256 points = Precompiles.allocate(2 * POINT_SIZE);

        for (uint256 i = 0; i < messages.length; ++i) {
            _expand(messages[i], first, next, uniform);
            _reduce(uniform);
            // The precompile clears the cofactor of both points; their sum is the same as when it is cleared after
            // adding.
            Precompiles.run(Precompiles.BLS12_MAP_FP2_TO_G2, uniform, 0x80, points, POINT_SIZE);
            Precompiles.run(Precompiles.BLS12_MAP_FP2_TO_G2, uniform + 0x80, 0x80, points + POINT_SIZE, POINT_SIZE);
            Precompiles.run(Precompiles.BLS12_G2ADD, points, 2 * POINT_SIZE, output, POINT_SIZE);
            output += stride;
        }
    }

    /// @dev 256 uniform bytes: four numbers of 64 bytes, the parts of two elements of Fp2.
    /// https://www.rfc-editor.org/rfc/rfc9380#section-5.3.1 (expand_message_xmd)
    function _expand(bytes32 message, uint256 first, uint256 next, uint256 uniform) private view {
        bytes32 zeroth;
        bool success;

        // Safe: writes within what `write` has allocated: the message behind 64 zeros, then eight words of uniform
        // bytes, and scratch space. Pays: there are nine hashes for each message. Block i is the hash of (block 0 xor
        // block i - 1) | i | DST_prime, where block 0 counts as zeros for the first.
        assembly ("memory-safe") {
            mstore(add(first, 0x40), message)
            success := staticcall(gas(), 0x02, first, FIRST_SIZE, 0x00, 0x20)
            zeroth := mload(0x00)

            mstore(next, zeroth)
            let place := add(next, 0x20)
            for {
                let i := 1
            } lt(i, 9) {
                i := add(i, 1)
            } {
                mstore8(place, i)
                success := and(success, staticcall(gas(), 0x02, next, NEXT_SIZE, uniform, 0x20))
                mstore(next, xor(zeroth, mload(uniform)))
                uniform := add(uniform, 0x20)
            }
        }

        require(success, PrecompileFailed(Precompiles.SHA256));
    }

    /// @dev Takes each of the four numbers modulo p, in place.
    function _reduce(uint256 uniform) private pure {
        for (uint256 end = uniform + UNIFORM_SIZE; uniform < end; uniform += 0x40) {
            uint256 hi;
            uint256 lo;
            // Safe: reads and writes the uniform bytes.
            assembly ("memory-safe") {
                hi := mload(uniform)
                lo := mload(add(uniform, 0x20))
            }
            (hi, lo) = BaseField.reduce(hi, lo);
            assembly ("memory-safe") {
                mstore(uniform, hi)
                mstore(add(uniform, 0x20), lo)
            }
        }
    }

    /// @dev Safe: `bytes` in memory is a pointer to its length.
    function _pointer(bytes memory data) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := add(data, 0x20)
        }
    }
}
