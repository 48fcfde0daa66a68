// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStakingPool} from "../interfaces/IStakingPool.sol";
import {IVault} from "../interfaces/IVaults.sol";

/// @title ExecutionRewardsVault
/// @notice Fee recipient of every validator: tips and MEV gather here until a settlement takes them to the pool.
contract ExecutionRewardsVault is IVault {
    /// @notice Where the ether goes.
    IStakingPool public immutable POOL;

    constructor(IStakingPool pool) {
        POOL = pool;
    }

    /// @notice Tips come with blocks; builders pay by transfer.
    receive() external payable {}

    /// @inheritdoc IVault
    function collect(uint256 amountWei) external {
        require(msg.sender == address(POOL), NotProtocol(msg.sender));

        POOL.receiveEther{value: amountWei}();
    }
}
