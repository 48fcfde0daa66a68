// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

import {IEthStake} from "../interfaces/IEthStake.sol";
import {IRebasingEthStake} from "../interfaces/IRebasingEthStake.sol";
import {IStakingPoolReader} from "../interfaces/IStakingPool.sol";

/// @title RebasingEthStake
/// @notice See {IRebasingEthStake}. No proxy and no owner. Books are kept in shares alone and an amount becomes shares once, so
/// rounding can neither make nor lose a share.
contract RebasingEthStake is IRebasingEthStake, ERC20Permit {
    /// @notice What is inside.
    IEthStake public immutable TOKEN;
    /// @notice Where the rate comes from.
    IStakingPoolReader public immutable POOL;

    /// @inheritdoc IRebasingEthStake
    uint256 public totalShares;
    /// @inheritdoc IRebasingEthStake
    mapping(address account => uint256) public sharesOf;

    constructor(
        IEthStake token,
        IStakingPoolReader pool
    ) ERC20("Rebasing ethSTAKE", "rbSTAKE") ERC20Permit("Rebasing ethSTAKE") {
        TOKEN = token;
        POOL = pool;
    }

    // ---------------------------------------------------------------- Wrap

    /// @inheritdoc IRebasingEthStake
    function wrap(uint256 shares) external returns (uint256 amountWei) {
        amountWei = POOL.convertToAssets(shares);
        _move(address(0), msg.sender, shares, amountWei);
        TOKEN.transferFrom(msg.sender, address(this), shares);
    }

    /// @inheritdoc IRebasingEthStake
    function unwrap(uint256 amountWei) external returns (uint256 shares) {
        shares = POOL.convertToShares(amountWei);
        _move(msg.sender, address(0), shares, amountWei);
        TOKEN.transfer(msg.sender, shares);
    }

    /// @inheritdoc IRebasingEthStake
    function unwrapShares(uint256 shares) external returns (uint256 amountWei) {
        amountWei = POOL.convertToAssets(shares);
        _move(msg.sender, address(0), shares, amountWei);
        TOKEN.transfer(msg.sender, shares);
    }

    // ---------------------------------------------------------------- Transfer

    /// @inheritdoc IRebasingEthStake
    function transferShares(address to, uint256 shares) external returns (uint256 amountWei) {
        require(to != address(0), ERC20InvalidReceiver(to));
        amountWei = POOL.convertToAssets(shares);
        _move(msg.sender, to, shares, amountWei);
    }

    /// @dev OpenZeppelin's transfers come here, after the allowance was spent.
    function _update(address from, address to, uint256 amountWei) internal override {
        _move(from, to, POOL.convertToShares(amountWei), amountWei);
    }

    /// @dev From or to nobody when shares come in or leave. `amountWei` is what the event says and what errors name.
    function _move(address from, address to, uint256 shares, uint256 amountWei) private {
        // Nobody could take them out again.
        require(to != address(this), ERC20InvalidReceiver(to));
        if (from == address(0)) {
            totalShares += shares;
        } else {
            uint256 held = sharesOf[from];
            require(shares <= held, ERC20InsufficientBalance(from, balanceOf(from), amountWei));
            sharesOf[from] = held - shares;
        }
        if (to == address(0)) totalShares -= shares;
        else sharesOf[to] += shares;

        emit Transfer(from, to, amountWei);
        emit TransferShares(from, to, shares);
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IERC20
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return POOL.convertToAssets(sharesOf[account]);
    }

    /// @inheritdoc IERC20
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return POOL.convertToAssets(totalShares);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc IERC20Metadata
    function name() public view override(ERC20, IERC20Metadata) returns (string memory) {
        return super.name();
    }

    /// @inheritdoc IERC20Metadata
    function symbol() public view override(ERC20, IERC20Metadata) returns (string memory) {
        return super.symbol();
    }

    /// @inheritdoc IERC20Metadata
    function decimals() public view override(ERC20, IERC20Metadata) returns (uint8) {
        return super.decimals();
    }
}
