// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {BondLock, LockCause} from "../types/OperatorTypes.sol";
import {Bond, BondBook} from "./BondBook.sol";
import {OperatorRecord} from "./OperatorBook.sol";

/// @notice All locks of all operators, in the order in which they were made and mature.
/// @param next The oldest lock that is not settled.
/// @param all One slot each.
struct LockList {
    uint64 next;
    BondLock[] all;
}

/// @title The list of locks
library BondLocks {
    using BondBook for Bond;
    using SafeCast for uint256;

    /// @notice Locks shares of a bond, at most all that are free. A lock of nothing is not made.
    /// @param windowSeconds Time until it matures; longer when the lock before it matures later.
    /// @return lockedShares How many it holds.
    function make(
        LockList storage list,
        Bond storage bond,
        uint32 operatorId,
        LockCause cause,
        uint256 penaltyShares,
        uint256 lossShares,
        uint256 windowSeconds
    ) internal returns (uint256 lockedShares) {
        (penaltyShares, lossShares) = bond.lock(penaltyShares, lossShares);
        lockedShares = penaltyShares + lossShares;
        if (lockedShares == 0) return 0;
        uint256 lockId = list.all.length;
        // Locks mature in the order in which they were made, also when the window was shortened in between.
        uint256 maturesAt = block.timestamp + windowSeconds;
        if (lockId != 0) maturesAt = Math.max(maturesAt, list.all[lockId - 1].maturesAt);

        list.all.push(
            BondLock(operatorId, maturesAt.toUint40(), cause, penaltyShares.toUint88(), lossShares.toUint88())
        );

        emit IOperatorRegistry.BondLocked(operatorId, lockId, cause, penaltyShares, lossShares, uint64(maturesAt));
    }

    /// @notice Forgives a lock within its appeal window.
    function release(
        LockList storage list,
        mapping(uint32 operatorId => OperatorRecord) storage operators,
        uint256 lockId
    ) internal {
        require(lockId >= list.next && lockId < list.all.length, IOperatorRegistry.LockNotOpen(lockId));
        BondLock memory lock = list.all[lockId];
        require(lock.penaltyShares + lock.lossShares != 0, IOperatorRegistry.LockNotOpen(lockId));
        require(block.timestamp < lock.maturesAt, IOperatorRegistry.AppealWindowOver(lockId, lock.maturesAt));

        // The place in the list stays, so that those behind it keep their order.
        list.all[lockId].penaltyShares = 0;
        list.all[lockId].lossShares = 0;
        operators[lock.operatorId].bond.release(lock.penaltyShares, lock.lossShares);

        emit IOperatorRegistry.LockReleased(lockId, lock.operatorId);
    }

    /// @notice Ends the locks, oldest first, whose appeal window was over at a time.
    /// @param limit How many at the most.
    /// @return operatorIds Whose they were.
    /// @return shares What left each bond.
    /// @return open Whether a lock is left.
    function takeMatured(
        LockList storage list,
        mapping(uint32 operatorId => OperatorRecord) storage operators,
        uint256 timestamp,
        uint256 limit
    ) internal returns (uint32[] memory operatorIds, uint256[] memory shares, bool open) {
        uint256 first = list.next;
        uint256 end = first;
        uint256 length = list.all.length;
        while (end < length && end - first < limit && list.all[end].maturesAt <= timestamp) ++end;
        operatorIds = new uint32[](end - first);
        shares = new uint256[](end - first);

        list.next = uint64(end);
        for (uint256 i = first; i < end; ++i) {
            BondLock memory lock = list.all[i];
            uint256 burned = operators[lock.operatorId].bond.mature(lock.penaltyShares, lock.lossShares);
            (operatorIds[i - first], shares[i - first]) = (lock.operatorId, burned);
            emit IOperatorRegistry.LockMatured(i, lock.operatorId, burned);
        }
        open = end < length;
    }
}
