// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What both vaults share: ether arrives by itself and leaves to the pool
interface IVault {
    /// @notice The caller is not the contract of the protocol that this function is for.
    error NotProtocol(address caller);

    /// @notice Sends ether to the pool. Only the StakingPool, within a settlement; RewardDistribution keeps the sum.
    function collect(uint256 amountWei) external;
}

/// @title WithdrawalVault: target of the withdrawal credentials
interface IWithdrawalVault is IVault {
    /// @notice Fee of one request now, in wei (EIP-7002).
    function withdrawalRequestFeeWei() external view returns (uint256);

    /// @notice Sends one EIP-7002 request. Only the ValidatorManager; the value is the fee.
    /// @param pubkey 48 bytes.
    /// @param amountGwei Zero for a full exit.
    function requestWithdrawal(bytes calldata pubkey, uint64 amountGwei) external payable;

    /// @notice Fee of one consolidation request now, in wei (EIP-7251).
    function consolidationRequestFeeWei() external view returns (uint256);

    /// @notice Sends one EIP-7251 request. Only the ValidatorManager; the value is the fee.
    /// @param sourcePubkey 48 bytes; its ether moves.
    /// @param targetPubkey 48 bytes; it gets the ether.
    function requestConsolidation(bytes calldata sourcePubkey, bytes calldata targetPubkey) external payable;
}
