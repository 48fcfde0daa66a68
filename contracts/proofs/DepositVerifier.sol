// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

import {IDepositVerifier} from "../interfaces/IDepositVerifier.sol";
import {CompressedPoint} from "../libraries/CompressedPoint.sol";
import {DepositSignature} from "../libraries/DepositSignature.sol";
import {HashToG2} from "../libraries/HashToG2.sol";
import {Precompiles} from "../libraries/Precompiles.sol";
import {PUBKEY_LENGTH, SIGNATURE_LENGTH, SignatureHint} from "../types/DepositTypes.sol";

/// @title DepositVerifier
/// @notice See {IDepositVerifier}.
/// @dev Signatures are BLS12381G2_XMD:SHA-256_SSWU_RO_POP_: public key in G1, signature and hashed message H in G2.
/// https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#bls-signatures
/// https://eips.ethereum.org/EIPS/eip-2537
///
///     one      e(pubkey, H) * e(-G1, signature) == 1
///     a batch  e(r_1 pubkey_1, H_1) * … * e(r_n pubkey_n, H_n) * e(-G1, r_1 signature_1 + … + r_n signature_n) == 1
///
/// Why the batch needs its coefficients: without them two wrong signatures pass whose errors cancel out, s_1 + d and
/// s_2 - d. With them, errors d_i pass only if r_1 d_1 + … + r_n d_n is zero. Each r_i has 128 bits of a hash over
/// everything that is claimed, so nobody knows it before the errors are fixed, and whatever the other coefficients are,
/// at most one value of r_i fits an error d_i that is not zero: the group has a prime order above 2^128. That is one
/// chance in 2^128 for each batch that somebody makes up. That keys and signatures are in their groups is checked by
/// the precompiles that multiply them.
contract DepositVerifier is IDepositVerifier {
    /// @dev Sizes of points, of a pair, and of a point with its coefficient, as EIP-2537 encodes them.
    uint256 private constant G1_SIZE = 0x80;
    uint256 private constant G2_SIZE = 0x100;
    uint256 private constant PAIR_SIZE = G1_SIZE + G2_SIZE;
    uint256 private constant G1_TERM_SIZE = G1_SIZE + 0x20;
    uint256 private constant G2_TERM_SIZE = G2_SIZE + 0x20;

    /// @dev The generator of G1, negated, as EIP-2537 encodes it.
    uint256 private constant NEGATED_G1_X_HI = 0x17f1d3a73197d7942695638c4fa9ac0f;
    uint256 private constant NEGATED_G1_X_LO = 0xc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb;
    uint256 private constant NEGATED_G1_Y_HI = 0x114d1d6855d545a8aa7d76c8cf2e21f2;
    uint256 private constant NEGATED_G1_Y_LO = 0x67816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b939c2ca;

    /// @inheritdoc IDepositVerifier
    function verify(
        bytes calldata pubkey,
        bytes calldata signature,
        SignatureHint calldata hint,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) external view returns (bool) {
        _requireLengths(pubkey, signature, 1);

        uint256 pairs = Precompiles.allocate(2 * PAIR_SIZE);
        uint256 generator = pairs + PAIR_SIZE;
        if (!CompressedPoint.writePubkey(pairs, pubkey, 0, hint)) return false;
        if (!CompressedPoint.writeSignature(generator + G1_SIZE, signature, 0, hint)) return false;
        bytes32[] memory messages = DepositSignature.signingRoots(pubkey, withdrawalCredentials, amountGwei, domain);
        HashToG2.write(messages, pairs + G1_SIZE, PAIR_SIZE);
        _writeNegatedGenerator(generator);

        return _pairingIsOne(pairs, 2);
    }

    /// @inheritdoc IDepositVerifier
    function verifyBatch(
        bytes calldata pubkeys,
        bytes calldata signatures,
        SignatureHint[] calldata hints,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 domain
    ) external view returns (bool) {
        uint256 count = hints.length;
        _requireLengths(pubkeys, signatures, count);

        uint256 pairs = Precompiles.allocate((count + 1) * PAIR_SIZE);
        uint256 terms = Precompiles.allocate(count * G2_TERM_SIZE);
        uint256 keyTerm = Precompiles.allocate(G1_TERM_SIZE);
        bytes32 seed = keccak256(msg.data);
        for (uint256 i = 0; i < count; ++i) {
            SignatureHint calldata hint = hints[i];
            // Safe: places in calldata and in memory that exist are far from overflowing.
            unchecked {
                uint256 term = terms + i * G2_TERM_SIZE;
                if (!CompressedPoint.writePubkey(keyTerm, pubkeys, i, hint)) return false;
                if (!CompressedPoint.writeSignature(term, signatures, i, hint)) return false;
                uint256 coefficient = uint128(uint256(Hashes.efficientKeccak256(seed, bytes32(i))));

                _store(term + G2_SIZE, coefficient);
                _store(keyTerm + G1_SIZE, coefficient);
                Precompiles.run(Precompiles.BLS12_G1MSM, keyTerm, G1_TERM_SIZE, pairs + i * PAIR_SIZE, G1_SIZE);
            }
        }
        bytes32[] memory messages = DepositSignature.signingRoots(pubkeys, withdrawalCredentials, amountGwei, domain);
        HashToG2.write(messages, pairs + G1_SIZE, PAIR_SIZE);
        uint256 generator = pairs + count * PAIR_SIZE;
        _writeNegatedGenerator(generator);
        Precompiles.run(Precompiles.BLS12_G2MSM, terms, count * G2_TERM_SIZE, generator + G1_SIZE, G2_SIZE);

        return _pairingIsOne(pairs, count + 1);
    }

    function _requireLengths(bytes calldata pubkeys, bytes calldata signatures, uint256 count) private pure {
        require(
            count != 0 && pubkeys.length == count * PUBKEY_LENGTH && signatures.length == count * SIGNATURE_LENGTH,
            ListsMismatch(pubkeys.length, signatures.length, count)
        );
    }

    function _writeNegatedGenerator(uint256 output) private pure {
        _store(output, NEGATED_G1_X_HI);
        _store(output + 0x20, NEGATED_G1_X_LO);
        _store(output + 0x40, NEGATED_G1_Y_HI);
        _store(output + 0x60, NEGATED_G1_Y_LO);
    }

    /// @dev Uses the pairs up.
    function _pairingIsOne(uint256 pairs, uint256 count) private view returns (bool isOne) {
        Precompiles.run(Precompiles.BLS12_PAIRING_CHECK, pairs, count * PAIR_SIZE, pairs, 0x20);

        // Safe: reads what the precompile has answered.
        assembly ("memory-safe") {
            isOne := mload(pairs)
        }
    }

    /// @dev Safe: all callers write into memory that they have allocated.
    function _store(uint256 pointer, uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(pointer, word)
        }
    }
}
