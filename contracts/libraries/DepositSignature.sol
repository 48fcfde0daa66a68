// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ssz} from "../proofs/Ssz.sol";
import {Fp, PUBKEY_LENGTH, SIGNATURE_LENGTH, SignatureHint} from "../types/DepositTypes.sol";
import {Precompiles} from "./Precompiles.sol";

/// @title Deposit signatures, verified with the EIP-2537 precompiles
/// @notice A first deposit with a wrong signature is lost, so none is sent before its signature was verified here.
/// @dev Three outcomes are kept apart. `true`: the beacon chain will accept the signature. `false`: the pairing
/// precompile, given well-formed points of the right groups, answered no. Everything else reverts: a malformed encoding,
/// and a precompile that failed, whether for a point off the curve or for want of gas. So no choice of gas, and no
/// fault of a precompile, makes a good signature look bad.
///
/// Signatures are BLS12381G2_XMD:SHA-256_SSWU_RO_POP_: public key in G1, signature and hashed message in G2.
/// https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#bls-signatures
/// https://eips.ethereum.org/EIPS/eip-2537
/// https://www.rfc-editor.org/rfc/rfc9380 (hash to curve)
library DepositSignature {
    /// @notice The compression flag is missing from the first byte of a point.
    error NotCompressed(bytes1 got);
    /// @notice The point at infinity is nobody's public key and no signature.
    error PointAtInfinity();
    /// @notice The hint is the other square root: its sign is not the one that the encoding names.
    error SignMismatch(bool got, bool want);

    // Fields of a point's first byte.
    // https://github.com/zcash/librustzcash/blob/6e0364cd42a2b3d2b958a54771ef51a8db79dd29/pairing/src/bls12_381/README.md#serialization
    bytes1 private constant COMPRESSED = 0x80;
    bytes1 private constant INFINITY = 0x40;
    bytes1 private constant LARGER_ROOT = 0x20;

    /// @dev The upper 16 bytes of a base field element without those three flags.
    uint256 private constant WITHOUT_FLAGS = (1 << 125) - 1;

    /// @dev The base field's modulus p, as two words.
    bytes32 private constant P_HI = 0x000000000000000000000000000000001a0111ea397fe69a4b1ba7b6434bacd7;
    bytes32 private constant P_LO = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;

    /// @dev (p - 1) / 2: a root above it is the larger one of its pair.
    bytes32 private constant HALF_HI = 0x000000000000000000000000000000000d0088f51cbff34d258dd3db21a5d66b;
    bytes32 private constant HALF_LO = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;

    /// @dev The generator of G1, negated, as EIP-2537 encodes it.
    bytes32 private constant NEGATED_G1_X_HI = 0x0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0f;
    bytes32 private constant NEGATED_G1_X_LO = 0xc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb;
    bytes32 private constant NEGATED_G1_Y_HI = 0x00000000000000000000000000000000114d1d6855d545a8aa7d76c8cf2e21f2;
    bytes32 private constant NEGATED_G1_Y_LO = 0x67816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca;

    /// @dev Domain separation tag of the scheme, followed by its length.
    bytes private constant DST_PRIME = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_\x2b";

    /// @dev https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#domain-types
    bytes4 private constant DOMAIN_DEPOSIT = 0x03000000;

    // ── Message ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Signing domain of deposits: they are valid across forks, so it has the genesis fork version and no
    /// genesis validators root.
    function depositDomain(bytes4 genesisForkVersion) internal view returns (bytes32) {
        bytes32 forkDataRoot = Ssz.hash(genesisForkVersion, 0);

        return DOMAIN_DEPOSIT | (forkDataRoot >> 32);
    }

    /// @notice What a deposit's signature is over.
    /// @param amountGwei Amount of the deposit, in Gwei.
    function signingRoot(
        bytes calldata pubkey,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) internal view returns (bytes32) {
        return Ssz.hash(Ssz.depositMessageRoot(pubkey, withdrawalCredentials, amountGwei), domain);
    }

    // ── Verification ────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Whether the beacon chain accepts `signature` for a first deposit of `pubkey`.
    /// @param pubkey Compressed public key, 48 bytes.
    /// @param signature Compressed signature, 96 bytes.
    /// @param hint The Y coordinates that the compressed encodings leave out.
    /// @param amountGwei Amount of the deposit, in Gwei.
    /// @param domain See `depositDomain`.
    function verify(
        bytes calldata pubkey,
        bytes calldata signature,
        SignatureHint calldata hint,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) internal view returns (bool) {
        require(pubkey.length == PUBKEY_LENGTH, Ssz.WrongLength(pubkey.length, PUBKEY_LENGTH));
        require(signature.length == SIGNATURE_LENGTH, Ssz.WrongLength(signature.length, SIGNATURE_LENGTH));
        _checkEncoding(pubkey[0], _isZero(hint.pubkeyY), _isLarger(hint.pubkeyY));
        // Of two elements of Fp2 the larger one is that with the larger imaginary part, or real part if there is none.
        bool real = _isZero(hint.signatureY1);
        _checkEncoding(
            signature[0],
            real && _isZero(hint.signatureY0),
            _isLarger(real ? hint.signatureY0 : hint.signatureY1)
        );

        // e(pubkey, H(message)) * e(-G1, signature) == 1. That coordinates are below p, and points on their curve and
        // in their group, is checked by the precompile.
        bytes32[24] memory pairs;
        (pairs[0], pairs[1]) = _withoutFlags(pubkey[:48]);
        (pairs[2], pairs[3]) = (hint.pubkeyY.hi, hint.pubkeyY.lo);
        // pairs[4] to pairs[11] are H(message)
        (pairs[12], pairs[13]) = (NEGATED_G1_X_HI, NEGATED_G1_X_LO);
        (pairs[14], pairs[15]) = (NEGATED_G1_Y_HI, NEGATED_G1_Y_LO);
        // The compressed encoding has the imaginary part first, the precompile wants it last.
        (pairs[16], pairs[17]) = _split(signature[48:]);
        (pairs[18], pairs[19]) = _withoutFlags(signature[:48]);
        (pairs[20], pairs[21]) = (hint.signatureY0.hi, hint.signatureY0.lo);
        (pairs[22], pairs[23]) = (hint.signatureY1.hi, hint.signatureY1.lo);
        uint256 pointer = _pointer(pairs);
        _hashToG2(signingRoot(pubkey, withdrawalCredentials, amountGwei, domain), pointer + 0x80);

        Precompiles.run(Precompiles.BLS12_PAIRING_CHECK, pointer, 0x300, pointer, 0x20);
        return pairs[0] != 0;
    }

    /// @dev Checks the flags of a compressed point against the Y that the hint gives.
    /// No point of either group has a Y of zero (it would have order two), but to the precompiles zero coordinates are
    /// the point at infinity, with which any message would verify.
    function _checkEncoding(bytes1 flags, bool isZero, bool isLarger) private pure {
        require(flags & COMPRESSED != 0, NotCompressed(flags));
        require(flags & INFINITY == 0 && !isZero, PointAtInfinity());
        bool wantLarger = flags & LARGER_ROOT != 0;
        require(isLarger == wantLarger, SignMismatch(isLarger, wantLarger));
    }

    function _isZero(Fp calldata y) private pure returns (bool) {
        return (y.hi | y.lo) == 0;
    }

    function _isLarger(Fp calldata y) private pure returns (bool) {
        return y.hi > HALF_HI || (y.hi == HALF_HI && y.lo > HALF_LO);
    }

    /// @dev A base field element of 48 bytes, as EIP-2537 encodes it.
    function _split(bytes calldata element) private pure returns (bytes32 hi, bytes32 lo) {
        return (bytes32(element[:16]) >> 128, bytes32(element[16:]));
    }

    function _withoutFlags(bytes calldata element) private pure returns (bytes32 hi, bytes32 lo) {
        (hi, lo) = _split(element);
        hi &= bytes32(WITHOUT_FLAGS);
    }

    // ── Hash to curve ───────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Writes the point of G2 that a message hashes to, 256 bytes, to `output`.
    /// https://www.rfc-editor.org/rfc/rfc9380#section-3 (hash_to_curve)
    function _hashToG2(bytes32 message, uint256 output) private view {
        bytes32[8] memory uniform = _expandMessage(message);
        _reduce(uniform);

        // The precompile clears the cofactor of both points; their sum is the same as when it is cleared after adding.
        bytes32[16] memory points;
        uint256 u = _pointer(uniform);
        uint256 p = _pointer(points);
        Precompiles.run(Precompiles.BLS12_MAP_FP2_TO_G2, u, 0x80, p, 0x100);
        Precompiles.run(Precompiles.BLS12_MAP_FP2_TO_G2, u + 0x80, 0x80, p + 0x100, 0x100);
        Precompiles.run(Precompiles.BLS12_G2ADD, p, 0x200, output, 0x100);
    }

    /// @dev 256 uniform bytes: four numbers of 64 bytes, the parts of two elements of Fp2.
    /// https://www.rfc-editor.org/rfc/rfc9380#section-5.3.1 (expand_message_xmd)
    function _expandMessage(bytes32 message) private view returns (bytes32[8] memory uniform) {
        // Z_pad is one block of SHA-256, 64 bytes; 0x0100 is the number of bytes wanted.
        bytes32 first = sha256(abi.encodePacked(bytes32(0), bytes32(0), message, uint16(256), uint8(0), DST_PRIME));

        // strxor(b(0), b(i - 1)) | i | DST_prime; only the first 33 bytes change.
        bytes memory round = abi.encodePacked(bytes32(0), uint8(0), DST_PRIME);
        uint256 input = _pointer(round);
        uint256 output = _pointer(uniform);
        bytes32 previous;
        for (uint256 i = 0; i < 8; ++i) {
            // Safe: the round is 77 bytes long.
            assembly ("memory-safe") {
                mstore(input, xor(first, previous))
                mstore8(add(input, 0x20), add(i, 1))
            }
            Precompiles.run(Precompiles.SHA256, input, 77, output + (i << 5), 0x20);
            previous = uniform[i];
        }
    }

    /// @dev Takes each of the four numbers modulo p, in place: the first power by the precompile for powers.
    function _reduce(bytes32[8] memory uniform) private view {
        bytes memory power = abi.encodePacked(
            uint256(64), // size of the base
            uint256(1), // size of the exponent
            uint256(64), // size of the modulus
            bytes32(0), // the base, written below
            bytes32(0),
            uint8(1), // the exponent
            P_HI,
            P_LO
        );
        uint256 input = _pointer(power);
        uint256 element = _pointer(uniform);
        for (uint256 end = element + 0x100; element < end; element += 0x40) {
            // Safe: the base is bytes 96 to 159 of 225.
            assembly ("memory-safe") {
                mcopy(add(input, 0x60), element, 0x40)
            }
            Precompiles.run(Precompiles.MODEXP, input, 225, element, 0x40);
        }
    }

    // ── Memory ──────────────────────────────────────────────────────────────────────────────────────────────────────
    // Safe: an array of fixed length in memory is a pointer to its first word, `bytes` to its length.

    function _pointer(bytes memory data) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := add(data, 0x20)
        }
    }

    function _pointer(bytes32[8] memory words) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := words
        }
    }

    function _pointer(bytes32[16] memory words) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := words
        }
    }

    function _pointer(bytes32[24] memory words) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := words
        }
    }
}
