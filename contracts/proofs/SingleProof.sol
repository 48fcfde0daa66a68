// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconRoots} from "../libraries/BeaconRoots.sol";
import {BeaconAnchor, StateLayout, ValidatorProof} from "../types/BeaconTypes.sol";
import {GIndex} from "./GIndex.sol";
import {Ssz} from "./Ssz.sol";

/// @title Facts about one validator, proven against beacon block roots: what {ValidatorManager} takes until it takes
/// multiproofs
/// @notice Nobody is trusted: header to EIP-4788, state root out of the header, record to state root. How old a block
/// may be is for the caller to say.
library SingleProof {
    /// @dev Siblings between a record and the state root: 40 in the list, 1 for its length, 6 in the state.
    uint256 private constant BRANCH_LENGTH = 47;

    /// @notice EIP-4788 has no block root for this timestamp, in seconds.
    error BlockRootUnknown(uint64 childTimestamp);
    /// @notice The header is not that of the block that EIP-4788 names.
    error BlockRootMismatch(bytes32 got, bytes32 want);
    /// @notice The branch has too few or too many siblings.
    error BranchLengthMismatch(uint256 got, uint256 want);
    /// @notice The branch does not lead from the record to the state root.
    error StateRootMismatch(bytes32 got, bytes32 want);

    /// @notice Reverts unless the header is that of the parent beacon block of an execution block of this chain.
    function verifyAnchor(BeaconAnchor calldata anchor) internal view {
        bytes32 want = BeaconRoots.tryGet(anchor.childTimestamp);
        require(want != 0, BlockRootUnknown(anchor.childTimestamp));

        bytes32 got = Ssz.headerRoot(anchor.header);
        require(got == want, BlockRootMismatch(got, want));
    }

    /// @notice Reverts unless the record stands at `proof.index` of the validators of that state (Electra or Fulu).
    /// @param stateRoot State root out of a header that `verifyAnchor` accepted.
    function verifyValidator(bytes32 stateRoot, ValidatorProof calldata proof) internal view {
        uint256 length = proof.branch.length;
        require(length == BRANCH_LENGTH, BranchLengthMismatch(length, BRANCH_LENGTH));

        bytes32 got = Ssz.branchRoot(
            Ssz.validatorRoot(proof),
            proof.branch,
            GIndex.validator(StateLayout.Container, proof.index)
        );
        require(got == stateRoot, StateRootMismatch(got, stateRoot));
    }
}
