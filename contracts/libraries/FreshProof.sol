// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBeaconProofs} from "../interfaces/IBeaconProofs.sol";
import {BeaconAnchor, ValidatorMultiproof} from "../types/BeaconTypes.sol";

/// @title Facts about validators that are not old
/// @notice What was true of a validator a day ago may be true no more: it may have been slashed, or left.
library FreshProof {
    /// @notice The proof speaks of a block that is too old. Both in seconds.
    error ProofTooOld(uint64 slotTimestamp, uint64 oldest);

    /// @notice Verifies records of validators in a block that is no older than this.
    /// @return slotTimestamp Time of the block's slot, in seconds.
    /// @return roots SSZ root of each record's public key.
    function verify(
        IBeaconProofs proofs,
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        uint64 maxAgeSeconds
    ) internal view returns (uint64 slotTimestamp, bytes32[] memory roots) {
        uint64 oldest = uint64(block.timestamp) - maxAgeSeconds;
        (slotTimestamp, roots) = proofs.verifyValidators(anchor, proof);
        require(slotTimestamp >= oldest, ProofTooOld(slotTimestamp, oldest));
    }
}
