// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";

/// @title Signatures one behind the other, as r, s and v: 65 bytes each
library SignatureList {
    uint256 private constant SIGNATURE_BYTES = 65;

    /// @notice How many there are. Reverts when a part of one is left.
    function count(bytes calldata signatures) internal pure returns (uint256) {
        require(signatures.length % SIGNATURE_BYTES == 0, IOracleCommittee.SignatureLength(signatures.length));
        return signatures.length / SIGNATURE_BYTES;
    }

    /// @notice Who made the i-th signature of a digest. Reverts when nobody can have.
    /// @param i Below `count`.
    function signerAt(bytes calldata signatures, uint256 i, bytes32 digest) internal pure returns (address) {
        bytes32 r;
        bytes32 s;
        uint8 v;

        // Safe: reads the list, of which `i` is a place. Pays: Solidity checks the bounds of each slice.
        assembly ("memory-safe") {
            let at := add(signatures.offset, mul(i, SIGNATURE_BYTES))
            r := calldataload(at)
            s := calldataload(add(at, 0x20))
            v := byte(0, calldataload(add(at, 0x40)))
        }

        return ECDSA.recover(digest, v, r, s);
    }
}
