// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IEthStake} from "../interfaces/IEthStake.sol";

/// @title CoverFund
/// @notice Holds ethSTAKE that bears losses before the stakers do.
contract CoverFund {
    constructor(IEthStake token, address pool) {
        token.approve(pool, type(uint256).max);
    }
}
