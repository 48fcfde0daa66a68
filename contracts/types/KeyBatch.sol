// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PUBKEY_LENGTH, SIGNATURE_LENGTH} from "./DepositTypes.sol";

/// @notice What is still unrevealed of a key batch, in one storage slot:
/// bytes26 commitment | uint40 submittedAt (seconds) | uint8 remaining (keys).
///
/// @dev The commitment is a hash chain, so that a batch can be opened a few keys at a time:
///
///     tail(n) = bytes26(keccak256(abi.encode(uint256 operatorId)))
///     tail(i) = bytes26(keccak256(abi.encodePacked(uint256 operatorId, pubkey(i), signature(i), tail(i + 1))))
///     commitment = tail(0)
///
///     commitment ── tail(1) ── tail(2) ── … ── tail(n)
///         │           │           │
///       key 0       key 1       key 2
///
/// Whoever reveals keys 0 to m - 1 shows them and tail(m), which becomes the commitment of the rest.
/// The operator's number is in every link and not only in the last one: commitments are public, so another operator
/// could submit a copy, wait until it is old enough, and open it with the keys that the owner reveals.
/// 26 bytes are 208 bits: 2^104 work for a collision, which would only give an operator two batches of its own.
type KeyBatch is bytes32;

using {commitment, submittedAt, remaining, open} for KeyBatch global;

/// @notice No keys, or lists of keys and signatures that do not belong together, in bytes.
error KeyListMismatch(uint256 pubkeyBytes, uint256 signatureBytes);
/// @notice More keys are revealed than the batch still holds.
error TooManyKeys(uint256 got, uint256 want);
/// @notice The revealed keys do not open the commitment.
error CommitmentMismatch(bytes26 got, bytes26 want);

// ── Slot ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// @notice A batch of `remaining_` unrevealed keys.
function pack(bytes26 commitment_, uint40 submittedAt_, uint8 remaining_) pure returns (KeyBatch) {
    return KeyBatch.wrap(bytes32(commitment_) | bytes32((uint256(submittedAt_) << 8) | remaining_));
}

/// @notice Hash chain over the remaining keys.
function commitment(KeyBatch self) pure returns (bytes26) {
    return bytes26(KeyBatch.unwrap(self));
}

/// @notice When the batch was submitted, in seconds.
function submittedAt(KeyBatch self) pure returns (uint40) {
    return uint40(uint256(KeyBatch.unwrap(self)) >> 8);
}

/// @notice Keys not yet revealed.
function remaining(KeyBatch self) pure returns (uint8) {
    return uint8(uint256(KeyBatch.unwrap(self)));
}

// ── Chain ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// @notice Opens the next keys of a batch. Reverts unless they are what the operator committed to.
/// @param operatorId Whose batch it is.
/// @param pubkeys 48 bytes each, one after the other, in the order of the batch.
/// @param signatures 96 bytes each.
/// @param tail What the batch commits to after these keys; the end of the chain when they are the last.
/// @return rest The batch without them.
function open(
    KeyBatch self,
    uint256 operatorId,
    bytes calldata pubkeys,
    bytes calldata signatures,
    bytes26 tail
) pure returns (KeyBatch rest) {
    uint256 count = pubkeys.length / PUBKEY_LENGTH;
    uint256 available = self.remaining();
    require(count <= available, TooManyKeys(count, available));
    if (count == available) {
        bytes26 end = chainEnd(operatorId);
        require(tail == end, CommitmentMismatch(tail, end));
    }
    bytes26 head = fold(operatorId, pubkeys, signatures, tail);
    require(head == self.commitment(), CommitmentMismatch(head, self.commitment()));

    return pack(tail, self.submittedAt(), uint8(available - count));
}

/// @notice The commitment that these keys and the tail behind them open.
/// @param operatorId Whose keys they are.
/// @param pubkeys 48 bytes each, at least one.
/// @param signatures 96 bytes each.
/// @param tail Commitment behind the last of them.
function fold(
    uint256 operatorId,
    bytes calldata pubkeys,
    bytes calldata signatures,
    bytes26 tail
) pure returns (bytes26 head) {
    uint256 count = pubkeys.length / PUBKEY_LENGTH;
    require(
        count > 0 && pubkeys.length == count * PUBKEY_LENGTH && signatures.length == count * SIGNATURE_LENGTH,
        KeyListMismatch(pubkeys.length, signatures.length)
    );

    head = tail;
    for (uint256 i = count; i > 0; --i) {
        bytes calldata pubkey = pubkeys[(i - 1) * PUBKEY_LENGTH:i * PUBKEY_LENGTH];
        bytes calldata signature = signatures[(i - 1) * SIGNATURE_LENGTH:i * SIGNATURE_LENGTH];
        head = bytes26(keccak256(abi.encodePacked(operatorId, pubkey, signature, head)));
    }
}

/// @notice The end of every chain of an operator.
function chainEnd(uint256 operatorId) pure returns (bytes26) {
    return bytes26(keccak256(abi.encode(operatorId)));
}
