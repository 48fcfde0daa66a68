// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";

/// @title Data that never changes, kept as the code of an account
/// @notice Reading it costs one account and a few gas a word, where storage costs a slot each.
library CodeBlob {
    /// @dev Init code that returns what stands after it: PUSH2 length, DUP1, PUSH1 10, 0, CODECOPY, 0, RETURN.
    bytes1 private constant PUSH2 = 0x61;
    bytes7 private constant COPY_AND_RETURN = 0x80600a3d393df3;

    /// @notice Creates an account with the data as its code.
    /// @param data Begins with a zero byte (as the encoding of an array does), so that nobody can run it.
    function write(bytes memory data) internal returns (address blob) {
        return Create2.deploy(0, 0, abi.encodePacked(PUSH2, uint16(data.length), COPY_AND_RETURN, data));
    }

    /// @notice Addresses that were written as `abi.encode(list)`.
    function readAddresses(address blob) internal view returns (address[] memory list) {
        // Safe: copies into memory of its own and moves the free memory pointer behind it. The encoding is an offset,
        // and then what a list is in memory: its length, its elements. Pays: decoding copies and checks each of them.
        assembly ("memory-safe") {
            let size := sub(extcodesize(blob), 0x20)
            list := mload(0x40)
            extcodecopy(blob, list, 0x20, size)
            mstore(0x40, add(list, size))
        }
    }
}
