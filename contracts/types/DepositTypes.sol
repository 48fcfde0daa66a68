// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Sizes, in bytes, of a compressed public key (G1) and a compressed signature (G2).
uint256 constant PUBKEY_LENGTH = 48;
uint256 constant SIGNATURE_LENGTH = 96;

/// @notice An element of the BLS12-381 base field as EIP-2537 encodes it: 16 zero bytes, then 48 big-endian bytes.
struct Fp {
    bytes32 hi;
    bytes32 lo;
}

/// @notice The Y coordinates that the compressed encodings of a public key and a signature leave out.
/// @param pubkeyY Y of the public key (G1).
/// @param signatureY0 Real part of Y of the signature (G2).
/// @param signatureY1 Imaginary part of Y of the signature (G2).
struct SignatureHint {
    Fp pubkeyY;
    Fp signatureY0;
    Fp signatureY1;
}
