// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KeyBatch, chainEnd, fold, pack} from "../../../contracts/types/KeyBatch.sol";

/// @dev Makes the free functions of the user type callable.
contract KeyBatchHarness {
    function packed(bytes26 commitment, uint40 submittedAt, uint8 remaining) external pure returns (KeyBatch) {
        return pack(commitment, submittedAt, remaining);
    }

    function unpacked(KeyBatch batch) external pure returns (bytes26, uint40, uint8) {
        return (batch.commitment(), batch.submittedAt(), batch.remaining());
    }

    function open(
        KeyBatch batch,
        uint256 operatorId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail
    ) external pure returns (KeyBatch) {
        return batch.open(operatorId, pubkeys, signatures, tail);
    }

    function folded(
        uint256 operatorId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail
    ) external pure returns (bytes26) {
        return fold(operatorId, pubkeys, signatures, tail);
    }

    function endOfChain(uint256 operatorId) external pure returns (bytes26) {
        return chainEnd(operatorId);
    }
}
