// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The deposit contract of the chain
/// @dev https://github.com/ethereum/consensus-specs/blob/master/solidity_deposit_contract/deposit_contract.sol
interface IDepositContract {
    /// @notice Deposits ether for a validator.
    function deposit(
        bytes calldata pubkey,
        bytes calldata withdrawalCredentials,
        bytes calldata signature,
        bytes32 depositDataRoot
    ) external payable;
}
