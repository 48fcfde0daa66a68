// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {QueueMath} from "../libraries/QueueMath.sol";

using {sharesEnd, etherEnd, eligibleAt, has, withFlag, withoutFlag} for TapeEntry global;

/// @notice A withdrawal request on the queue's tape, in one storage slot:
/// cumulative shares (96 bits), cumulative ether at the requests' rates (96 bits), eligibility time (40 bits), flags (24).
type TapeEntry is uint256;

// A flag says that there is something to read elsewhere: an ordinary ticket, which has none, reads nothing else.
/// @dev A part is paid: `paidUntil` says how far.
uint256 constant TAPE_PARTLY_PAID = 1 << 232;
/// @dev The owner named a receiver: `claimReceivers` has it.
uint256 constant TAPE_HAS_RECEIVER = 1 << 233;
/// @dev The ticket is approved for somebody, or was.
uint256 constant TAPE_APPROVED = 1 << 234;

/// @notice Packs a request without flags.
function packTapeEntry(uint96 sharesEnd_, uint96 etherEnd_, uint40 eligibleAt_) pure returns (TapeEntry) {
    return TapeEntry.wrap((uint256(eligibleAt_) << 192) | (uint256(etherEnd_) << 96) | sharesEnd_);
}

/// @notice Tape position at which the request ends, in shares.
function sharesEnd(TapeEntry self) pure returns (uint96) {
    return uint96(TapeEntry.unwrap(self));
}

/// @notice Sum of the requests' ether up to and with this one, in wei.
function etherEnd(TapeEntry self) pure returns (uint96) {
    return uint96(TapeEntry.unwrap(self) >> 96);
}

/// @notice Earliest cut-off that may finalise the request, in seconds.
function eligibleAt(TapeEntry self) pure returns (uint40) {
    return uint40(TapeEntry.unwrap(self) >> 192);
}

/// @notice Whether a flag is set, or one of several.
function has(TapeEntry self, uint256 flag) pure returns (bool) {
    return TapeEntry.unwrap(self) & flag != 0;
}

/// @notice The entry with a flag set.
function withFlag(TapeEntry self, uint256 flag) pure returns (TapeEntry) {
    return TapeEntry.wrap(TapeEntry.unwrap(self) | flag);
}

/// @notice The entry with a flag cleared, or several.
function withoutFlag(TapeEntry self, uint256 flag) pure returns (TapeEntry) {
    return TapeEntry.wrap(TapeEntry.unwrap(self) & ~flag);
}

/// @notice Ether up to a tape position inside a request, in wei, rounded down: whole requests before it, and the part of
/// this one that lies before the position.
/// @param before The request before.
/// @param entry The request in which the position lies.
/// @param position Tape position, in shares.
function etherAt(TapeEntry before, TapeEntry entry, uint256 position) pure returns (uint256) {
    uint256 start = before.sharesEnd();
    // Of whole requests, which are the usual ones, nothing must be divided.
    if (position == start) return before.etherEnd();
    if (position == entry.sharesEnd()) return entry.etherEnd();
    uint256 ownWei = entry.etherEnd() - before.etherEnd();
    return before.etherEnd() + QueueMath.partDown(ownWei, position - start, entry.sharesEnd() - start);
}

/// @notice Tape position inside a request up to which ether pays for the requests, rounded down: `etherAt` there is at
/// most that ether. At most the request's end, and at least its beginning.
/// @param before The request before.
/// @param entry The request in which the position lies.
/// @param etherUpTo Ether, as the sum of the requests' ether from the beginning of the tape, in wei.
function sharesAt(TapeEntry before, TapeEntry entry, uint256 etherUpTo) pure returns (uint256) {
    (uint256 start, uint256 end) = (before.sharesEnd(), entry.sharesEnd());
    if (etherUpTo <= before.etherEnd()) return start;
    if (etherUpTo >= entry.etherEnd()) return end;
    uint256 ownWei = entry.etherEnd() - before.etherEnd();
    return start + QueueMath.partPaidDown(etherUpTo - before.etherEnd(), end - start, ownWei);
}
