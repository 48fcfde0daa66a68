// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBeaconProofs} from "../interfaces/IBeaconProofs.sol";
import {BeaconRoots} from "../libraries/BeaconRoots.sol";
import {BalanceProof, BeaconAnchor, StateLayout, StateLayouts, ValidatorMultiproof} from "../types/BeaconTypes.sol";
import {fromLittleEndian} from "../types/LittleEndian.sol";
import {RECORD_LENGTH, ValidatorRecords} from "../types/ValidatorRecords.sol";
import {GIndex} from "./GIndex.sol";
import {Multiproof} from "./Multiproof.sol";
import {Ssz} from "./Ssz.sol";

/// @title BeaconProofs
/// @notice See {IBeaconProofs}.
contract BeaconProofs is IBeaconProofs {
    using Multiproof for uint256[];
    using ValidatorRecords for bytes;

    uint64 private immutable GENESIS_TIME;
    uint64 private immutable SECONDS_PER_SLOT;
    uint64 private immutable CONTAINER_SLOT;
    uint64 private immutable PROGRESSIVE_SLOT;
    uint64 private immutable CLOSING_SLOT;

    /// @param genesisTime Genesis of the beacon chain, in seconds.
    /// @param secondsPerSlot Length of a slot, in seconds.
    constructor(uint64 genesisTime, uint64 secondsPerSlot, StateLayouts memory layouts_) {
        require(
            layouts_.containerSlot <= layouts_.progressiveSlot && layouts_.progressiveSlot <= layouts_.closingSlot,
            LayoutsOutOfOrder(layouts_)
        );
        GENESIS_TIME = genesisTime;
        SECONDS_PER_SLOT = secondsPerSlot;
        CONTAINER_SLOT = layouts_.containerSlot;
        PROGRESSIVE_SLOT = layouts_.progressiveSlot;
        CLOSING_SLOT = layouts_.closingSlot;
    }

    // ── Facts ───────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IBeaconProofs
    function verifyValidators(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof
    ) external view returns (uint64 slotTimestamp, bytes32[] memory pubkeyRoots) {
        bytes calldata records = proof.records;
        uint256 count = records.count();
        require(count != 0 && records.length == count * RECORD_LENGTH, RecordsMalformed(records.length));
        StateLayout layout = _verifyAnchor(anchor);

        pubkeyRoots = new bytes32[](count);
        uint256[] memory queues = Multiproof.create(count, proof.siblings.length);
        uint40 next;
        for (uint256 i = count; i > 0;) {
            // Safe: i is above zero here.
            unchecked {
                --i;
            }
            bytes calldata record = records.at(i);
            uint40 index = record.index();
            require(index < next || i == count - 1, IndicesNotAscending(index, next));
            bytes32 root;
            (root, pubkeyRoots[i]) = Ssz.validatorRoot(record);
            queues.set(count - 1 - i, GIndex.validator(layout, index), root);
            next = index;
        }
        _verifyRoot(queues.climb(count, proof.siblings), anchor);

        slotTimestamp = _timestampOf(anchor);
    }

    /// @inheritdoc IBeaconProofs
    function verifyBalance(
        BeaconAnchor calldata anchor,
        BalanceProof calldata proof
    ) external view returns (uint64 slotTimestamp, uint64 balanceGwei) {
        StateLayout layout = _verifyAnchor(anchor);

        uint256[] memory queues = Multiproof.create(1, proof.branch.length);
        queues.set(0, GIndex.balances(layout, proof.index), proof.leaf);
        _verifyRoot(queues.climb(1, proof.branch), anchor);

        slotTimestamp = _timestampOf(anchor);
        balanceGwei = fromLittleEndian(bytes8(proof.leaf << (64 * (proof.index % 4))));
    }

    // ── Anchor ──────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @inheritdoc IBeaconProofs
    function layouts() external view returns (StateLayouts memory) {
        return StateLayouts(CONTAINER_SLOT, PROGRESSIVE_SLOT, CLOSING_SLOT);
    }

    /// @dev Reverts unless the header is that of the parent beacon block of an execution block of this chain, and its
    /// state of a known layout. The state is the one after the block, so a fork's first block already has the fork's
    /// layout.
    function _verifyAnchor(BeaconAnchor calldata anchor) private view returns (StateLayout) {
        bytes32 want = BeaconRoots.tryGet(anchor.childTimestamp);
        require(want != 0, BlockRootUnknown(anchor.childTimestamp));
        bytes32 got = Ssz.headerRoot(anchor.header);
        require(got == want, BlockRootMismatch(got, want));

        uint64 slot = anchor.header.slot;
        require(slot >= CONTAINER_SLOT && slot < CLOSING_SLOT, LayoutUnknown(slot, CONTAINER_SLOT, CLOSING_SLOT));
        return slot < PROGRESSIVE_SLOT ? StateLayout.Container : StateLayout.Progressive;
    }

    function _verifyRoot(bytes32 got, BeaconAnchor calldata anchor) private pure {
        bytes32 want = anchor.header.stateRoot;
        require(got == want, StateRootMismatch(got, want));
    }

    function _timestampOf(BeaconAnchor calldata anchor) private view returns (uint64) {
        return GENESIS_TIME + anchor.header.slot * SECONDS_PER_SLOT;
    }
}
