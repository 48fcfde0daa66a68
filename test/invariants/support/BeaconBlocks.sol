// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

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
        proof.siblings = new bytes32[](BRANCH_LENGTH);
        for (uint256 i = 0; i < BRANCH_LENGTH; ++i) proof.siblings[i] = keccak256(abi.encode(key, i));

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

    /// @notice Makes EIP-4788 answer `root` for the parent of the block with this timestamp.
    function tell(uint64 childTimestamp, bytes32 root) public {
        uint256 place = childTimestamp % RING;
        vm.store(Chain.BEACON_ROOTS, bytes32(place), bytes32(uint256(childTimestamp)));
        vm.store(Chain.BEACON_ROOTS, bytes32(place + RING), root);
    }

    /// @dev External, because the libraries read calldata.
    function stateRoot(ValidatorMultiproof calldata proof) external view returns (bytes32) {
        (bytes32 leaf, ) = Ssz.validatorRoot(proof.records);
        return Ssz.branchRoot(leaf, proof.siblings, GIndex.validator(StateLayout.Container, proof.records.index()));
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
