// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1363Receiver} from "@openzeppelin/contracts/interfaces/IERC1363Receiver.sol";
import {IERC1363Spender} from "@openzeppelin/contracts/interfaces/IERC1363Spender.sol";

/// @dev Receiver and spender of ERC-1363 that says what it was told, and answers what the test wants.
contract TokenHooks is IERC1363Receiver, IERC1363Spender {
    event TransferReceived(address operator, address from, uint256 value, bytes data);
    event ApprovalReceived(address owner, uint256 value, bytes data);

    error Unwilling();

    bool private _wrong;
    bool private _unwilling;

    function setAnswer(bool wrong, bool unwilling) external {
        (_wrong, _unwilling) = (wrong, unwilling);
    }

    function onTransferReceived(
        address operator,
        address from,
        uint256 value,
        bytes calldata data
    ) external returns (bytes4) {
        emit TransferReceived(operator, from, value, data);
        return _answer(IERC1363Receiver.onTransferReceived.selector);
    }

    function onApprovalReceived(address owner, uint256 value, bytes calldata data) external returns (bytes4) {
        emit ApprovalReceived(owner, value, data);
        return _answer(IERC1363Spender.onApprovalReceived.selector);
    }

    function _answer(bytes4 right) private view returns (bytes4) {
        if (_unwilling) revert Unwilling();
        return _wrong ? bytes4(0) : right;
    }
}
