// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBeaconProofs} from "../interfaces/IBeaconProofs.sol";
import {Ssz} from "./Ssz.sol";

/// @title Merkle proofs of several leaves that share their branches
/// @notice The root is computed from the leaves upwards. Always the greatest generalised index that is known is taken: the
/// deepest node, the rightmost of its level. Its sibling is the next known node if that is the one beside it, or else
/// the next sibling of the proof. Then their parent is known.
///
///                   1
///          ┌────────┴────────┐            known are leaves 15, 13 and 12
///         (2)                3            15 and sibling 14   make 7
///                       ┌────┴────┐       13 and 12           make 6
///                       6         7       7 and 6             make 3
///                    ┌──┴──┐   ┌──┴──┐    3 and sibling 2     make the root
///                   12    13 (14)   15    so the proof carries (14), (2)
///
/// @dev Why no wrong leaf can pass. All positions follow from those of the leaves, and none of them is chosen by a sibling: what
/// is computed is the root of a tree in which each leaf stands at its own generalised index. The real tree has the same
/// root, so going down from it every node is the same in both, or two inputs of SHA-256 with one hash are found.
/// This needs leaves that are different positions, none above another; `add` says so, and the caller sees to it. That
/// no sibling is missing or left over follows from the positions too, and is checked.
library Multiproof {
    /// @notice Known nodes, in two queues that share two arrays. Both queues are in descending order of generalised indices:
    /// the leaves because they are added so, the inner nodes because their children were taken so.
    /// @param gindices Generalised indices: the leaves', then those of inner nodes.
    /// @param nodes Their hashes.
    /// @param leaf Next of the leaves.
    /// @param leafEnd End of the leaves.
    /// @param inner Next of the inner nodes.
    /// @param innerEnd End of the inner nodes.
    struct Frontier {
        uint256[] gindices;
        bytes32[] nodes;
        uint256 leaf;
        uint256 leafEnd;
        uint256 inner;
        uint256 innerEnd;
    }

    /// @notice Room for a proof of that size.
    function create(uint256 leafCount, uint256 siblingCount) internal pure returns (Frontier memory self) {
        // An inner node uses a sibling up or makes one node of two, which happens once less than there are leaves.
        uint256 capacity = 2 * leafCount + siblingCount;
        self.gindices = new uint256[](capacity);
        self.nodes = new bytes32[](capacity);
        self.inner = leafCount;
        self.innerEnd = leafCount;
    }

    /// @notice Adds a leaf: each with a smaller generalised index than the one before, and none above another.
    function add(Frontier memory self, uint256 gindex, bytes32 node) internal pure {
        self.gindices[self.leafEnd] = gindex;
        self.nodes[self.leafEnd] = node;
        ++self.leafEnd;
    }

    /// @notice The root that the leaves and siblings lead to. Reverts unless the siblings are as many as the leaves need.
    /// Uses the leaves up.
    function climb(Frontier memory self, bytes32[] calldata siblings) internal view returns (bytes32) {
        uint256 used;
        (uint256 gindex, bytes32 node) = _take(self);
        while (!_isEmpty(self)) {
            bytes32 parent;
            if (self.gindices[_next(self)] == gindex ^ 1) {
                // Taken first, this node is the greater one of the two: the right one.
                (, bytes32 left) = _take(self);
                parent = Ssz.hash(left, node);
            } else {
                require(used < siblings.length, IBeaconProofs.SiblingCountMismatch(siblings.length, used + 1));
                bytes32 sibling = siblings[used++];
                parent = gindex & 1 == 0 ? Ssz.hash(node, sibling) : Ssz.hash(sibling, node);
            }
            _push(self, gindex >> 1, parent);
            (gindex, node) = _take(self);
        }

        // All leaves are below one node. From here it is a plain branch.
        uint256 want = used + Math.log2(gindex);
        require(siblings.length == want, IBeaconProofs.SiblingCountMismatch(siblings.length, want));
        return Ssz.branchRoot(node, siblings[used:], gindex);
    }

    function _isEmpty(Frontier memory self) private pure returns (bool) {
        return self.leaf == self.leafEnd && self.inner == self.innerEnd;
    }

    /// @dev Place of the node with the greatest generalised index. There is one.
    function _next(Frontier memory self) private pure returns (uint256) {
        if (self.inner == self.innerEnd) return self.leaf;
        if (self.leaf == self.leafEnd) return self.inner;
        return self.gindices[self.leaf] > self.gindices[self.inner] ? self.leaf : self.inner;
    }

    function _take(Frontier memory self) private pure returns (uint256 gindex, bytes32 node) {
        uint256 place = _next(self);
        (gindex, node) = (self.gindices[place], self.nodes[place]);
        if (place == self.leaf) ++self.leaf;
        else ++self.inner;
    }

    function _push(Frontier memory self, uint256 gindex, bytes32 node) private pure {
        self.gindices[self.innerEnd] = gindex;
        self.nodes[self.innerEnd] = node;
        ++self.innerEnd;
    }
}
