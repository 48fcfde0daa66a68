// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DepositKeys} from "../support/DepositKeys.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title What happens on the beacon chain: deposits are processed, validators earn, lose, are slashed and leave
/// @notice Nothing here touches the contracts: they learn of it by proofs, reports, and ether in the vaults.
contract BeaconHandler is Handler {
    constructor(World world) Handler(world) {}

    function processDeposits(uint256 key) external {
        BEACON.processDeposits(key % DepositKeys.COUNT);
    }

    /// @dev Up to a five thousandth of the pool at once: some tens of such rewards fit the growth bound of a frame.
    function earn(uint256 key, uint64 amountGwei) external {
        BEACON.earn(key % DepositKeys.COUNT, uint64(_bound(amountGwei, 1, _small())));
    }

    /// @dev All validators earn and their first deposits are processed, as epochs pass.
    function epoch(uint64 amountGwei) external {
        amountGwei = uint64(_bound(amountGwei, 1, _small() / DepositKeys.COUNT));
        for (uint256 key = 0; key < DepositKeys.COUNT; ++key) {
            BEACON.processDeposits(key);
            BEACON.earn(key, amountGwei);
            if (BEACON.wasExitAsked(key)) BEACON.beginExit(key);
        }
    }

    function penalise(uint256 key, uint64 amountGwei) external {
        BEACON.penalise(key % DepositKeys.COUNT, uint64(_bound(amountGwei, 1, 0.05e9)));
    }

    function slash(uint256 key, uint256 chance) external {
        if (chance % 4 == 0) BEACON.slash(key % DepositKeys.COUNT);
    }

    function frontRun(uint256 key, uint256 chance) external {
        if (chance % 4 == 0) BEACON.frontRun(key % DepositKeys.COUNT);
    }

    /// @dev A gift to one validator; the contracts will see a reward.
    function inject(uint256 key, uint64 amountGwei) external {
        BEACON.inject(key % DepositKeys.COUNT, uint64(_bound(amountGwei, 1e9, 1e9 + _small())));
    }

    function exit(uint256 key, uint256 chance) external {
        if (chance % 2 == 0) BEACON.beginExit(key % DepositKeys.COUNT);
    }

    function payOut(uint256 key) external {
        BEACON.payOut(key % DepositKeys.COUNT);
    }

    function tip(uint256 amountWei) external {
        amountWei = _bound(amountWei, 1, uint256(_small()) * 1 gwei);
        _force(address(p.executionRewardsVault), amountWei);
        BEACON.noteExecutionReceipt(amountWei);
    }

    function _small() private view returns (uint64) {
        return uint64(GHOST.pooledWei() / 5000 / 1 gwei);
    }
}
