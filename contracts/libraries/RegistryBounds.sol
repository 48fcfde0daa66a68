// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {RegistryParameters} from "../types/OperatorTypes.sol";

/// @title Hard bounds of the registry's parameters
/// @notice What no administrator can go beyond without an upgrade.
library RegistryBounds {
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_PENALTY_WEI = 32 ether;
    /// @dev A predeposit that is stolen must cost more than it brings, and funded ether must have a bond.
    uint256 private constant MIN_FAULT_PENALTY_WEI = 0.1 ether;
    uint256 private constant MIN_BOND_RATE_BPS = 100;
    uint256 private constant MAX_WINDOW_SECONDS = 90 days;
    uint256 private constant MIN_APPEAL_SECONDS = 10 minutes;
    uint256 private constant MAX_DOWNTIME_WEI_PER_ETH_EPOCH = 0.01 ether;
    /// @dev Five clients of each layer can share the whole. There are that many.
    uint256 private constant MIN_CLIENT_CAP_BPS = 2_000;
    uint256 private constant MAX_CLIENT_FLOOR_GWEI = 1_000_000e9;
    /// @dev As many as the history remembers.
    uint256 private constant MAX_STRIKES = 32;

    /// @notice Reverts unless every parameter is within its bounds. `maxPeriodLockWei` bounds others, and may be any.
    function check(RegistryParameters memory p) internal pure {
        _within(p.faultPenaltyWei, MIN_FAULT_PENALTY_WEI, MAX_PENALTY_WEI);
        _within(p.bondMarginWei, 0, MAX_PENALTY_WEI);
        _within(p.bondRateBps, MIN_BOND_RATE_BPS, BPS);
        _within(p.clientCapBps, MIN_CLIENT_CAP_BPS, BPS);
        _within(p.clientCapFloorGwei, 0, MAX_CLIENT_FLOOR_GWEI);
        // A commitment of the same block as its opening would bind nobody.
        _within(p.minBatchAgeSeconds, 1, MAX_WINDOW_SECONDS);
        _within(p.appealWindowSeconds, MIN_APPEAL_SECONDS, MAX_WINDOW_SECONDS);
        // A bond must not leave before the causes that it covers have been judged.
        _within(p.bondExitDelaySeconds, p.appealWindowSeconds, MAX_WINDOW_SECONDS);
        _within(p.exitDeadlineSeconds, 0, MAX_WINDOW_SECONDS);
        _within(p.downtimePenaltyWeiPerEthEpoch, 0, MAX_DOWNTIME_WEI_PER_ETH_EPOCH);
        _within(p.maxDowntimeLockBps, 0, BPS);
        _within(p.strikesToDeactivate, 1, MAX_STRIKES);
        _within(p.theftPenaltyWei, 0, MAX_PENALTY_WEI);
    }

    function _within(uint256 got, uint256 least, uint256 most) private pure {
        require(got >= least && got <= most, IOperatorRegistry.ParameterOutOfBounds(got, least, most));
    }
}
