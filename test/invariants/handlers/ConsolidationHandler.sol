// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IValidatorExits} from "../../../contracts/interfaces/IValidatorExits.sol";
import {BeaconAnchor, ValidatorMultiproof} from "../../../contracts/types/BeaconTypes.sol";
import {OperatorStatus} from "../../../contracts/types/OperatorTypes.sol";
import {Validator, ValidatorStatus} from "../../../contracts/types/ValidatorTypes.sol";
import {ModelValidator} from "../support/BeaconModel.sol";
import {BeaconBlocks} from "../support/BeaconBlocks.sol";
import {DepositKeys} from "../support/DepositKeys.sol";
import {KeyBook} from "../support/KeyBook.sol";
import {World} from "../support/World.sol";
import {Handler} from "./Handler.sol";

/// @title Operators who merge their validators, and anyone who takes back what the chain has ignored
contract ConsolidationHandler is Handler {
    uint64 private constant MOST_FUNDED_GWEI = 2016e9;
    uint256 private constant FEE_WEI = 10;

    BeaconBlocks private immutable BLOCKS;

    constructor(World world) Handler(world) {
        BLOCKS = world.BLOCKS();
    }

    function requestConsolidation(uint256 key, uint256 other, bool byOwner) external userCall {
        key %= DepositKeys.COUNT;
        uint32 id = KeyBook.operatorOf(key);
        // Another one of the same operator.
        other = (id - 1) * KeyBook.KEYS_OF_OPERATOR + (other % KeyBook.KEYS_OF_OPERATOR);
        if (other == key || !BEACON.validator(key).visible || !BEACON.validator(other).visible) return;
        bool want =
            byOwner &&
                p.registry.getOperator(id).status == OperatorStatus.Active &&
                _mayLeave(key) &&
                _mayTake(key, other);
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = BLOCKS.proveTwo(key, other, 1);

        bytes memory data = abi.encodeCall(
            IValidatorExits.requestConsolidation,
            (anchor, proof, KeyBook.root(key), FEE_WEI)
        );
        address sender = byOwner ? WORLD.operatorOwner(id) : vm.addr(0x5EE9E5);
        (bool ok, bytes memory answer) = _pay(sender, address(p.exits), FEE_WEI, data);
        _requireAs(want, ok, answer, "consolidation");
    }

    /// @dev Nothing was asked for it that the chain may still do, and nothing moves to it.
    function _mayLeave(uint256 key) private view returns (bool) {
        Validator memory v = p.manager.getValidator(KeyBook.root(key));
        ModelValidator memory m = BEACON.validator(key);
        (, uint64 incomingGwei) = p.manager.consolidation(KeyBook.root(key));
        uint256 retryAt = v.requestedAt == 0 ? 0 : v.requestedAt + p.manager.parameters().exitRetrySeconds;
        return
            v.status == ValidatorStatus.Active &&
            !m.slashed &&
            !m.exiting &&
            incomingGwei == 0 &&
            _slotTime(1) >= retryAt;
    }

    function _mayTake(uint256 key, uint256 other) private view returns (bool) {
        Validator memory v = p.manager.getValidator(KeyBook.root(other));
        ModelValidator memory m = BEACON.validator(other);
        uint64 togetherGwei = v.depositedGwei + p.manager.getValidator(KeyBook.root(key)).depositedGwei;
        bool fits = togetherGwei >= 32e9 && togetherGwei <= MOST_FUNDED_GWEI;
        return v.status == ValidatorStatus.Active && !m.slashed && !m.exiting && fits;
    }

    /// @dev The chain had no room for it, or begins it just now: then it must not be taken back.
    function cancelConsolidation(uint256 key, bool ignored) external userCall {
        key %= DepositKeys.COUNT;
        bytes32 root = KeyBook.root(key);
        (bytes32 targetRoot, ) = p.manager.consolidation(root);
        if (!BEACON.validator(key).visible) return;
        if (!ignored) BEACON.beginConsolidation(key);
        ModelValidator memory m = BEACON.validator(key);
        uint256 retryAt = p.manager.getValidator(root).requestedAt + p.manager.parameters().exitRetrySeconds;
        bool want = targetRoot != 0 && !m.slashed && !m.exiting && _slotTime(1) >= retryAt;
        (BeaconAnchor memory anchor, ValidatorMultiproof memory proof) = BLOCKS.prove(key, 1);

        bytes memory data = abi.encodeCall(IValidatorExits.cancelConsolidation, (anchor, proof));
        (bool ok, bytes memory answer) = _as(vm.addr(0x5EE9E5), address(p.exits), data);
        _requireAs(want, ok, answer, "a consolidation taken back");

        if (ok) BEACON.ignoreConsolidation(key);
    }

    function _slotTime(uint64 slotsAgo) private view returns (uint256) {
        return BLOCKS.timeOfSlot(slotsAgo);
    }
}
