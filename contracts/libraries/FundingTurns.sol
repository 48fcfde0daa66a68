// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IValidatorManager} from "../interfaces/IValidatorManager.sol";
import {BeaconRules} from "./BeaconRules.sol";

/// @title Whose turn it is to be funded
/// @notice Operators are served in the order of their numbers, and after the last one the first. A turn has so much ether
/// and ends when less is left than a new validator needs. Who has no room on proven validators is not even looked at, so
/// that numbers without validators, which anybody can register, cost nothing:
///
///     withRoom      0 1 1 0 0 1 0 ...     one bit an operator, 256 to a slot
///     operatorId  ────────┘ the turn      the next candidate is 5, then 1
library FundingTurns {
    using BitMaps for BitMaps.BitMap;

    /// @dev The least that brings a predeposited validator to its activation: 31 ETH.
    uint64 internal constant MIN_CAPACITY_GWEI = BeaconRules.MIN_ACTIVATION_GWEI - 1e9;

    struct Turns {
        /// Whose turn it is. There need not be such an operator: then it is the next candidate's.
        uint32 operatorId;
        /// What is left of the turn, in Gwei.
        uint64 leftGwei;
        /// Greatest number that ever had room.
        uint32 lastId;
        /// What an operator's Active validators can still take, in Gwei.
        mapping(uint32 operatorId => uint64) roomGwei;
        BitMaps.BitMap withRoom;
    }

    /// @notice Books that an operator's Active validators can take more, or less, than before.
    function moveRoom(Turns storage turns, uint32 operatorId, uint64 addedGwei, uint64 takenGwei) internal {
        uint64 beforeGwei = turns.roomGwei[operatorId];
        uint64 afterGwei = beforeGwei + addedGwei - takenGwei;
        turns.roomGwei[operatorId] = afterGwei;
        bool has = afterGwei >= MIN_CAPACITY_GWEI;
        if (has == (beforeGwei >= MIN_CAPACITY_GWEI)) return;

        turns.withRoom.setTo(operatorId, has);
        if (operatorId > turns.lastId) turns.lastId = operatorId;
    }

    /// @notice Takes ether out of an operator's turn. Reverts while another one with capacity comes first.
    /// @param turnGwei What a new turn has.
    /// @param capacityGwei What an operator can be funded with now.
    function take(
        Turns storage turns,
        uint32 operatorId,
        uint64 amountGwei,
        uint64 turnGwei,
        function(uint32) view returns (uint64) capacityGwei
    ) internal {
        uint32 turnId = turns.operatorId;
        uint64 leftGwei = turnId == operatorId ? turns.leftGwei : turnGwei;
        require(amountGwei <= leftGwei, IValidatorManager.TurnExceeded(operatorId, amountGwei, leftGwei));
        uint32 other = _firstBefore(turns, turnId, operatorId);
        while (other != 0) {
            require(capacityGwei(other) < MIN_CAPACITY_GWEI, IValidatorManager.NotItsTurn(operatorId, other));
            other = _firstBefore(turns, other + 1, operatorId);
        }

        leftGwei -= amountGwei;
        // What is left must do for a new validator: an operator that has only such could never use it up.
        if (leftGwei < MIN_CAPACITY_GWEI) _begin(turns, operatorId + 1, turnGwei);
        else if (turnId != operatorId) _begin(turns, operatorId, leftGwei);
        else turns.leftGwei = leftGwei;
    }

    /// @notice Passes the turn over operators without capacity, looking at so many at the most.
    function advance(
        Turns storage turns,
        uint256 limit,
        uint64 turnGwei,
        function(uint32) view returns (uint64) capacityGwei
    ) internal {
        uint32 operatorId = turns.operatorId;
        for (uint256 i = 0; i < limit; ++i) {
            uint32 found = _firstFrom(turns, operatorId);
            if (found == 0) break;
            bool hasCapacity = capacityGwei(found) >= MIN_CAPACITY_GWEI;
            operatorId = hasCapacity ? found : found + 1;
            if (hasCapacity) break;
        }
        if (operatorId != turns.operatorId) _begin(turns, operatorId, turnGwei);
    }

    function _begin(Turns storage turns, uint32 operatorId, uint64 leftGwei) private {
        turns.operatorId = operatorId;
        turns.leftGwei = leftGwei;

        emit IValidatorManager.TurnMoved(operatorId, leftGwei);
    }

    /// @dev The first operator with room from a number on, with those below the number last; zero when there is none.
    function _firstFrom(Turns storage turns, uint32 from) private view returns (uint32 operatorId) {
        uint32 lastId = turns.lastId;
        operatorId = _search(turns, from, lastId);
        if (operatorId == 0) operatorId = _search(turns, 0, lastId);
    }

    /// @dev The first operator with room that comes before `until` when the turn is at `from`; zero when there is none.
    function _firstBefore(Turns storage turns, uint32 from, uint32 until) private view returns (uint32 operatorId) {
        if (from == until) return 0;
        if (from < until) return _search(turns, from, until - 1);
        operatorId = _search(turns, from, turns.lastId);
        if (operatorId == 0) operatorId = _search(turns, 0, until - 1);
    }

    /// @dev The first with room among these numbers, both included; zero, which is no operator, when there is none.
    function _search(Turns storage turns, uint32 from, uint32 to) private view returns (uint32 operatorId) {
        for (uint256 bucket = from >> 8; bucket <= to >> 8; ++bucket) {
            uint256 bits = turns.withRoom._data[bucket];
            if (bucket == from >> 8) bits &= type(uint256).max << (from & 0xff);
            if (bits == 0) continue;

            // x & (~x + 1) leaves the lowest bit of x; as x is not zero the sum does not overflow.
            operatorId = uint32((bucket << 8) | Math.log2(bits & (~bits + 1)));
            return operatorId <= to ? operatorId : 0;
        }
        return 0;
    }
}
