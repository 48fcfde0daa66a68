// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {fromLittleEndian} from "./LittleEndian.sol";

/// @dev Bytes of a packed record.
uint256 constant RECORD_LENGTH = 126;

/// @title The records of validators as a multiproof carries them
/// @notice A record is the validator's index and, behind it, the bytes that stand in the beacon state:
///
///     0      5        53                      85                  93      94
///     ├ index ┼ pubkey ┼ withdrawalCredentials ┼ effectiveBalance ┼ slashed ┤
///     94                         102             110       118                126
///     ├ activationEligibilityEpoch ┼ activationEpoch ┼ exitEpoch ┼ withdrawableEpoch ┤
///
/// The index is big-endian; the other numbers are little-endian, as SSZ writes them.
/// https://github.com/ethereum/consensus-specs/blob/master/specs/phase0/beacon-chain.md#validator
/// @dev Nothing in a record is true before {IBeaconProofs.verifyValidators} has answered for it.
library ValidatorRecords {
    /// @notice The list has no such record.
    error NoSuchRecord(uint256 i, uint256 count);

    /// @notice How many records there are.
    function count(bytes calldata records) internal pure returns (uint256) {
        return records.length / RECORD_LENGTH;
    }

    /// @notice The i-th record.
    function at(bytes calldata records, uint256 i) internal pure returns (bytes calldata record) {
        require(i < count(records), NoSuchRecord(i, count(records)));
        // Safe: the record is within the list. Pays: Solidity checks the bounds of a slice twice, and its offsets for
        // overflow.
        assembly ("memory-safe") {
            record.offset := add(records.offset, mul(i, RECORD_LENGTH))
            record.length := RECORD_LENGTH
        }
    }

    /// @notice Position in `BeaconState.validators`.
    function index(bytes calldata record) internal pure returns (uint40) {
        return uint40(bytes5(record));
    }

    /// @notice The 48 bytes of the public key.
    function pubkey(bytes calldata record) internal pure returns (bytes calldata) {
        return record[5:53];
    }

    /// @notice Withdrawal credentials.
    function withdrawalCredentials(bytes calldata record) internal pure returns (bytes32) {
        return bytes32(record[53:85]);
    }

    /// @notice Effective balance, in Gwei.
    function effectiveBalanceGwei(bytes calldata record) internal pure returns (uint64) {
        return fromLittleEndian(bytes8(record[85:93]));
    }

    /// @notice True once the validator was slashed.
    function slashed(bytes calldata record) internal pure returns (bool) {
        return record[93] != 0;
    }

    /// @notice Epoch at which it becomes or became active.
    function activationEpoch(bytes calldata record) internal pure returns (uint64) {
        return fromLittleEndian(bytes8(record[102:110]));
    }

    /// @notice Epoch at which it leaves; `type(uint64).max` when no exit was begun.
    function exitEpoch(bytes calldata record) internal pure returns (uint64) {
        return fromLittleEndian(bytes8(record[110:118]));
    }

    /// @notice Epoch from which its balance is paid out; `type(uint64).max` when no exit was begun.
    function withdrawableEpoch(bytes calldata record) internal pure returns (uint64) {
        return fromLittleEndian(bytes8(record[118:126]));
    }
}
