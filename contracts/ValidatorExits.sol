// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IBeaconProofs} from "./interfaces/IBeaconProofs.sol";
import {IOperatorRegistryReader} from "./interfaces/IOperatorRegistry.sol";
import {IStakingPoolReader} from "./interfaces/IStakingPool.sol";
import {IValidatorExits} from "./interfaces/IValidatorExits.sol";
import {IValidatorManager} from "./interfaces/IValidatorManager.sol";
import {IWithdrawalQueueReader} from "./interfaces/IWithdrawalQueue.sol";
import {IWithdrawalVault} from "./interfaces/IVaults.sol";
import {BeaconRules} from "./libraries/BeaconRules.sol";
import {FreshProof} from "./libraries/FreshProof.sol";
import {BeaconAnchor, ValidatorMultiproof} from "./types/BeaconTypes.sol";
import {Operator, OperatorStatus} from "./types/OperatorTypes.sol";
import {ValidatorRecords} from "./types/ValidatorRecords.sol";
import {ExitAddresses, ExitChain, ManagerParameters, Validator, ValidatorStatus} from "./types/ValidatorTypes.sol";

/// @title ValidatorExits
/// @notice See {IValidatorExits}. Rules only: what was asked for is in the books of the ValidatorManager, which sends it.
contract ValidatorExits is IValidatorExits {
    using SafeCast for uint256;
    using BeaconRules for bytes;
    using FreshProof for IBeaconProofs;
    using ValidatorRecords for bytes;

    IStakingPoolReader private immutable POOL;
    IWithdrawalQueueReader private immutable QUEUE;
    IOperatorRegistryReader private immutable REGISTRY;
    IValidatorManager private immutable MANAGER;
    IWithdrawalVault private immutable WITHDRAWAL_VAULT;
    address private immutable EXECUTION_REWARDS_VAULT;
    IBeaconProofs private immutable PROOFS;
    uint64 private immutable SLOTS_PER_EPOCH;
    uint64 private immutable SHARD_COMMITTEE_PERIOD;

    /// @dev What the proof, the parameters and the protocol say of all validators that are asked for.
    struct Asking {
        uint64 slotTimestamp;
        uint64 epoch;
        uint64 retrySeconds;
        uint64 minPartialGwei;
        /// What anyone may still ask for; falls with each validator.
        uint64 demandGwei;
        /// Whose validators were looked at last, and whether the caller needs no demand to ask for these.
        uint32 operatorId;
        bool free;
        bytes32[] roots;
    }

    constructor(ExitAddresses memory a, ExitChain memory chain) {
        POOL = IStakingPoolReader(a.pool);
        QUEUE = IWithdrawalQueueReader(a.queue);
        REGISTRY = IOperatorRegistryReader(a.registry);
        MANAGER = IValidatorManager(a.manager);
        WITHDRAWAL_VAULT = IWithdrawalVault(a.withdrawalVault);
        EXECUTION_REWARDS_VAULT = a.executionRewardsVault;
        PROOFS = IBeaconProofs(a.beaconProofs);
        SLOTS_PER_EPOCH = chain.slotsPerEpoch;
        SHARD_COMMITTEE_PERIOD = chain.shardCommitteePeriod;
    }

    // ---------------------------------------------------------------- Exit

    /// @inheritdoc IValidatorExits
    function requestExit(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        uint256 maxFeeWei
    ) external payable {
        Asking memory asking = _ask(anchor, proof);
        uint256 count = asking.roots.length;
        uint256 feeWei = _requireFee(WITHDRAWAL_VAULT.withdrawalRequestFeeWei(), count, maxFeeWei);

        for (uint256 i = 0; i < count; ++i) {
            bytes calldata record = proof.records.at(i);
            _requireExit(asking, asking.roots[i], record);
            uint64 balanceGwei = record.effectiveBalanceGwei();
            MANAGER.sendExit{value: feeWei}(asking.roots[i], record.pubkey(), balanceGwei);
        }

        _refund(feeWei * count);
    }

    function _requireExit(Asking memory asking, bytes32 root, bytes calldata record) private view {
        Validator memory validator = MANAGER.getValidator(root);
        // One that is Exiting was asked to, and did not hear.
        if (validator.status != ValidatorStatus.Exiting) _requireActive(root, validator);
        (bytes32 targetRoot, ) = MANAGER.consolidation(root);
        require(targetRoot == 0, Consolidating(root));
        _requireFollowed(asking, root, record);
        _requireAnswered(asking, root, validator);
        if (_isFree(asking, validator.operatorId)) return;

        // An exit gives back all or nothing. One that gives more than is needed is right only where a partial
        // withdrawal of the same validator would give too little.
        _takeDemand(asking, record.effectiveBalanceGwei(), asking.demandGwei + BeaconRules.MIN_ACTIVATION_GWEI - 1);
    }

    // ---------------------------------------------------------------- Partial withdrawal

    /// @inheritdoc IValidatorExits
    function requestPartialWithdrawal(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        uint64[] calldata amountsGwei,
        uint256 maxFeeWei
    ) external payable {
        Asking memory asking = _ask(anchor, proof);
        uint256 count = asking.roots.length;
        require(amountsGwei.length == count, LengthMismatch(amountsGwei.length, count));
        uint256 feeWei = _requireFee(WITHDRAWAL_VAULT.withdrawalRequestFeeWei(), count, maxFeeWei);

        for (uint256 i = 0; i < count; ++i) {
            bytes calldata record = proof.records.at(i);
            bytes32 root = asking.roots[i];
            uint64 waitingGwei = _requirePartial(asking, root, record, amountsGwei[i]) + amountsGwei[i];
            MANAGER.sendPartialWithdrawal{value: feeWei}(root, record.pubkey(), amountsGwei[i], waitingGwei);
        }

        _refund(feeWei * count);
    }

    /// @return waitingGwei Partial withdrawals that may still be paid.
    function _requirePartial(
        Asking memory asking,
        bytes32 root,
        bytes calldata record,
        uint64 amountGwei
    ) private view returns (uint64 waitingGwei) {
        Validator memory validator = MANAGER.getValidator(root);
        uint32 operatorId = validator.operatorId;
        // While an exit is wanted a partial withdrawal would make the chain ignore it.
        _requireActive(root, validator);
        require(!REGISTRY.exitDeadlinePassed(operatorId), ExitWanted(operatorId));
        _requireFollowed(asking, root, record);
        if (asking.slotTimestamp < _retryAt(asking, validator)) waitingGwei = validator.partialGwei;
        uint64 minGwei = asking.minPartialGwei;
        uint64 maxGwei = uint64(Math.saturatingSub(record.spareGwei(), waitingGwei));
        require(amountGwei >= minGwei && amountGwei <= maxGwei, PartialOutOfBounds(root, amountGwei, minGwei, maxGwei));
        // The least that can be asked for is right also where a little less is wanted.
        if (!_isFree(asking, operatorId)) _takeDemand(asking, amountGwei, uint64(Math.max(asking.demandGwei, minGwei)));
    }

    // ---------------------------------------------------------------- Consolidation

    /// @inheritdoc IValidatorExits
    function requestConsolidation(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        bytes32 sourceRoot,
        uint256 maxFeeWei
    ) external payable {
        Asking memory asking = _ask(anchor, proof);
        require(asking.roots.length == 2, LengthMismatch(asking.roots.length, 2));
        uint256 from = asking.roots[0] == sourceRoot ? 0 : 1;
        require(asking.roots[from] == sourceRoot, NotInProof(sourceRoot));
        bytes32 targetRoot = asking.roots[1 - from];
        bytes calldata source = proof.records.at(from);
        bytes calldata target = proof.records.at(1 - from);
        _requireConsolidable(asking, sourceRoot, source, targetRoot, target);
        uint256 feeWei = _requireFee(WITHDRAWAL_VAULT.consolidationRequestFeeWei(), 1, maxFeeWei);

        MANAGER.sendConsolidation{value: feeWei}(sourceRoot, source.pubkey(), targetRoot, target.pubkey());
        _refund(feeWei);
    }

    function _requireConsolidable(
        Asking memory asking,
        bytes32 sourceRoot,
        bytes calldata source,
        bytes32 targetRoot,
        bytes calldata target
    ) private view {
        Validator memory giver = MANAGER.getValidator(sourceRoot);
        Validator memory taker = MANAGER.getValidator(targetRoot);
        _requireActive(sourceRoot, giver);
        _requireActive(targetRoot, taker);
        require(taker.operatorId == giver.operatorId, WrongOperator(targetRoot, taker.operatorId, giver.operatorId));
        Operator memory operator = REGISTRY.getOperator(giver.operatorId);
        require(operator.owner == msg.sender, NotOperatorOwner(giver.operatorId, msg.sender));
        // One that must leave could keep a validator from being exited with requests that the chain ignores.
        require(operator.status == OperatorStatus.Active, OperatorNotActive(giver.operatorId));
        _requireFollowed(asking, sourceRoot, source);
        _requireAnswered(asking, sourceRoot, giver);
        require(!target.isLeaving(), Leaving(targetRoot));
        require(target.wasActiveFor(0, asking.epoch), ActiveTooShort(targetRoot, asking.epoch));
    }

    /// @inheritdoc IValidatorExits
    function cancelConsolidation(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external {
        Asking memory asking = _ask(anchor, proof);

        for (uint256 i = 0; i < asking.roots.length; ++i) {
            bytes32 root = asking.roots[i];
            (bytes32 targetRoot, ) = MANAGER.consolidation(root);
            require(targetRoot != 0, NotConsolidating(root));
            require(!proof.records.at(i).isLeaving(), Leaving(root));
            _requireAnswered(asking, root, MANAGER.getValidator(root));

            MANAGER.takeConsolidationBack(root);
        }
    }

    // ---------------------------------------------------------------- Rules

    function _ask(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof
    ) private view returns (Asking memory asking) {
        ManagerParameters memory p = MANAGER.parameters();
        (asking.slotTimestamp, asking.roots) = PROOFS.verify(anchor, proof, p.maxProofAgeSeconds);
        asking.epoch = anchor.header.slot / SLOTS_PER_EPOCH;
        asking.retrySeconds = p.exitRetrySeconds;
        asking.minPartialGwei = p.minPartialGwei;
        asking.demandGwei = exitDemandGwei();
    }

    function _requireActive(bytes32 root, Validator memory validator) private pure {
        require(validator.status == ValidatorStatus.Active, WrongStatus(root, uint8(validator.status)));
    }

    /// @dev Reverts where the chain would ignore a request to leave.
    function _requireFollowed(Asking memory asking, bytes32 root, bytes calldata record) private view {
        require(!record.isLeaving(), Leaving(root));
        require(record.wasActiveFor(SHARD_COMMITTEE_PERIOD, asking.epoch), ActiveTooShort(root, asking.epoch));
    }

    /// @dev Reverts while the chain may still follow, or pay out, what was asked for before.
    function _requireAnswered(Asking memory asking, bytes32 root, Validator memory validator) private pure {
        uint64 retryAt = _retryAt(asking, validator);
        require(asking.slotTimestamp >= retryAt, RequestPending(root, retryAt));
    }

    function _retryAt(Asking memory asking, Validator memory validator) private pure returns (uint64) {
        return validator.requestedAt == 0 ? 0 : validator.requestedAt + asking.retrySeconds;
    }

    /// @dev Whether the caller needs no reason: the operator's owner, or anyone once its deadline has passed.
    function _isFree(Asking memory asking, uint32 operatorId) private view returns (bool) {
        if (operatorId == asking.operatorId) return asking.free;

        asking.operatorId = operatorId;
        asking.free = REGISTRY.getOperator(operatorId).owner == msg.sender || REGISTRY.exitDeadlinePassed(operatorId);
        return asking.free;
    }

    function _takeDemand(Asking memory asking, uint64 amountGwei, uint64 mostGwei) private pure {
        uint64 demandGwei = asking.demandGwei;
        require(demandGwei != 0 && amountGwei <= mostGwei, ExitNotNeeded(amountGwei, demandGwei));
        asking.demandGwei = uint64(Math.saturatingSub(demandGwei, amountGwei));
    }

    /// @inheritdoc IValidatorExits
    function exitDemandGwei() public view returns (uint64) {
        uint256 coveredWei;
        coveredWei += POOL.bufferedWei();
        coveredWei += address(WITHDRAWAL_VAULT).balance;
        coveredWei += EXECUTION_REWARDS_VAULT.balance;
        coveredWei += uint256(MANAGER.requestedGwei()) * 1 gwei;
        return Math.ceilDiv(Math.saturatingSub(QUEUE.unfinalizedEtherWei(), coveredWei), 1 gwei).toUint64();
    }

    // ---------------------------------------------------------------- Fee

    function _requireFee(uint256 feeWei, uint256 count, uint256 maxFeeWei) private view returns (uint256) {
        require(feeWei <= maxFeeWei, FeeTooHigh(feeWei, maxFeeWei));
        require(msg.value >= feeWei * count, FeeNotPaid(msg.value, feeWei * count));
        return feeWei;
    }

    function _refund(uint256 spentWei) private {
        if (msg.value > spentWei) Address.sendValue(payable(msg.sender), msg.value - spentWei);
    }
}
