// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconRoots} from "../../../contracts/libraries/BeaconRoots.sol";
import {BeaconProofs} from "../../../contracts/proofs/BeaconProofs.sol";
import {Ssz} from "../../../contracts/proofs/Ssz.sol";
import {BeaconAnchor, BeaconBlockHeader, ValidatorProof} from "../../../contracts/types/BeaconTypes.sol";

/// @dev Makes the internal functions of the proof libraries callable, and measures what they cost.
contract ProofHarness {
    function verifyAnchor(BeaconAnchor calldata anchor) external view returns (uint256 gasUsed) {
        gasUsed = gasleft();
        BeaconProofs.verifyAnchor(anchor);
        gasUsed -= gasleft();
    }

    function verifyValidator(bytes32 stateRoot, ValidatorProof calldata proof) external view returns (uint256 gasUsed) {
        gasUsed = gasleft();
        BeaconProofs.verifyValidator(stateRoot, proof);
        gasUsed -= gasleft();
    }

    function tryGetBeaconRoot(uint64 timestamp) external view returns (bytes32) {
        return BeaconRoots.tryGet(timestamp);
    }

    function tryGetBeaconRootWithGas(uint64 timestamp, uint256 gasLimit) external view returns (bytes32) {
        return this.tryGetBeaconRoot{gas: gasLimit}(timestamp);
    }

    function headerRoot(BeaconBlockHeader calldata header) external view returns (bytes32) {
        return Ssz.headerRoot(header);
    }

    function validatorRoot(ValidatorProof calldata proof) external view returns (bytes32) {
        return Ssz.validatorRoot(proof);
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
}
