// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEthStake} from "../interfaces/IEthStake.sol";

/// @title CoverFund
/// @notice Shares that stand in for losses which an operator's bond does not cover. Anyone adds to it by a plain transfer
/// of ethSTAKE; debts of operators are paid into it. Nothing but the pool ever takes out of it, and only by burning.
contract CoverFund {
    /// @notice The shares that it holds.
    IEthStake public immutable TOKEN;

    /// @param pool The StakingPool, whose `burnCover` burns what a settlement takes.
    constructor(IEthStake token, address pool) {
        TOKEN = token;
        token.approve(pool, type(uint256).max);
    }
}
