// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {IAsyncRedeem, IERC7540Operator, IERC7540Redeem} from "../interfaces/IAsyncRedeem.sol";
import {IEthStake} from "../interfaces/IEthStake.sol";
import {IStakingPoolReader} from "../interfaces/IStakingPool.sol";
import {IWithdrawalQueue} from "../interfaces/IWithdrawalQueue.sol";
import {WithdrawalRequest} from "../types/QueueTypes.sol";

/// @title AsyncRedeem
/// @notice See {IAsyncRedeem}. No proxy and no owner; nothing in the protocol knows it. It remembers whose each ticket is, and
/// in which order, and never holds ether between two calls.
contract AsyncRedeem is IAsyncRedeem {
    /// @dev Stands for ether, as in ERC-7535.
    address private constant ETHER = 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;

    IEthStake private immutable TOKEN;
    IStakingPoolReader private immutable POOL;
    IWithdrawalQueue private immutable QUEUE;

    /// @dev Tickets of a controller in order; those before `first` are redeemed.
    struct Book {
        uint256 first;
        uint256[] requestIds;
    }

    mapping(address controller => Book) private _books;
    mapping(uint256 requestId => address) private _controllers;
    /// @inheritdoc IERC7540Operator
    mapping(address controller => mapping(address operator => bool)) public isOperator;

    constructor(IEthStake token, IStakingPoolReader pool, IWithdrawalQueue queue) {
        TOKEN = token;
        POOL = pool;
        QUEUE = queue;
    }

    /// @dev What claims pay.
    receive() external payable {
        require(msg.sender == address(QUEUE), NotQueue(msg.sender));
    }

    // ---------------------------------------------------------------- Request

    /// @inheritdoc IERC7540Redeem
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId) {
        _requireActsFor(owner);
        if (controller != owner) _requireActsFor(controller);

        // Burns the owner's shares; the ticket is ours.
        TOKEN.transferFromAndCall(owner, address(POOL), shares, abi.encode(address(this), 0));
        requestId = QUEUE.lastRequestId();

        _controllers[requestId] = controller;
        _books[controller].requestIds.push(requestId);

        emit RedeemRequest(controller, owner, requestId, msg.sender, shares);
    }

    /// @inheritdoc IERC7540Redeem
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        return _isOpen(requestId, controller) ? QUEUE.getRequest(requestId).pendingShares : 0;
    }

    /// @inheritdoc IERC7540Redeem
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256) {
        return _isOpen(requestId, controller) ? QUEUE.getRequest(requestId).claimableShares : 0;
    }

    function _isOpen(uint256 requestId, address controller) private view returns (bool) {
        return controller != address(0) && _controllers[requestId] == controller;
    }

    // ---------------------------------------------------------------- Redeem

    /// @inheritdoc IAsyncRedeem
    function redeem(uint256 shares, address receiver, address controller) external returns (uint256 assets) {
        _requireActsFor(controller);
        Book storage book = _books[controller];

        uint256 done;
        while (done < shares) {
            require(book.first < book.requestIds.length, SharesNotWhole(shares, done));
            uint256 requestId = book.requestIds[book.first];
            WithdrawalRequest memory r = QUEUE.getRequest(requestId);
            require(r.claimableShares != 0 && done + r.claimableShares <= shares, SharesNotWhole(shares, done));
            done += r.claimableShares;
            if (r.pendingShares == 0) {
                ++book.first;
                delete _controllers[requestId];
            }
            assets += QUEUE.claim(requestId, 0);
        }

        emit Withdraw(msg.sender, receiver, controller, assets, shares);

        (bool ok, ) = receiver.call{value: assets}("");
        require(ok, PaymentRefused(receiver));
    }

    /// @inheritdoc IAsyncRedeem
    function maxRedeem(address controller) external view returns (uint256 maxShares) {
        Book storage book = _books[controller];
        for (uint256 i = book.first; i < book.requestIds.length; ++i) {
            uint256 claimable = QUEUE.getRequest(book.requestIds[i]).claimableShares;
            if (claimable == 0) break;
            maxShares += claimable;
        }
    }

    /// @inheritdoc IAsyncRedeem
    function previewRedeem(uint256) external pure returns (uint256) {
        revert NoPreview();
    }

    // ---------------------------------------------------------------- Operators

    /// @inheritdoc IERC7540Operator
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;

        emit OperatorSet(msg.sender, operator, approved);

        return true;
    }

    function _requireActsFor(address account) private view {
        require(msg.sender == account || isOperator[account][msg.sender], NotOperator(account, msg.sender));
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IAsyncRedeem
    function asset() external pure returns (address) {
        return ETHER;
    }

    /// @inheritdoc IAsyncRedeem
    function share() external view returns (address) {
        return address(TOKEN);
    }

    /// @inheritdoc IAsyncRedeem
    function totalAssets() external view returns (uint256) {
        return POOL.totalPooledEther();
    }

    /// @inheritdoc IAsyncRedeem
    function convertToShares(uint256 assets) external view returns (uint256) {
        return POOL.convertToShares(assets);
    }

    /// @inheritdoc IAsyncRedeem
    function convertToAssets(uint256 shares) external view returns (uint256) {
        return POOL.convertToAssets(shares);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IERC7540Operator).interfaceId ||
            interfaceId == type(IERC7540Redeem).interfaceId;
    }
}
