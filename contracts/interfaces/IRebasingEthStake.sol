// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title RebasingEthStake: ethSTAKE whose balances grow
/// @notice One unit is one wei at the pool's rate, rounded down. Inside are shares of ethSTAKE, one for one: a balance moves
/// with every settlement, down as well as up, and no event tells it. An amount is turned into shares rounded down, so nobody
/// ever gives more than what was said; a receiver may find a wei less. Who wants exact amounts moves shares.
interface IRebasingEthStake is IERC20Metadata, IERC20Permit {
    /// @notice Shares changed hands; beside each `Transfer`, which tells the same in wei.
    event TransferShares(address indexed from, address indexed to, uint256 shares);

    /// @notice Shares of ethSTAKE that an account holds in here.
    function sharesOf(address account) external view returns (uint256 shares);

    /// @notice Shares of ethSTAKE in here that belong to somebody.
    function totalShares() external view returns (uint256 shares);

    /// @notice Takes ethSTAKE of the caller, who has given an allowance for it.
    /// @param shares How many, in 1e-18 shares.
    /// @return amountWei What they are worth now, in wei.
    function wrap(uint256 shares) external returns (uint256 amountWei);

    /// @notice Gives ethSTAKE back to the caller.
    /// @param amountWei How much, in wei at the present rate.
    /// @return shares What the caller gets, rounded down, and no more than leaves its balance.
    function unwrap(uint256 amountWei) external returns (uint256 shares);

    /// @notice Gives ethSTAKE back to the caller, to the last share.
    /// @param shares How many, in 1e-18 shares.
    /// @return amountWei What they are worth now, in wei.
    function unwrapShares(uint256 shares) external returns (uint256 amountWei);

    /// @notice Moves shares of the caller, exactly.
    /// @param to Who gets them.
    /// @param shares How many, in 1e-18 shares.
    /// @return amountWei What they are worth now, in wei.
    function transferShares(address to, uint256 shares) external returns (uint256 amountWei);
}
