// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC1363} from "@openzeppelin/contracts/interfaces/IERC1363.sol";

/// @title EthStake, the ethSTAKE share
/// @notice One unit is one share of the pool. Balances never rebase; the price of a share moves.
/// `transferAndCall` and `transferFromAndCall` to the StakingPool burn the shares and ask for their ether; a plain
/// transfer to the StakingPool or to the token itself reverts.
interface IEthStake is IERC20Metadata, IERC20Permit, IERC1363 {
    /// @notice The caller is not the StakingPool.
    error NotPool(address caller);

    /// @notice Creates shares. Only the StakingPool.
    /// @param receiver Who gets them.
    /// @param shares How many, in 1e-18 shares.
    function mint(address receiver, uint256 shares) external;

    /// @notice Destroys shares of a holder, who has given the StakingPool an allowance for them, which this spends. Only
    /// the StakingPool.
    /// @param holder Whose shares.
    /// @param shares How many, in 1e-18 shares.
    function burnFrom(address holder, uint256 shares) external;
}
