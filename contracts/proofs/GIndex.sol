// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Generalised indices in the beacon state of Electra and Fulu
/// @dev The root of a tree is 1, the children of node n are 2n and 2n + 1.
/// https://github.com/ethereum/consensus-specs/blob/master/ssz/merkle-proofs.md#generalized-merkle-tree-index
///
/// BeaconState has 37 fields in Electra and 38 in Fulu: 64 leaves, depth 6, field f at 64 + f.
/// `validators` is field 11, a list of at most 2^40 records: its root mixes the length in on the right.
///
///                           1                         state root
///                  ┌────────┴────────┐
///                  2                 3
///               ┌──┴──┐           ┌──┴──┐
///               ⋮     ⋮           ⋮     ⋮             depth 6, 64 fields
///     64 …  75 (field 11, validators)  76 …  127
///              ┌──┴──┐
///             150   151                               its data, its length
///           ┌──┴──┐
///           ⋮     ⋮                                   depth 40
///     150 * 2^40 + i                                  record i
///              │
///     8 fields, depth 3                               merkleised by Ssz.validatorRoot
///
/// In a Gloas state (EIP-7688) this index leads below `genesis_time`, where nothing can be proven: an old proof fails.
library GIndex {
    /// @dev The data of `validators`: (64 + 11) * 2.
    uint256 internal constant VALIDATORS_DATA = 150;

    /// @dev Depth of `validators`: VALIDATOR_REGISTRY_LIMIT is 2^40.
    uint256 internal constant VALIDATORS_DEPTH = 40;

    /// @dev Siblings between a record and the state root: 40 in the list, 1 for its length, 6 in the state.
    uint256 internal constant VALIDATOR_BRANCH_LENGTH = 47;

    /// @dev Generalised index of a validator's record; `index` has 40 bits, so it cannot leave the list.
    function validator(uint40 index) internal pure returns (uint256) {
        return (VALIDATORS_DATA << VALIDATORS_DEPTH) | index;
    }
}
