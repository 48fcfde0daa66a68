// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DepositKeys} from "../support/DepositKeys.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title What happens on the beacon chain: deposits are processed, validators earn, lose, are slashed and leave
/// @notice Nothing here touches the contracts: they learn of it by proofs, reports, and ether in the vaults.
contract BeaconHandler is Handler {
    uint64 private constant MOST_PENALTY_GWEI = 0.05e9;

    constructor(World world) Handler(world) {}

    /// @dev Some epochs pass: all deposits are processed, all validators earn, exits that were asked for begin.
    function epochs(uint64 amountGwei) external {
        amountGwei = uint64(_bound(amountGwei, 1, _smallGwei() / DepositKeys.COUNT));
        for (uint256 key = 0; key < DepositKeys.COUNT; ++key) {
            BEACON.processDeposits(key);
            BEACON.earn(key, amountGwei);
            if (BEACON.wasExitAsked(key)) BEACON.beginExit(key);
            BEACON.beginConsolidation(key);
        }
    }

    function processDeposits(uint256 key) external {
        BEACON.processDeposits(key % DepositKeys.COUNT);
    }

    /// @dev One validator has luck, somebody makes it a gift, or a block brings tips.
    function gain(uint256 kind, uint256 key, uint64 amountGwei) external {
        key %= DepositKeys.COUNT;
        amountGwei = uint64(_bound(amountGwei, 1, _smallGwei()));
        if (kind % 3 == 0) return BEACON.earn(key, amountGwei);
        if (kind % 3 == 1) return BEACON.inject(key, 1e9 + amountGwei);
        _force(address(p.executionRewardsVault), uint256(amountGwei) * 1 gwei);
        BEACON.noteExecutionReceipt(uint256(amountGwei) * 1 gwei);
    }

    /// @dev One validator misses duties, is slashed, leaves, or its key was used by somebody else first.
    function lose(uint256 kind, uint256 key, uint64 amountGwei) external {
        key %= DepositKeys.COUNT;
        kind %= 8;
        if (kind < 4) BEACON.penalise(key, uint64(_bound(amountGwei, 1, MOST_PENALTY_GWEI)));
        else if (kind == 4) BEACON.slash(key);
        else if (kind < 7) BEACON.beginExit(key);
        else BEACON.frontRun(key);
    }

    function payOut(uint256 key) external {
        BEACON.payOut(key % DepositKeys.COUNT);
    }

    /// @dev A five thousandth of the pool: some ten of such gains fit the growth bound of a frame.
    function _smallGwei() private view returns (uint64) {
        return uint64(GHOST.pooledWei() / 5000 / 1 gwei);
    }
}
