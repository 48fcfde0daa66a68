// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {KeyBatch, pack} from "../types/KeyBatch.sol";

/// @title The key batches of one operator
/// @notice Each is one slot. Its number is the operator's choice: a counter would be a second slot to write.
library KeyBatches {
    uint256 private constant MAX_KEYS = 32;

    /// @notice Commits to a batch under a number that is not used yet.
    function submit(
        mapping(uint32 batchId => KeyBatch) storage batches,
        uint32 operatorId,
        uint32 batchId,
        bytes26 commitment,
        uint8 count
    ) internal {
        require(count != 0 && count <= MAX_KEYS, IOperatorRegistry.BatchSize(count));
        // A batch that was opened to its end keeps the time of its submission, so its number stays taken.
        require(batches[batchId].submittedAt() == 0, IOperatorRegistry.BatchExists(operatorId, batchId));

        batches[batchId] = pack(commitment, uint40(block.timestamp), count);

        emit IOperatorRegistry.KeyBatchSubmitted(operatorId, batchId, commitment, count);
    }

    /// @notice Opens the next keys of a batch that is old enough.
    /// @param tail What the chain commits to after them.
    function reveal(
        mapping(uint32 batchId => KeyBatch) storage batches,
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail,
        uint32 minAgeSeconds
    ) internal {
        KeyBatch batch = batches[batchId];
        require(batch.submittedAt() != 0, IOperatorRegistry.UnknownBatch(operatorId, batchId));
        uint64 usableAt = uint64(batch.submittedAt()) + minAgeSeconds;
        require(block.timestamp >= usableAt, IOperatorRegistry.BatchTooYoung(operatorId, batchId, usableAt));
        KeyBatch rest = batch.open(operatorId, pubkeys, signatures, tail);

        batches[batchId] = rest;

        uint8 left = rest.remaining();
        emit IOperatorRegistry.KeysRevealed(operatorId, batchId, batch.remaining() - left, left);
    }

    /// @notice Number of batches before the first number that is not used.
    function countUp(mapping(uint32 batchId => KeyBatch) storage batches) internal view returns (uint32 count) {
        while (batches[count].submittedAt() != 0) ++count;
    }
}
