// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GIndex} from "../../../contracts/proofs/GIndex.sol";
import {Ssz} from "../../../contracts/proofs/Ssz.sol";
import {BeaconAnchor, BeaconBlockHeader, StateLayout, ValidatorProof} from "../../../contracts/types/BeaconTypes.sol";
import {BeaconModel, ModelValidator} from "./BeaconModel.sol";
import {Chain} from "./Chain.sol";
import {DepositKeys} from "./DepositKeys.sol";
import {KeyBook} from "./KeyBook.sol";
import {TestBase} from "./Vm.sol";

/// @title Makes beacon blocks in which the model's validators can be proven
/// @notice A branch of any siblings leads to some state root; a header with that root is made, and EIP-4788 is told its
/// block root. To the contracts that is a real proof.
contract BeaconBlocks is TestBase {
    uint256 private constant RING = 8191;

    BeaconModel private immutable MODEL;

    constructor(BeaconModel model) {
        MODEL = model;
    }

    /// @notice Proves the record of a validator as it is now, in a block of some slots ago.
    function prove(
        uint256 key,
        uint64 slotsAgo
    ) external returns (BeaconAnchor memory anchor, ValidatorProof memory proof) {
        proof = _record(key);
        proof.branch = new bytes32[](47);
        for (uint256 i = 0; i < proof.branch.length; ++i) proof.branch[i] = keccak256(abi.encode(key, i));

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

    /// @dev External, because the library reads calldata.
    function stateRoot(ValidatorProof calldata proof) external view returns (bytes32) {
        return
            Ssz.branchRoot(
                Ssz.validatorRoot(proof),
                proof.branch,
                GIndex.validator(StateLayout.Container, proof.index)
            );
    }

    /// @dev External, because the library reads calldata.
    function blockRoot(BeaconBlockHeader calldata header) external view returns (bytes32) {
        return Ssz.headerRoot(header);
    }

    function _record(uint256 key) private view returns (ValidatorProof memory proof) {
        ModelValidator memory v = MODEL.validator(key);
        address target = v.foreign ? address(0xBAD) : DepositKeys.WITHDRAWAL_VAULT;
        proof.index = uint40(1000 + key);
        proof.pubkeyRoot = KeyBook.root(key);
        proof.withdrawalCredentials = bytes32((uint256(2) << 248) | uint160(target));
        proof.effectiveBalanceGwei = v.balanceGwei;
        proof.slashed = v.slashed;
        proof.activationEpoch = 5;
        proof.exitEpoch = v.exiting ? 1000 : type(uint64).max;
        proof.withdrawableEpoch = v.exiting ? 1256 : type(uint64).max;
    }
}
