// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {StateLayout} from "../types/BeaconTypes.sol";

/// @title Generalised indices in the beacon state
/// @dev The root of a tree is 1, the children of node n are 2n and 2n + 1. Two facts make the indices here safe to
/// prove by: no position can leave its list, and none of them lies above or below another one.
/// https://github.com/ethereum/consensus-specs/blob/master/ssz/merkle-proofs.md#generalized-merkle-tree-index
///
/// Container: Electra and Fulu. BeaconState has 37 or 38 fields, so 64 leaves in depth 6, field f at 64 + f. A list
/// mixes its length in on the right.
///
///                           1                         state root
///                  ┌────────┴────────┐
///                  2                 3
///               ┌──┴──┐           ┌──┴──┐
///               ⋮     ⋮           ⋮     ⋮             depth 6, 64 fields
///     64 …  75 (validators)   76 (balances)   …  127
///              ┌──┴──┐           ┌──┴──┐
///             150   151         152   153             data, length
///           ┌──┴──┐           ┌──┴──┐
///           ⋮     ⋮           ⋮     ⋮                 depth 40; 38, for a leaf holds four balances
///     150 * 2^40 + i       152 * 2^38 + i / 4
///
/// Progressive: Gloas (EIP-7688, EIP-7495, EIP-7916). Containers and lists alike are a chain to the right, from which
/// subtrees of 1, 4, 16, … leaves hang to the left. A container mixes in which of its fields are active, a list its
/// length.
///
///                        1                            state root
///                   ┌────┴────┐
///                   2         3                       its 46 fields, which are active
///               ┌───┴───┐
///               4       5                             field 0
///                   ┌───┴───┐
///                  10       11                        fields 1 to 4, depth 2
///                       ┌───┴───┐
///                      22       23                    fields 5 to 20, depth 4; then 21 to 84, depth 6
///                   ┌───┴───┐
///       358 (validators)   359 (balances)             22 * 16 + 6, the next
///            ┌──────┴──────┐
///           716           717                         data, length
///        ┌───┴───┐
///      1432    1433                                   leaf 0
///            ┌───┴───┐
///          2866    2867                               leaves 1 to 4, depth 2
///                ┌───┴───┐
///              5734      ⋮                            leaves 5 to 20, depth 4; and so on
///
/// A proof of one layout fails in a state of the other one: there, the path leads below a number that has no children.
library GIndex {
    /// @dev Fields 11 and 12 of BeaconState.
    uint256 private constant VALIDATORS = 64 + 11;
    uint256 private constant BALANCES = 64 + 12;
    uint256 private constant PROGRESSIVE_VALIDATORS = 22 * 16 + 11 - 5;
    uint256 private constant PROGRESSIVE_BALANCES = 22 * 16 + 12 - 5;

    /// @dev VALIDATOR_REGISTRY_LIMIT is 2^40.
    uint256 private constant VALIDATORS_DEPTH = 40;
    uint256 private constant BALANCES_DEPTH = 38;
    uint256 private constant BALANCES_PER_LEAF = 4;

    /// @notice Where the record of a validator stands.
    function validator(StateLayout layout, uint40 index) internal pure returns (uint256) {
        if (layout == StateLayout.Progressive) return _progressiveLeaf(PROGRESSIVE_VALIDATORS, index);
        return _leaf(VALIDATORS, VALIDATORS_DEPTH, index);
    }

    /// @notice Where the leaf stands that has the balance of a validator in it.
    function balances(StateLayout layout, uint40 index) internal pure returns (uint256) {
        uint256 position = index / BALANCES_PER_LEAF;
        if (layout == StateLayout.Progressive) return _progressiveLeaf(PROGRESSIVE_BALANCES, position);
        return _leaf(BALANCES, BALANCES_DEPTH, position);
    }

    /// @dev `position` is below 2^depth.
    function _leaf(uint256 list, uint256 depth, uint256 position) private pure returns (uint256) {
        uint256 data = list << 1;
        return (data << depth) | position;
    }

    /// @dev Subtree k begins at leaf (4^k - 1) / 3, so leaf `position` hangs in the one with 4^k <= 3 * position + 1 <
    /// 4^(k + 1).
    function _progressiveLeaf(uint256 list, uint256 position) private pure returns (uint256) {
        uint256 k = Math.log2(3 * position + 1) / 2;
        uint256 first = ((1 << (2 * k)) - 1) / 3;

        uint256 data = list << 1;
        uint256 chain = ((data + 1) << k) - 1; // k steps to the right
        uint256 subtree = chain << 1;
        return (subtree << (2 * k)) | (position - first);
    }
}
