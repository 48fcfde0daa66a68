// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Chain} from "../support/Chain.sol";
import {DepositKeys} from "../support/DepositKeys.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";
import {OracleHandler} from "./OracleHandler.sol";

/// @title Days on which nothing is earned, lost or burned: time, frames, deposits, exits, and ether by force
contract QuietHandler is Handler {
    OracleHandler private immutable ORACLE;

    constructor(World world, OracleHandler oracle) Handler(world) {
        ORACLE = oracle;
    }

    function pass(uint256 slots) external {
        vm.warp(block.timestamp + _bound(slots, 1, 40) * Chain.SECONDS_PER_SLOT);
    }

    function closeFrame(uint256 missedSlots) external {
        ORACLE.closeFrame(missedSlots);
    }

    function settle(uint256 which, uint256 way, uint256 hint) external {
        ORACLE.settle(which, way, hint, 0);
    }

    function closeAndSettle(uint256 way) external {
        ORACLE.closeAndSettle(way, 0);
    }

    function processDeposits(uint256 key) external {
        BEACON.processDeposits(key % DepositKeys.COUNT);
    }

    function leave(uint256 key) external {
        BEACON.beginExit(key % DepositKeys.COUNT);
        BEACON.payOut(key % DepositKeys.COUNT);
    }

    function force(bool intoQueue, uint256 amountWei) external {
        address target = intoQueue ? address(p.queue) : address(p.pool);
        amountWei = _bound(amountWei, 1, 1000 ether);
        _force(target, amountWei);
        GHOST.force(target, amountWei);
    }
}
