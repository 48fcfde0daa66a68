// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

using {sharesEnd, etherEnd, eligibleAt} for TapeEntry global;

/// @notice A withdrawal request on the queue's tape, in one storage slot:
/// cumulative shares (96 bits), cumulative ether at the requests' rates (96 bits), eligibility time (40 bits).
type TapeEntry is uint256;

/// @notice Packs a request.
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

/// @notice Ether up to a tape position inside a request, in wei, rounded down: whole requests before it, and the part of
/// this one that lies before the position.
/// @param before The request before.
/// @param entry The request in which the position lies.
/// @param position Tape position, in shares.
function etherAt(TapeEntry before, TapeEntry entry, uint256 position) pure returns (uint256) {
    uint256 from = before.sharesEnd();
    uint256 part = uint256(entry.etherEnd() - before.etherEnd()) * (position - from);
    return before.etherEnd() + part / (entry.sharesEnd() - from);
}
