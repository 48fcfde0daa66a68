// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBeaconProofs} from "../interfaces/IBeaconProofs.sol";
import {PrecompileFailed, Precompiles} from "../libraries/Precompiles.sol";
import {Ssz} from "./Ssz.sol";

/// @title Merkle proofs of several leaves that share their branches
/// @notice The root is computed from the leaves upwards. Always the greatest generalised index that is known is taken:
/// the deepest node, the rightmost of its level. Its sibling is the next known node if that is the one beside it, or
/// else the next sibling of the proof. Then their parent is known.
///
///                   1
///          ┌────────┴────────┐            known are leaves 15, 13 and 12
///         (2)                3            15 and sibling 14   make 7
///                       ┌────┴────┐       13 and 12           make 6
///                       6         7       7 and 6             make 3
///                    ┌──┴──┐   ┌──┴──┐    3 and sibling 2     make the root
///                   12    13 (14)   15    so the proof carries (14), (2)
///
/// @dev Why no wrong leaf can pass. All positions follow from those of the leaves, and none of them is chosen by a
/// sibling: what is computed is the root of a tree in which each leaf stands at its own generalised index. The real
/// tree has the same root, so going down from it every node is the same in both, or two inputs of SHA-256 with one hash
/// are found. This needs leaves at different positions, none above another; `set` says so, and the caller sees to it.
/// That no sibling is missing or left over follows from the positions too, and is checked.
///
/// Known nodes are two queues of (generalised index, hash), one behind the other in memory, each ended by an index of
/// zero. Both are in descending order: the leaves because they are set so, the inner nodes because their children were
/// taken so.
///
///     leaf 0 | leaf 1 | … | 0 | inner 0 | inner 1 | … | 0
library Multiproof {
    uint256 private constant NODE_WORDS = 2;

    /// @notice The queues of a proof of that size, all zero.
    function create(uint256 leafCount, uint256 siblingCount) internal pure returns (uint256[] memory queues) {
        // An inner node uses a sibling up, or makes one node of two, which happens once less than there are leaves.
        uint256 innerCount = siblingCount + leafCount;
        return new uint256[](NODE_WORDS * (leafCount + 1 + innerCount + 1));
    }

    /// @notice Sets leaf `place`. Each has a smaller generalised index than the one before, and none is above another.
    function set(uint256[] memory queues, uint256 place, uint256 gindex, bytes32 node) internal pure {
        // Safe: the place of a leaf that exists is far from overflowing, and the array's bounds are checked.
        unchecked {
            queues[NODE_WORDS * place] = gindex;
            queues[NODE_WORDS * place + 1] = uint256(node);
        }
    }

    /// @notice The root that the leaves and siblings lead to. Reverts unless the siblings are as many as the leaves
    /// need.
    /// @param queues Made by `create` for this number of leaves and siblings, every leaf set. Used up.
    function climb(
        uint256[] memory queues,
        uint256 leafCount,
        bytes32[] calldata siblings
    ) internal view returns (bytes32) {
        (uint256 gindex, bytes32 node, uint256 used) = _join(queues, leafCount, siblings);

        // All leaves are below this node. From here it is a plain branch.
        uint256 want = used + Math.log2(gindex);
        require(siblings.length == want, IBeaconProofs.SiblingCountMismatch(siblings.length, want));
        return Ssz.branchRoot(node, siblings[used:], gindex);
    }

    /// @dev The first node that all leaves are below, and how many siblings it took.
    function _join(
        uint256[] memory queues,
        uint256 leafCount,
        bytes32[] calldata siblings
    ) private view returns (uint256 gindex, bytes32 node, uint256 used) {
        bool success = true;
        bool tooFew;

        // Safe: writes scratch space, and inner nodes behind the leaves: at most one for each sibling, whose number is
        // checked, and one for each leaf but the first, as each takes two nodes away. `create` has made room for them.
        // Reads the siblings, whose bounds Solidity has checked. Pays: Solidity checks the bounds of both arrays
        // several times a node.
        assembly ("memory-safe") {
            // The queue with the greater index at its head, where that head is, and the two heads when it is gone.
            function next(leaf, inner) -> head, leafAfter, innerAfter {
                let isLeaf := gt(mload(leaf), mload(inner))
                head := xor(inner, mul(xor(inner, leaf), isLeaf))
                leafAfter := add(leaf, shl(6, isLeaf))
                innerAfter := add(inner, shl(6, iszero(isLeaf)))
            }

            let leaf := add(queues, 0x20)
            let inner := add(leaf, shl(6, add(leafCount, 1)))
            let innerEnd := inner
            for {} 1 {} {
                let head
                head, leaf, inner := next(leaf, inner)
                gindex := mload(head)
                node := mload(add(head, 0x20))
                let beside, leafAfter, innerAfter := next(leaf, inner)
                let besideGindex := mload(beside)
                if iszero(besideGindex) {
                    break // both queues are empty
                }

                let place := shl(5, and(gindex, 1)) // an odd node is a right child
                mstore(place, node)
                switch eq(besideGindex, xor(gindex, 1))
                case 1 {
                    mstore(xor(place, 0x20), mload(add(beside, 0x20)))
                    leaf := leafAfter
                    inner := innerAfter
                }
                default {
                    if iszero(lt(used, siblings.length)) {
                        tooFew := 1
                        break
                    }
                    mstore(xor(place, 0x20), calldataload(add(siblings.offset, shl(5, used))))
                    used := add(used, 1)
                }
                mstore(innerEnd, shr(1, gindex))
                success := and(success, staticcall(gas(), 0x02, 0x00, 0x40, add(innerEnd, 0x20), 0x20))
                innerEnd := add(innerEnd, 0x40)
            }
        }

        require(success, PrecompileFailed(Precompiles.SHA256));
        require(!tooFew, IBeaconProofs.SiblingCountMismatch(siblings.length, used + 1));
    }
}
