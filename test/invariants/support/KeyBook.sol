// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignatureHint} from "../../../contracts/types/DepositTypes.sol";
import {DepositKeys} from "./DepositKeys.sol";

/// @title Who owns which key, and how operators commit to them
/// @notice Operators are numbered from 1 and own four keys each; each of their batches holds two of these, in turns, so
/// that later batches hold keys that are known already.
library KeyBook {
    uint256 internal constant OPERATORS = 2;
    uint256 internal constant KEYS_OF_OPERATOR = DepositKeys.COUNT / OPERATORS;
    uint256 internal constant BATCH_SIZE = 2;

    /// @notice 48 bytes.
    function pubkey(uint256 key) internal pure returns (bytes memory) {
        return _slice(DepositKeys.packed(key), 0, 48);
    }

    /// @notice 96 bytes.
    function signature(uint256 key) internal pure returns (bytes memory) {
        return _slice(DepositKeys.packed(key), 48, 96);
    }

    /// @notice The Y coordinates that the compressed encodings leave out.
    function hint(uint256 key) internal pure returns (SignatureHint memory) {
        return abi.decode(_slice(DepositKeys.packed(key), 144, 192), (SignatureHint));
    }

    /// @notice SSZ root of the public key.
    function root(uint256 key) internal pure returns (bytes32) {
        return rootOf(pubkey(key));
    }

    /// @notice SSZ root of a public key.
    function rootOf(bytes memory pubkey_) internal pure returns (bytes32) {
        return sha256(bytes.concat(pubkey_, bytes16(0)));
    }

    function operatorOf(uint256 key) internal pure returns (uint32) {
        return uint32(key / KEYS_OF_OPERATOR + 1);
    }

    /// @notice The key at a place of a batch.
    function keyAt(uint32 operatorId, uint32 batchId, uint256 place) internal pure returns (uint256) {
        uint256 first = (uint256(operatorId) - 1) * KEYS_OF_OPERATOR;
        return first + ((uint256(batchId) * BATCH_SIZE + place) % KEYS_OF_OPERATOR);
    }

    /// @notice What a batch commits to from a place on: see contracts/types/KeyBatch.sol.
    function tail(uint32 operatorId, uint32 batchId, uint256 place) internal pure returns (bytes26) {
        if (place == BATCH_SIZE) return bytes26(keccak256(abi.encode(uint256(operatorId))));
        uint256 key = keyAt(operatorId, batchId, place);
        bytes26 rest = tail(operatorId, batchId, place + 1);
        return bytes26(keccak256(abi.encodePacked(uint256(operatorId), pubkey(key), signature(key), rest)));
    }

    function _slice(bytes memory data, uint256 from, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        assembly ("memory-safe") {
            mcopy(add(part, 0x20), add(add(data, 0x20), from), length)
        }
    }
}
