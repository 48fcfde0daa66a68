// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconRoots} from "../../../contracts/libraries/BeaconRoots.sol";
import {GIndex} from "../../../contracts/proofs/GIndex.sol";
import {Multiproof} from "../../../contracts/proofs/Multiproof.sol";
import {Ssz} from "../../../contracts/proofs/Ssz.sol";
import {BeaconBlockHeader, StateLayout} from "../../../contracts/types/BeaconTypes.sol";
import {ValidatorRecords} from "../../../contracts/types/ValidatorRecords.sol";

/// @dev Makes the internal functions of the proof libraries callable.
contract ProofHarness {
    using Multiproof for uint256[];
    using ValidatorRecords for bytes;

    // ── Roots ───────────────────────────────────────────────────────────────────────────────────────────────────────

    function tryGetBeaconRoot(uint64 timestamp) external view returns (bytes32) {
        return BeaconRoots.tryGet(timestamp);
    }

    function tryGetBeaconRootWithGas(uint64 timestamp, uint256 gasLimit) external view returns (bytes32) {
        return this.tryGetBeaconRoot{gas: gasLimit}(timestamp);
    }

    // ── SSZ ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    function headerRoot(BeaconBlockHeader calldata header) external view returns (bytes32) {
        return Ssz.headerRoot(header);
    }

    function validatorRoot(bytes calldata record) external view returns (bytes32 root, bytes32 keyRoot) {
        return Ssz.validatorRoot(record);
    }

    function pubkeyRoot(bytes calldata pubkey) external view returns (bytes32) {
        return Ssz.pubkeyRoot(pubkey);
    }

    function littleEndian(uint64 value) external pure returns (bytes32) {
        return Ssz.littleEndian(value);
    }

    function depositDataRoot(
        bytes calldata pubkey,
        bytes32 withdrawalCredentials,
        uint64 amountGwei,
        bytes calldata signature
    ) external view returns (bytes32) {
        return Ssz.depositDataRoot(pubkey, withdrawalCredentials, amountGwei, signature);
    }

    // ── Trees ───────────────────────────────────────────────────────────────────────────────────────────────────────

    function gindexOfValidator(StateLayout layout, uint40 index) external pure returns (uint256) {
        return GIndex.validator(layout, index);
    }

    function gindexOfBalances(StateLayout layout, uint40 index) external pure returns (uint256) {
        return GIndex.balances(layout, index);
    }

    /// @param gindices In descending order.
    function multiproofRoot(
        uint256[] calldata gindices,
        bytes32[] calldata leaves,
        bytes32[] calldata siblings
    ) external view returns (bytes32) {
        uint256[] memory queues = Multiproof.create(leaves.length, siblings.length);
        for (uint256 i = 0; i < leaves.length; ++i) queues.set(i, gindices[i], leaves[i]);
        return queues.climb(leaves.length, siblings);
    }

    // ── Records ─────────────────────────────────────────────────────────────────────────────────────────────────────

    struct Record {
        uint40 index;
        bytes pubkey;
        bytes32 withdrawalCredentials;
        uint64 effectiveBalanceGwei;
        bool slashed;
        uint64 activationEpoch;
        uint64 exitEpoch;
        uint64 withdrawableEpoch;
    }

    function recordAt(bytes calldata records, uint256 i) external pure returns (bytes memory) {
        return records.at(i);
    }

    function recordsOf(bytes calldata records) external pure returns (Record[] memory read) {
        read = new Record[](records.count());
        for (uint256 i = 0; i < read.length; ++i) {
            bytes calldata record = records.at(i);
            read[i] = Record({
                index: record.index(),
                pubkey: record.pubkey(),
                withdrawalCredentials: record.withdrawalCredentials(),
                effectiveBalanceGwei: record.effectiveBalanceGwei(),
                slashed: record.slashed(),
                activationEpoch: record.activationEpoch(),
                exitEpoch: record.exitEpoch(),
                withdrawableEpoch: record.withdrawableEpoch()
            });
        }
    }
}
