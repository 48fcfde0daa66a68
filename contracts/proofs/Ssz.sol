// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PrecompileFailed, Precompiles} from "../libraries/Precompiles.sol";
import {BeaconBlockHeader} from "../types/BeaconTypes.sol";
import {PUBKEY_LENGTH, SIGNATURE_LENGTH} from "../types/DepositTypes.sol";
import {toLittleEndian} from "../types/LittleEndian.sol";
import {RECORD_LENGTH} from "../types/ValidatorRecords.sol";

/// @title SSZ: hash tree roots of the few containers that the protocol reads, and Merkle branches
/// @dev https://github.com/ethereum/consensus-specs/blob/master/ssz/simple-serialize.md#merkleization
library Ssz {
    /// @notice A byte vector has the wrong length.
    error WrongLength(uint256 got, uint256 want);

    // ── Containers ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Root of a beacon block header: the root of its block.
    function headerRoot(BeaconBlockHeader calldata header) internal view returns (bytes32) {
        bytes32[8] memory leaves; // 5 fields, padded
        leaves[0] = littleEndian(header.slot);
        leaves[1] = littleEndian(header.proposerIndex);
        leaves[2] = header.parentRoot;
        leaves[3] = header.stateRoot;
        leaves[4] = header.bodyRoot;

        return _merkleize(leaves);
    }

    /// @notice Roots of a validator's packed record (see {ValidatorRecords}), and of the public key in it.
    function validatorRoot(bytes calldata record) internal view returns (bytes32 root, bytes32 keyRoot) {
        require(record.length == RECORD_LENGTH, WrongLength(record.length, RECORD_LENGTH));
        bytes32[8] memory leaves;

        // Safe: reads the record, whose length was checked, and writes the eight words. Fields are padded with zeros on
        // the right, so the bytes of what follows them are cut off. Pays: Solidity checks the bounds of each slice.
        assembly ("memory-safe") {
            function field(place, bits) -> chunk {
                let padding := sub(256, bits)
                chunk := shl(padding, shr(padding, calldataload(place)))
            }

            let at := record.offset
            mstore(leaves, field(add(at, 37), 128)) // the second chunk of pubkey
            mstore(add(leaves, 0x20), calldataload(add(at, 53))) // withdrawal_credentials
            mstore(add(leaves, 0x40), field(add(at, 85), 64)) // effective_balance
            mstore(add(leaves, 0x60), field(add(at, 93), 8)) // slashed
            mstore(add(leaves, 0x80), field(add(at, 94), 64)) // activation_eligibility_epoch
            mstore(add(leaves, 0xa0), field(add(at, 102), 64)) // activation_epoch
            mstore(add(leaves, 0xc0), field(add(at, 110), 64)) // exit_epoch
            mstore(add(leaves, 0xe0), field(add(at, 118), 64)) // withdrawable_epoch
        }
        keyRoot = hash(bytes32(record[5:37]), leaves[0]);
        leaves[0] = keyRoot;

        root = _merkleize(leaves);
    }

    /// @notice Root of DepositData: what the deposit contract wants to be told.
    /// @param amountGwei Amount of the deposit, in Gwei.
    function depositDataRoot(
        bytes calldata pubkey,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes calldata signature
    ) internal view returns (bytes32) {
        return depositDataRoot(pubkeyRoot(pubkey), withdrawalCredentials, amountGwei, signatureRoot(signature));
    }

    /// @notice Root of DepositData out of the roots of its public key and signature.
    /// @param amountGwei Amount of the deposit, in Gwei.
    function depositDataRoot(
        bytes32 pubkeyRoot_,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes32 signatureRoot_
    ) internal view returns (bytes32) {
        bytes32 left = hash(pubkeyRoot_, withdrawalCredentials);
        bytes32 right = hash(littleEndian(amountGwei), signatureRoot_);

        return hash(left, right);
    }

    // ── Values ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Root of a public key: the key under which the protocol files a validator.
    function pubkeyRoot(bytes calldata pubkey) internal view returns (bytes32) {
        require(pubkey.length == PUBKEY_LENGTH, WrongLength(pubkey.length, PUBKEY_LENGTH));

        return hash(bytes32(pubkey[:32]), bytes32(pubkey[32:]));
    }

    /// @notice Root of a signature.
    function signatureRoot(bytes calldata signature) internal view returns (bytes32) {
        require(signature.length == SIGNATURE_LENGTH, WrongLength(signature.length, SIGNATURE_LENGTH));

        bytes32 left = hash(bytes32(signature[:32]), bytes32(signature[32:64]));
        bytes32 right = hash(bytes32(signature[64:]), 0);

        return hash(left, right);
    }

    /// @notice The chunk of a uint64: 8 little-endian bytes, then zeros.
    function littleEndian(uint64 value) internal pure returns (bytes32) {
        return bytes32(toLittleEndian(value));
    }

    // ── Trees ───────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The root that a branch leads to. Whether the branch has the right length for `gindex` is for the caller
    /// to check.
    /// @param leaf The node that is proven.
    /// @param branch Its siblings, leaf first.
    /// @param gindex Generalised index of the leaf.
    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) internal view returns (bytes32 root) {
        bool success = true;

        // Safe: writes scratch space (0x00 to 0x3f) only, reads the branch, whose bounds Solidity has checked. Pays:
        // the built-in sha256 copies its input to fresh memory for every call, and there are 47 of them. Each answer is
        // written to where the next hash wants it.
        assembly ("memory-safe") {
            let place := shl(5, and(gindex, 1)) // an odd node is a right child
            mstore(place, leaf)
            let end := add(branch.offset, shl(5, branch.length))
            for {
                let sibling := branch.offset
            } lt(sibling, end) {
                sibling := add(sibling, 0x20)
            } {
                mstore(xor(place, 0x20), calldataload(sibling))
                gindex := shr(1, gindex)
                place := shl(5, and(gindex, 1))
                success := and(success, staticcall(gas(), 0x02, 0x00, 0x40, place, 0x20))
            }
            root := mload(place)
        }

        require(success, PrecompileFailed(Precompiles.SHA256));
    }

    /// @notice Parent of two nodes.
    function hash(bytes32 left, bytes32 right) internal view returns (bytes32 parent) {
        bool success;

        // Safe: writes scratch space (0x00 to 0x3f) only. Pays: as in `branchRoot`.
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            success := staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20)
            parent := mload(0x00)
        }

        require(success, PrecompileFailed(Precompiles.SHA256));
    }

    /// @dev Root of eight leaves. Uses them up.
    function _merkleize(bytes32[8] memory leaves) private view returns (bytes32 root) {
        bool success = true;

        // Safe: stays within the eight words. Each level is written over the first half of the one below, and a parent
        // never before both its children were read. Pays: as in `branchRoot`.
        assembly ("memory-safe") {
            for {
                let size := 0x100
            } gt(size, 0x20) {
                size := shr(1, size)
            } {
                for {
                    let pair := 0
                } lt(pair, size) {
                    pair := add(pair, 0x40)
                } {
                    let parent := add(leaves, shr(1, pair))
                    success := and(success, staticcall(gas(), 0x02, add(leaves, pair), 0x40, parent, 0x20))
                }
            }
            root := mload(leaves)
        }

        require(success, PrecompileFailed(Precompiles.SHA256));
    }
}
