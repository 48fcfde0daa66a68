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

    /// @notice The data.
    function read(address blob) internal view returns (bytes memory) {
        return blob.code;
    }
}
