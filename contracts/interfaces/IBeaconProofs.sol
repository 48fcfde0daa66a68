// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BalanceProof, BeaconAnchor, StateLayouts, ValidatorMultiproof} from "../types/BeaconTypes.sol";

/// @title Facts about validators, proven against beacon block roots that the execution chain itself knows
/// @notice Nobody is trusted: header to EIP-4788, state root out of the header, record to state root. Open to all,
/// without state, without an owner. How old a block may be is for the caller to say: every fact comes with its time.
interface IBeaconProofs {
    /// @notice The layouts are not in the order of their slots.
    error LayoutsOutOfOrder(StateLayouts layouts);
    /// @notice EIP-4788 has no block root for this timestamp, in seconds.
    error BlockRootUnknown(uint64 childTimestamp);
    /// @notice The header is not that of the block that EIP-4788 names.
    error BlockRootMismatch(bytes32 got, bytes32 want);
    /// @notice No layout is known for a state of this slot.
    error LayoutUnknown(uint64 slot, uint64 firstSlot, uint64 closingSlot);
    /// @notice The records are not one or more whole records, in bytes.
    error RecordsMalformed(uint256 length);
    /// @notice The records are not in ascending order of their indices, or one is there twice.
    error IndicesNotAscending(uint40 index, uint40 next);
    /// @notice The proof has too few or too many siblings.
    error SiblingCountMismatch(uint256 got, uint256 want);
    /// @notice The proof does not lead to the state root.
    error StateRootMismatch(bytes32 got, bytes32 want);

    /// @notice Reverts unless each record stands at its index of the validators of the anchor's state.
    /// @dev What else the records say is read out of them with {ValidatorRecords}, once this has answered.
    /// @return slotTimestamp Time of the block's slot, in seconds.
    /// @return pubkeyRoots SSZ root of each record's public key, in the order of the records.
    function verifyValidators(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof
    ) external view returns (uint64 slotTimestamp, bytes32[] memory pubkeyRoots);

    /// @notice The balance of a validator in the anchor's state. Reverts unless the proof leads to it.
    /// @dev A few indices just behind the last validator share its leaf, and can be shown with a balance of zero.
    /// @return slotTimestamp Time of the block's slot, in seconds.
    /// @return balanceGwei `BeaconState.balances[proof.index]`, in Gwei.
    function verifyBalance(
        BeaconAnchor calldata anchor,
        BalanceProof calldata proof
    ) external view returns (uint64 slotTimestamp, uint64 balanceGwei);

    /// @notice The slots from which states have which layout.
    function layouts() external view returns (StateLayouts memory);
}
