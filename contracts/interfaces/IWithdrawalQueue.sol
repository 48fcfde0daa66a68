// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {QueueCheckpoint, QueueParameters, QueueStatus, WithdrawalRequest} from "../types/QueueTypes.sol";

/// @title What anyone may read of the queue
interface IWithdrawalQueueReader {
    /// @notice Shares that wait to be finalised, in 1e-18 shares.
    function queuedShares() external view returns (uint256);

    /// @notice The most ether that unfinalised requests can cost, in wei (their value at the requests' rates).
    function unfinalizedEtherWei() external view returns (uint256);

    /// @notice The newest ticket; tickets are numbered from 1.
    function lastRequestId() external view returns (uint256);

    /// @notice Position on the tape of shares up to which requests are finalised.
    function finalizedShares() external view returns (uint256);

    /// @notice A ticket. `pendingShares` wait for a finalisation, `claimableWei` can be claimed now.
    function getRequest(uint256 requestId) external view returns (WithdrawalRequest memory);

    /// @notice How a ticket stands: what is ahead of it, where ether is, and when it is expected.
    function queueStatus(uint256 requestId) external view returns (QueueStatus memory);

    /// @notice What `claim` would pay now, in wei.
    function claimableWei(uint256 requestId) external view returns (uint256);

    /// @notice Hint for `claim`: the checkpoint in which the unclaimed part of a ticket begins.
    function checkpointHint(uint256 requestId) external view returns (uint256);

    /// @notice Hint for a settlement: the request in which the cut would fall.
    /// @param budgetWei Ether that may be set aside, in wei.
    /// @param rateRay Ether per share, with 27 decimals.
    /// @param cutoffTimestamp Only requests eligible at or before it.
    function finalizationHint(
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp
    ) external view returns (uint256 requestId);

    /// @notice Number of finalisations so far.
    function checkpointCount() external view returns (uint256);

    /// @notice A finalisation; they are numbered from 1.
    function getCheckpoint(uint256 index) external view returns (QueueCheckpoint memory);

    /// @notice Surplus of finalised stretches that claims have booked and no settlement has swept yet, in wei.
    function surplusWei() external view returns (uint256);

    /// @notice Whom a claim of the ticket pays: the receiver that its owner named, else the owner.
    function claimReceiver(uint256 requestId) external view returns (address);

    /// @notice Whether an owner with code lets third parties claim for it.
    function thirdPartyClaims(address owner) external view returns (bool);

    /// @notice The parameters an administrator set.
    function parameters() external view returns (QueueParameters memory);
}

/// @title WithdrawalQueue: request, finalise, claim
/// @notice One FIFO tape measured in shares; every request is an ERC-721. Pays the lesser of the value at the request
/// and the value at the finalisation.
interface IWithdrawalQueue is IWithdrawalQueueReader, IERC721 {
    /// @notice The caller is not the StakingPool.
    error NotPool(address caller);
    /// @notice A request is outside of its bounds, in wei.
    error RequestOutOfBounds(uint256 amountWei, uint256 minWei, uint256 maxWei);
    /// @notice Nothing of this ticket can be claimed yet.
    error NothingToClaim(uint256 requestId);
    /// @notice The caller may not claim for this owner.
    error ClaimNotAllowed(uint256 requestId, address caller);
    /// @notice The caller does not own the ticket.
    error NotOwner(uint256 requestId, address caller);
    /// @notice The receiver refused the ether. Name another one with `setClaimReceiver`.
    error PaymentRefused(address receiver);
    /// @notice A parameter is outside of its hard bound.
    error ParameterOutOfBounds(uint256 got, uint256 bound);

    /// @notice A withdrawal was asked for: a request joined the tape.
    /// @param holder Whose shares were burned.
    /// @param owner Owner of the ticket.
    /// @param requestId The ticket.
    /// @param shares Queued shares.
    /// @param amountWei Their value at the request, in wei: the most that will be paid.
    /// @param eligibleAt Earliest time at which a report's cut-off may finalise it.
    event WithdrawalRequested(
        address indexed holder,
        address indexed owner,
        uint256 indexed requestId,
        uint256 shares,
        uint256 amountWei,
        uint64 eligibleAt
    );
    /// @notice A stretch of the tape was finalised.
    /// @param checkpoint Its number.
    /// @param fromShares Tape position at which it begins.
    /// @param toShares Tape position at which it ends.
    /// @param amountWei Ether set aside.
    /// @param rateRay Ether per share, with 27 decimals.
    event StretchFinalized(
        uint256 indexed checkpoint,
        uint256 fromShares,
        uint256 toShares,
        uint256 amountWei,
        uint256 rateRay
    );
    /// @notice A ticket was paid, wholly or in part.
    event Claimed(uint256 indexed requestId, address indexed receiver, uint256 amountWei, bool fully);
    /// @notice Surplus went back to the pool.
    event SurplusSwept(uint256 amountWei);
    /// @notice An owner named the receiver of a ticket's ether.
    event ClaimReceiverChanged(uint256 indexed requestId, address indexed receiver);
    /// @notice An owner allowed or forbade claims by third parties.
    event ThirdPartyClaimsChanged(address indexed owner, bool allowed);
    /// @notice An administrator changed the parameters. Tickets that exist are not touched.
    event ParametersChanged(QueueParameters parameters);

    /// @notice Appends a request. Only the StakingPool, after the holder's shares were burned.
    /// @param holder Whose shares they were; only told in the event.
    /// @param owner Owner of the ticket.
    /// @param shares In 1e-18 shares.
    /// @param amountWei Their value now, in wei.
    function request(
        address holder,
        address owner,
        uint256 shares,
        uint256 amountWei
    ) external returns (uint256 requestId);

    /// @notice Finalises as much of the tape as the budget covers. Only the StakingPool.
    /// @param budgetWei Ether that may be set aside, in wei.
    /// @param rateRay Ether per share, with 27 decimals.
    /// @param cutoffTimestamp Only requests eligible at or before it, in seconds.
    /// @param hint From `finalizationHint`; a wrong one costs a search, nothing else.
    /// @return shares Shares finalised.
    /// @return amountWei Ether to set aside, in wei; the pool sends it with `receiveEther`.
    /// @return waiting Whether shares are left that wait to be finalised.
    function finalize(
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp,
        uint256 hint
    ) external returns (uint256 shares, uint256 amountWei, bool waiting);

    /// @notice Takes the ether of a finalisation. Only the StakingPool.
    function receiveEther() external payable;

    /// @notice Sends booked surplus back to the pool. Only the StakingPool.
    function sweepSurplus() external returns (uint256 amountWei);

    /// @notice Pays what is finalised of a ticket to its claim receiver. The owner, or anyone for an owner without code
    /// or one that opted in. Never paused.
    /// @param requestId The ticket.
    /// @param hint From `checkpointHint`; a wrong one costs a search, nothing else.
    /// @return amountWei Paid, in wei.
    function claim(uint256 requestId, uint256 hint) external returns (uint256 amountWei);

    /// @notice Names who is paid for a ticket; cleared when the ticket is transferred. Only the owner.
    function setClaimReceiver(uint256 requestId, address receiver) external;

    /// @notice Lets third parties claim for the caller, or not.
    function setThirdPartyClaims(bool allowed) external;

    /// @notice Changes the parameters for requests to come. Administrator.
    function setParameters(QueueParameters calldata parameters) external;
}
