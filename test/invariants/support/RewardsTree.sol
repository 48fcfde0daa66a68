// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {KeyBook} from "./KeyBook.sol";

/// @title The rewards tree of a report: two leaves, one half each
library RewardsTree {
    /// @notice Cumulative shares of an operator.
    function sharesOf(uint32 operatorId, uint256 totalShares) internal pure returns (uint256) {
        return operatorId == 1 ? totalShares / KeyBook.OPERATORS : totalShares - totalShares / KeyBook.OPERATORS;
    }

    function root(uint256 totalShares) internal pure returns (bytes32) {
        (bytes32 a, bytes32 b) = (_leaf(1, totalShares), _leaf(2, totalShares));
        return a < b ? keccak256(abi.encodePacked(a, b)) : keccak256(abi.encodePacked(b, a));
    }

    function proofOf(uint32 operatorId, uint256 totalShares) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = _leaf(operatorId == 1 ? 2 : 1, totalShares);
    }

    function _leaf(uint32 operatorId, uint256 totalShares) private pure returns (bytes32) {
        uint256 shares = sharesOf(operatorId, totalShares);
        return keccak256(bytes.concat(keccak256(abi.encode(uint256(operatorId), shares))));
    }
}
