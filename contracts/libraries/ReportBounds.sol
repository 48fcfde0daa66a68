// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Deferral, Loss, Settlement} from "../types/ReportTypes.sol";

/// @title How far a report may move the rate
library ReportBounds {
    uint256 private constant BPS = 10_000;

    /// @notice The most that may be earned in a window, in wei.
    function maxGrowthWei(
        uint256 pooledWei,
        uint256 maxYearlyGrowthBps,
        uint256 windowSeconds
    ) internal pure returns (uint256) {
        return (pooledWei * maxYearlyGrowthBps * windowSeconds) / (BPS * 365 days);
    }

    /// @notice The most that may be lost by one report without a review, in wei.
    function maxLossWei(uint256 pooledWei, uint256 maxLossBps) internal pure returns (uint256) {
        return (pooledWei * maxLossBps) / BPS;
    }

    /// @notice What the report loses, in wei: the loss of the pool, or the sum of the named losses if that is more.
    function lossWei(int256 rewardsWei, Loss[] calldata losses) internal pure returns (uint256 greaterWei) {
        for (uint256 i = 0; i < losses.length; ++i) greaterWei += losses[i].amountWei;
        if (rewardsWei < 0) greaterWei = Math.max(greaterWei, uint256(-rewardsWei));
    }

    /// @notice Takes the surplus above a bound out of what is booked, so that the next report finds it again: first the
    /// ether of the ExecutionRewardsVault stays there, then the booked balance is lower than the reported one, and last
    /// the ether of the WithdrawalVault stays, since withdrawals wait for it.
    /// @param s What the report says so far; corrected in place. Rewards end at most one Gwei below the bound.
    function deferSurplus(Settlement memory s, uint256 maxWei) internal pure returns (Deferral memory d) {
        uint256 surplusWei = uint256(s.rewardsWei) - maxWei;
        d.executionRewardsWei = Math.min(surplusWei, s.executionRewardsWei);
        uint256 restGwei = Math.ceilDiv(surplusWei - d.executionRewardsWei, 1 gwei);
        d.consensusGwei = uint64(Math.min(restGwei, s.consensusGwei));
        uint256 heldWei = d.executionRewardsWei + uint256(d.consensusGwei) * 1 gwei;
        d.withdrawalsWei = Math.saturatingSub(surplusWei, heldWei);

        s.executionRewardsWei -= d.executionRewardsWei;
        s.consensusGwei -= d.consensusGwei;
        s.withdrawalsWei -= d.withdrawalsWei;
        s.rewardsWei -= int256(heldWei + d.withdrawalsWei);
    }
}
