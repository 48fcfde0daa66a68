// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ValidatorRecords} from "../types/ValidatorRecords.sol";

/// @title What the beacon chain does with a request, read from a proven record
/// @notice The chain ignores what it cannot do without a word. A request that would be ignored costs its fee, and would be
/// counted as ether on its way, so none is sent.
/// @dev https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#new-process_withdrawal_request
/// https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#new-process_consolidation_request
library BeaconRules {
    using ValidatorRecords for bytes;

    /// @dev A validator has become active with this much, and keeps it in a partial withdrawal.
    /// https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#gwei-values
    uint64 internal constant MIN_ACTIVATION_GWEI = 32e9;
    /// @dev 2048 ETH is the most that earns (EIP-7251); 32 ETH of headroom let rewards compound for a year.
    uint64 internal constant MAX_FUNDED_GWEI = 2016e9;

    uint64 private constant FAR_FUTURE_EPOCH = type(uint64).max;

    /// @notice Whether an exit has begun, for whatever reason: a slashing begins one too.
    function isLeaving(bytes calldata record) internal pure returns (bool) {
        return record.slashed() || record.exitEpoch() != FAR_FUTURE_EPOCH;
    }

    /// @notice Whether a validator has been active for that many epochs; for none, whether it is active.
    function wasActiveFor(bytes calldata record, uint64 epochs, uint64 epoch) internal pure returns (bool) {
        uint64 activationEpoch = record.activationEpoch();
        return activationEpoch <= epoch && epoch - activationEpoch >= epochs;
    }

    /// @notice What a partial withdrawal can take at the most, before those that already wait, in Gwei.
    function spareGwei(bytes calldata record) internal pure returns (uint64) {
        uint64 balanceGwei = record.effectiveBalanceGwei();
        return balanceGwei > MIN_ACTIVATION_GWEI ? balanceGwei - MIN_ACTIVATION_GWEI : 0;
    }
}
