// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {IRewardDistribution} from "../interfaces/IRewardDistribution.sol";

/// @notice What operators may claim.
/// @param totalShares Sum of the newest tree, which is never less than that of the one before.
/// @param cumulativeFeeShares Fee shares ever minted.
/// @param claimableAt When the newest root can be claimed from, in seconds.
/// @param newest Which of the two roots is the newest; with the three before in one slot.
/// @param roots The newest root, and the one before, which serves until the newest can be claimed from.
/// @param totalClaimedShares Sum of all claims.
/// @param claimedShares What each operator has claimed.
struct RewardsRecord {
    uint96 totalShares;
    uint96 cumulativeFeeShares;
    uint40 claimableAt;
    uint8 newest;
    // ---- slot
    bytes32[2] roots;
    uint256 totalClaimedShares;
    mapping(uint32 operatorId => uint256) claimedShares;
}

/// @title Two Merkle roots of cumulative shares, and what was claimed of them
/// @notice However many operators there are, a report writes two slots.
library OperatorRewards {
    /// @notice Reverts unless a tree holds what the one before held, and no more than was minted before its report.
    function requirePlausible(RewardsRecord storage record, uint256 treeShares) internal view {
        (uint256 min, uint256 max) = (record.totalShares, record.cumulativeFeeShares);
        require(treeShares >= min && treeShares <= max, IRewardDistribution.RewardsImplausible(treeShares, min, max));
    }

    /// @notice Takes a report's root, and counts the fee shares that its settlement minted. The root takes the place of
    /// the one before, if the newest can be claimed from by now, or else of the newest, which nobody could claim from.
    /// @param treeShares Plausible.
    function turn(
        RewardsRecord storage record,
        bytes32 root,
        uint256 treeShares,
        uint32 claimDelaySeconds,
        uint256 feeShares
    ) internal {
        uint8 newest = record.newest;
        if (block.timestamp >= record.claimableAt) newest = 1 - newest;

        record.totalShares = uint96(treeShares);
        record.cumulativeFeeShares += uint96(feeShares);
        record.claimableAt = uint40(block.timestamp) + claimDelaySeconds;
        record.newest = newest;
        record.roots[newest] = root;
    }

    /// @notice The root that can be claimed from now.
    function claimableRoot(RewardsRecord storage record) internal view returns (bytes32) {
        uint8 newest = record.newest;
        return record.roots[block.timestamp >= record.claimableAt ? newest : 1 - newest];
    }

    /// @notice Books a claim.
    /// @param cumulativeShares The operator's leaf.
    /// @return shares What it has not claimed before.
    function claim(
        RewardsRecord storage record,
        uint32 operatorId,
        uint256 cumulativeShares,
        bytes32[] calldata proof
    ) internal returns (uint256 shares) {
        // Hashed twice, so that an inner node cannot pass for a leaf.
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(uint256(operatorId), cumulativeShares))));
        require(
            MerkleProof.verifyCalldata(proof, claimableRoot(record), leaf),
            IRewardDistribution.ProofInvalid(operatorId, cumulativeShares)
        );
        uint256 claimed = record.claimedShares[operatorId];
        require(cumulativeShares > claimed, IRewardDistribution.NothingToClaim(operatorId));
        shares = cumulativeShares - claimed;
        uint256 totalClaimed = record.totalClaimedShares + shares;
        require(
            totalClaimed <= record.totalShares,
            IRewardDistribution.RootOverdrawn(totalClaimed, record.totalShares)
        );

        record.claimedShares[operatorId] = cumulativeShares;
        record.totalClaimedShares = totalClaimed;
    }
}
