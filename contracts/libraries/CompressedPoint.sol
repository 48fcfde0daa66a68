// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDepositVerifier} from "../interfaces/IDepositVerifier.sol";
import {Fp, PUBKEY_LENGTH, SIGNATURE_LENGTH, SignatureHint} from "../types/DepositTypes.sol";
import {BaseField} from "./BaseField.sol";

/// @title Compressed points of BLS12-381, in the uncompressed form that EIP-2537 wants
/// @dev A compressed point is its X, with three flags in the first bits: compressed, infinity, and whether Y is the
/// larger one of the two roots. X of a signature is in Fp2 and has its imaginary part first; EIP-2537 wants that last.
///
///     public key  c i l X                 (48 bytes)       X | Y                  (64 bytes each)
///     signature   c i l X1 | X0           (48 bytes each)  X0 | X1 | Y0 | Y1
///
/// https://github.com/zcash/librustzcash/blob/6e0364cd42a2b3d2b958a54771ef51a8db79dd29/pairing/src/bls12_381/README.md#serialization
///
/// What has wrong flags, or an X that is not in the field, is no point, whatever Y the hint says: the beacon chain
/// refuses it. Infinity is refused too: it is nobody's key, and as a signature would take an infinite key to match.
/// Whether a point is on its curve and in its group is for the precompile to say.
library CompressedPoint {
    uint256 private constant COMPRESSED = 1 << 127;
    uint256 private constant INFINITY = 1 << 126;
    uint256 private constant LARGER_ROOT = 1 << 125;

    uint256 private constant ELEMENT_LENGTH = 48;

    /// @notice Writes the point of the i-th public key, 128 bytes, to `output`. Reverts when the hint is not the Y that
    /// the flags name.
    /// @param pubkeys 48 bytes each, at least i + 1 of them.
    /// @return isPoint False when the bytes are no point: nothing was written.
    function writePubkey(
        uint256 output,
        bytes calldata pubkeys,
        uint256 i,
        SignatureHint calldata hint
    ) internal pure returns (bool isPoint) {
        // Safe: places in calldata and in memory that exist are far from overflowing.
        unchecked {
            (uint256 flags, uint256 hi, uint256 lo) = _loadFlagged(pubkeys, i * PUBKEY_LENGTH);
            if (!_isPoint(flags) || !BaseField.isElement(hi, lo)) return false;
            _checkSign(flags, _isZero(hint.pubkeyY), hint.pubkeyY);

            _store(output, hi, lo);
            _store(output + 0x40, uint256(hint.pubkeyY.hi), uint256(hint.pubkeyY.lo));
            return true;
        }
    }

    /// @notice Writes the point of the i-th signature, 256 bytes, to `output`. Reverts as `writePubkey` does.
    /// @param signatures 96 bytes each, at least i + 1 of them.
    /// @return isPoint False when the bytes are no point: nothing was written.
    function writeSignature(
        uint256 output,
        bytes calldata signatures,
        uint256 i,
        SignatureHint calldata hint
    ) internal pure returns (bool isPoint) {
        // Safe: as above.
        unchecked {
            (uint256 flags, uint256 hi1, uint256 lo1) = _loadFlagged(signatures, i * SIGNATURE_LENGTH);
            (uint256 hi0, uint256 lo0) = _load(signatures, i * SIGNATURE_LENGTH + ELEMENT_LENGTH);
            if (!_isPoint(flags) || !BaseField.isElement(hi1, lo1) || !BaseField.isElement(hi0, lo0)) return false;
            // Of two elements of Fp2 the larger one is that with the larger imaginary part, or real part if there is
            // none.
            bool real = _isZero(hint.signatureY1);
            _checkSign(flags, real && _isZero(hint.signatureY0), real ? hint.signatureY0 : hint.signatureY1);

            _store(output, hi0, lo0);
            _store(output + 0x40, hi1, lo1);
            _store(output + 0x80, uint256(hint.signatureY0.hi), uint256(hint.signatureY0.lo));
            _store(output + 0xc0, uint256(hint.signatureY1.hi), uint256(hint.signatureY1.lo));
            return true;
        }
    }

    // ── Flags ───────────────────────────────────────────────────────────────────────────────────────────────────────

    function _isPoint(uint256 flags) private pure returns (bool) {
        return flags & (COMPRESSED | INFINITY) == COMPRESSED;
    }

    /// @dev No point of either group has a Y of zero (it would have order two), but to the precompiles zero coordinates
    /// are the point at infinity, with which any message would verify.
    function _checkSign(uint256 flags, bool isZero, Fp calldata y) private pure {
        require(!isZero, IDepositVerifier.HintIsZero());
        bool got = BaseField.isLarger(uint256(y.hi), uint256(y.lo));
        bool want = flags & LARGER_ROOT != 0;
        require(got == want, IDepositVerifier.SignMismatch(got, want));
    }

    function _isZero(Fp calldata y) private pure returns (bool) {
        return (y.hi | y.lo) == 0;
    }

    // ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev A base field element of 48 bytes, with its flags apart.
    function _loadFlagged(
        bytes calldata list,
        uint256 at
    ) private pure returns (uint256 flags, uint256 hi, uint256 lo) {
        (hi, lo) = _load(list, at);
        flags = hi;
        hi &= LARGER_ROOT - 1;
    }

    /// @dev A base field element of 48 bytes, in two words. Safe: the callers' caller has checked that the list is that
    /// long. Pays: Solidity checks the bounds of each slice.
    function _load(bytes calldata list, uint256 at) private pure returns (uint256 hi, uint256 lo) {
        assembly ("memory-safe") {
            let element := add(list.offset, at)
            hi := shr(128, calldataload(element))
            lo := calldataload(add(element, 16))
        }
    }

    /// @dev Safe: the caller has allocated what it names as output.
    function _store(uint256 output, uint256 hi, uint256 lo) private pure {
        assembly ("memory-safe") {
            mstore(output, hi)
            mstore(add(output, 0x20), lo)
        }
    }
}
