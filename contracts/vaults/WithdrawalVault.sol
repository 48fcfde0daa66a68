// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {IVault, IWithdrawalVault} from "../interfaces/IVaults.sol";
import {ConsolidationRequests} from "../libraries/ConsolidationRequests.sol";
import {WithdrawalRequests} from "../libraries/WithdrawalRequests.sol";

/// @title WithdrawalVault
/// @notice Target of the withdrawal credentials of every validator. What the beacon chain pays out gathers here until a
/// settlement takes it to the pool. Being the target, it alone can ask for exits (EIP-7002)
/// and consolidations (EIP-7251).
contract WithdrawalVault is IWithdrawalVault {
    /// @notice Where the ether goes.
    IStakingPool public immutable POOL;
    /// @notice Who decides about exits and consolidations.
    address public immutable MANAGER;

    constructor(IStakingPool pool, address manager) {
        POOL = pool;
        MANAGER = manager;
    }

    // ---------------------------------------------------------------- Collect

    /// @inheritdoc IVault
    function collect(uint256 amountWei) external {
        require(msg.sender == address(POOL), NotProtocol(msg.sender));

        POOL.receiveEther{value: amountWei}();
    }

    // ---------------------------------------------------------------- Exit

    /// @inheritdoc IWithdrawalVault
    function withdrawalRequestFeeWei() external view returns (uint256) {
        return WithdrawalRequests.feeWei();
    }

    /// @inheritdoc IWithdrawalVault
    function requestWithdrawal(bytes calldata pubkey, uint64 amountGwei) external payable {
        require(msg.sender == MANAGER, NotProtocol(msg.sender));

        WithdrawalRequests.send(pubkey, amountGwei, msg.value);
    }

    // ---------------------------------------------------------------- Consolidate

    /// @inheritdoc IWithdrawalVault
    function consolidationRequestFeeWei() external view returns (uint256) {
        return ConsolidationRequests.feeWei();
    }

    /// @inheritdoc IWithdrawalVault
    function requestConsolidation(bytes calldata sourcePubkey, bytes calldata targetPubkey) external payable {
        require(msg.sender == MANAGER, NotProtocol(msg.sender));

        ConsolidationRequests.send(sourcePubkey, targetPubkey, msg.value);
    }
}
