// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {GIndex} from "../../../contracts/proofs/GIndex.sol";
import {Ssz} from "../../../contracts/proofs/Ssz.sol";
import {
    BeaconAnchor,
    BeaconBlockHeader,
    StateLayout,
    ValidatorMultiproof
} from "../../../contracts/types/BeaconTypes.sol";
import {ValidatorRecords} from "../../../contracts/types/ValidatorRecords.sol";
import {BeaconModel, ModelValidator} from "./BeaconModel.sol";
import {Chain} from "./Chain.sol";
import {DepositKeys} from "./DepositKeys.sol";
import {KeyBook} from "./KeyBook.sol";
import {TestBase} from "./Vm.sol";

/// @title Makes beacon blocks in which the model's validators can be proven
/// @notice A branch of any siblings leads to some state root; a header with that root is made, and EIP-4788 is told its
/// block root. To the contracts that is a real proof.
contract BeaconBlocks is TestBase {
    using ValidatorRecords for bytes;

    uint256 private constant RING = 8191;
    /// @dev Siblings between a record and the state root.
    uint256 private constant BRANCH_LENGTH = 47;
    uint256 private constant FIRST_INDEX = 1000;

    BeaconModel private immutable MODEL;

    constructor(BeaconModel model) {
        MODEL = model;
    }

    /// @notice Proves the record of a validator as it is now, in a block of some slots ago.
    function prove(
        uint256 key,
        uint64 slotsAgo
    ) external returns (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) {
        proof.records = _record(key);
        proof.siblings = _siblings(BRANCH_LENGTH);
        anchor = _anchor(proof, slotsAgo);
    }

    /// @notice Proves two of them together.
    function proveTwo(
        uint256 key,
        uint256 other,
        uint64 slotsAgo
    ) external returns (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) {
        (uint256 first, uint256 second) = key < other ? (key, other) : (other, key);
        proof.records = bytes.concat(_record(first), _record(second));
        // Two branches up to where they meet, at one level less than the highest bit that tells the places apart; then one.
        uint256 meet = Math.log2((FIRST_INDEX + first) ^ (FIRST_INDEX + second)) + 1;
        proof.siblings = _siblings(2 * (meet - 1) + BRANCH_LENGTH - meet);
        anchor = _anchor(proof, slotsAgo);
    }

    function _siblings(uint256 count) private pure returns (bytes32[] memory siblings) {
        siblings = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) siblings[i] = keccak256(abi.encode(count, i));
    }

    function _anchor(ValidatorMultiproof memory proof, uint64 slotsAgo) private returns (BeaconAnchor memory anchor) {
        anchor.header = BeaconBlockHeader({
            slot: Chain.slotAt(block.timestamp) - slotsAgo,
            proposerIndex: 7,
            parentRoot: keccak256("parent"),
            stateRoot: this.stateRoot(proof),
            bodyRoot: keccak256("body")
        });
        // Between two slots, where no block is: so these roots never stand in the way of those of reports.
        anchor.childTimestamp = uint64(block.timestamp) - 1;
        tell(anchor.childTimestamp, this.blockRoot(anchor.header));
    }

    /// @notice Time of the slot some slots ago, in seconds.
    function timeOfSlot(uint64 slotsAgo) external view returns (uint64) {
        return Chain.timeOf(Chain.slotAt(block.timestamp) - slotsAgo);
    }

    /// @notice Makes EIP-4788 answer `root` for the parent of the block with this timestamp.
    function tell(uint64 childTimestamp, bytes32 root) public {
        uint256 place = childTimestamp % RING;
        vm.store(Chain.BEACON_ROOTS, bytes32(place), bytes32(uint256(childTimestamp)));
        vm.store(Chain.BEACON_ROOTS, bytes32(place + RING), root);
    }

    /// @dev External, because the libraries read calldata.
    function stateRoot(ValidatorMultiproof calldata proof) external view returns (bytes32) {
        (bytes32 node, uint256 place) = _leafAt(proof, 0);
        if (proof.records.count() == 1) return Ssz.branchRoot(node, proof.siblings, place);

        (bytes32 other, uint256 otherPlace) = _leafAt(proof, 1);
        uint256 used;
        // The greater place takes its sibling first.
        while (place ^ 1 != otherPlace) {
            other = _parent(other, proof.siblings[used], otherPlace);
            node = _parent(node, proof.siblings[used + 1], place);
            (place, otherPlace, used) = (place / 2, otherPlace / 2, used + 2);
        }
        return Ssz.branchRoot(Ssz.hash(node, other), proof.siblings[used:], place / 2);
    }

    function _leafAt(ValidatorMultiproof calldata proof, uint256 i) private view returns (bytes32 leaf, uint256 place) {
        bytes calldata record = proof.records.at(i);
        (leaf, ) = Ssz.validatorRoot(record);
        place = GIndex.validator(StateLayout.Container, record.index());
    }

    function _parent(bytes32 node, bytes32 sibling, uint256 place) private view returns (bytes32) {
        return place % 2 == 0 ? Ssz.hash(node, sibling) : Ssz.hash(sibling, node);
    }

    /// @dev External, because the library reads calldata.
    function blockRoot(BeaconBlockHeader calldata header) external view returns (bytes32) {
        return Ssz.headerRoot(header);
    }

    function _record(uint256 key) private view returns (bytes memory) {
        ModelValidator memory v = MODEL.validator(key);
        address target = v.foreign ? address(0xBAD) : DepositKeys.WITHDRAWAL_VAULT;
        bytes32 credentials = bytes32((uint256(2) << 248) | uint160(target));
        bytes memory begin = abi.encodePacked(uint40(FIRST_INDEX + key), KeyBook.pubkey(key), credentials);
        return
            bytes.concat(
                begin,
                _littleEndian(v.balanceGwei),
                v.slashed ? bytes1(0x01) : bytes1(0x00),
                _littleEndian(0),
                _littleEndian(5),
                _littleEndian(v.exiting ? 1000 : type(uint64).max),
                _littleEndian(v.exiting ? 1256 : type(uint64).max)
            );
    }

    function _littleEndian(uint64 value) private pure returns (bytes memory bytes_) {
        bytes_ = new bytes(8);
        for (uint256 i = 0; i < 8; ++i) bytes_[i] = bytes1(uint8(value >> (8 * i)));
    }
}
