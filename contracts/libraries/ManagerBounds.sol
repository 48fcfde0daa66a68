// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IValidatorManager} from "../interfaces/IValidatorManager.sol";
import {ManagerParameters} from "../types/ValidatorTypes.sol";
import {BeaconRules} from "./BeaconRules.sol";
import {FundingTurns} from "./FundingTurns.sol";

/// @title Hard bounds of the validator manager's parameters
library ManagerBounds {
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_STOCK = 1024;
    /// @dev No more than a hundred operators can ever be needed to take all ether.
    uint256 private constant MIN_OPERATOR_SHARE_BPS = 100;
    /// @dev Funding and exits need a proof, and a proof needs some blocks to be made and sent.
    uint256 private constant MIN_PROOF_AGE_SECONDS = 10 minutes;
    uint256 private constant MAX_PROOF_AGE_SECONDS = 1 hours;
    uint256 private constant MIN_RETRY_SLOTS = 32;
    uint256 private constant MAX_RETRY_SECONDS = 30 days;
    /// @dev The first penalty alone is 1/4096 of the effective balance.
    /// https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#rewards-and-penalties
    uint256 private constant MIN_SLASHED_LOCK_BPS = 3;
    /// @dev 64 validators full of ether.
    uint256 private constant MAX_TURN_GWEI = 64 * 2048e9;

    /// @notice Reverts unless each parameter is within its bounds.
    function check(ManagerParameters calldata p, uint64 secondsPerSlot) internal pure {
        _requireWithin(p.maxStock, 1, MAX_STOCK);
        _requireWithin(p.maxStockPerOperator, 1, p.maxStock);
        _requireWithin(p.maxOperatorShareBps, MIN_OPERATOR_SHARE_BPS, BPS);
        _requireWithin(p.maxProofAgeSeconds, MIN_PROOF_AGE_SECONDS, MAX_PROOF_AGE_SECONDS);
        // Zero would ask for a full exit.
        _requireWithin(p.minPartialGwei, 1, BeaconRules.MIN_ACTIVATION_GWEI);
        _requireWithin(p.exitRetrySeconds, MIN_RETRY_SLOTS * secondsPerSlot, MAX_RETRY_SECONDS);
        _requireWithin(p.slashedLockBps, MIN_SLASHED_LOCK_BPS, BPS);
        _requireWithin(p.turnGwei, FundingTurns.MIN_CAPACITY_GWEI, MAX_TURN_GWEI);
    }

    function _requireWithin(uint256 got, uint256 min, uint256 max) private pure {
        require(got >= min && got <= max, IValidatorManager.ParameterOutOfBounds(got, min, max));
    }
}
