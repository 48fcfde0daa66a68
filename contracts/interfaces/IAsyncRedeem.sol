// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title Who acts for whom, as ERC-7540 has it
interface IERC7540Operator {
    /// @notice A controller let another account act for it, or no more.
    event OperatorSet(address indexed controller, address indexed operator, bool approved);

    /// @notice Lets another account ask and redeem for the caller, or not.
    function setOperator(address operator, bool approved) external returns (bool);

    /// @notice Whether an account acts for a controller.
    function isOperator(address controller, address operator) external view returns (bool);
}

/// @title Redemption that takes time, as ERC-7540 has it
interface IERC7540Redeem {
    /// @notice A redemption was asked for.
    event RedeemRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 shares
    );

    /// @notice Asks for the ether of shares.
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);

    /// @notice Shares of a request that wait.
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 pendingShares);

    /// @notice Shares of a request that can be redeemed.
    function claimableRedeemRequest(
        uint256 requestId,
        address controller
    ) external view returns (uint256 claimableShares);
}

/// @title AsyncRedeem: withdrawals in the shape of ERC-7540, for contracts that speak it
/// @notice Holds the tickets of those who use it, and nothing else: each request is a ticket of the WithdrawalQueue, whose
/// number is the request's. Staking is not asynchronous: see the StakingPool.
///
/// Where this departs from ERC-7540:
/// - `asset` is ether (0xEeee..., as ERC-7535 says), so `redeem` sends ether.
/// - `requestRedeem` takes shares by an allowance for this contract, and has no bound for the value (for one, see
///   `StakingPool.withdraw`). The controller is the owner, the caller, or somebody whose operator the caller is: nobody can
///   put requests into another's list.
/// - A request is paid the lesser of its value when it was made and when it was finalised. It is worth what `getRequest` of
///   the queue says, not what the shares would be worth now.
/// - `redeem` takes requests in the order in which they were made, each as far as it can be redeemed, so the shares must be
///   the sum of the first of them; `maxRedeem` is the sum of all. There is no `withdraw`.
interface IAsyncRedeem is IERC7540Operator, IERC7540Redeem, IERC165 {
    /// @notice The caller does not act for this account.
    error NotOperator(address account, address caller);
    /// @notice The shares end inside a request, or beyond what can be redeemed.
    error SharesNotWhole(uint256 shares, uint256 endsAt);
    /// @notice Ether comes from the WithdrawalQueue alone.
    error NotQueue(address sender);
    /// @notice The receiver refused the ether.
    error PaymentRefused(address receiver);
    /// @notice What a request will pay is known when it is finalised.
    error NoPreview();

    /// @notice Ether was redeemed, as in ERC-4626.
    event Withdraw(
        address indexed sender,
        address indexed receiver,
        address indexed owner,
        uint256 assets,
        uint256 shares
    );

    /// @notice 0xEeee...: ether.
    function asset() external view returns (address);

    /// @notice The ethSTAKE token.
    function share() external view returns (address);

    /// @notice Ether that all shares own, in wei.
    function totalAssets() external view returns (uint256);

    /// @notice Shares for ether at the present rate, rounded down.
    function convertToShares(uint256 assets) external view returns (uint256 shares);

    /// @notice Ether for shares at the present rate, rounded down.
    function convertToAssets(uint256 shares) external view returns (uint256 assets);

    /// @notice Shares that a controller can redeem now.
    function maxRedeem(address controller) external view returns (uint256 maxShares);

    /// @notice Reverts, as ERC-7540 says.
    function previewRedeem(uint256 shares) external view returns (uint256 assets);

    /// @notice Redeems the first requests of a controller. The controller, or who acts for it.
    /// @param shares Their claimable shares together; `maxRedeem` for all.
    /// @param receiver Who gets the ether.
    /// @param controller Whose requests.
    /// @return assets Ether, in wei.
    function redeem(uint256 shares, address receiver, address controller) external returns (uint256 assets);
}
