// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconAnchor, ValidatorMultiproof} from "../types/BeaconTypes.sol";

/// @title ValidatorExits: who may ask the beacon chain for which ether, and when
/// @notice An operator's owner may ask for the ether of its own validators; anyone for what withdrawals want and nothing
/// covers, and for that of an operator whose deadline has passed. Whoever asks shows by a proof, no older than
/// `maxProofAgeSeconds`, that the chain will not ignore the request: it would do so without a word, and the ether would be
/// waited for in vain.
interface IValidatorExits {
    /// @notice Lists that belong together have different lengths.
    error LengthMismatch(uint256 got, uint256 want);
    /// @notice The validator is not in the state that the call needs.
    error WrongStatus(bytes32 pubkeyRoot, uint8 status);
    /// @notice The proof does not name the validator.
    error NotInProof(bytes32 pubkeyRoot);
    /// @notice The validator is another operator's.
    error WrongOperator(bytes32 pubkeyRoot, uint32 got, uint32 want);
    /// @notice The caller does not own the operator.
    error NotOperatorOwner(uint32 operatorId, address caller);
    /// @notice The operator is not active.
    error OperatorNotActive(uint32 operatorId);
    /// @notice The proof shows a validator that is slashed or leaving: the chain would ignore what is asked for it.
    error Leaving(bytes32 pubkeyRoot);
    /// @notice The validator has not been active for so long that the chain would follow the request.
    error ActiveTooShort(bytes32 pubkeyRoot, uint64 epoch);
    /// @notice Something else was asked for the validator, and the chain may still follow it. From `retryAt`, in seconds, a
    /// proof of a later block shows what became of it.
    error RequestPending(bytes32 pubkeyRoot, uint64 retryAt);
    /// @notice Nobody but the operator may ask for this much, in Gwei.
    error ExitNotNeeded(uint64 amountGwei, uint64 demandGwei);
    /// @notice Whole validators of the operator may be exited by anyone; a partial withdrawal would stand in the way.
    error ExitWanted(uint32 operatorId);
    /// @notice A partial withdrawal is too small, in Gwei, or more than the validator can give.
    error PartialOutOfBounds(bytes32 pubkeyRoot, uint64 amountGwei, uint64 minGwei, uint64 maxGwei);
    /// @notice The validator's ether moves to another one; that must be cancelled first.
    error Consolidating(bytes32 pubkeyRoot);
    /// @notice The validator's ether moves nowhere.
    error NotConsolidating(bytes32 pubkeyRoot);
    /// @notice The fee of the request contract is above what the caller would pay, in wei.
    error FeeTooHigh(uint256 feeWei, uint256 maxFeeWei);
    /// @notice The ether sent does not pay for the requests, in wei.
    error FeeNotPaid(uint256 sentWei, uint256 wantWei);

    /// @notice Ether that anyone may ask back from validators now, in Gwei: demand that nothing covers yet.
    function exitDemandGwei() external view returns (uint64);

    /// @notice Asks the chain to exit validators (EIP-7002). The operator's owner at any time; anyone when demand needs
    /// it, or when the operator was deactivated and its deadline has passed. The fee is paid by the caller; the rest of
    /// the ether sent is returned.
    /// @param maxFeeWei The most that the caller pays for one request, in wei.
    function requestExit(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        uint256 maxFeeWei
    ) external payable;

    /// @notice Asks the chain to pay out part of validators' balances (EIP-7002). Who may: as with `requestExit`, but nobody
    /// once anyone may exit the operator's validators.
    /// @param amountsGwei One for each validator of the proof.
    function requestPartialWithdrawal(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        uint64[] calldata amountsGwei,
        uint256 maxFeeWei
    ) external payable;

    /// @notice Asks the chain to move all ether of one validator to another of the same operator (EIP-7251). Only the owner
    /// of an active operator. What both hold must fit into one validator.
    /// @param proof Of these two.
    /// @param sourceRoot Which of them gives.
    /// @param maxFeeWei The most that the caller pays, in wei; the rest of the ether sent is returned.
    function requestConsolidation(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        bytes32 sourceRoot,
        uint256 maxFeeWei
    ) external payable;

    /// @notice Takes consolidations back that the chain has ignored: a proof of a block `exitRetrySeconds` later shows that
    /// their sources are not leaving. Open to all.
    /// @param proof Of the sources.
    function cancelConsolidation(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external;
}
