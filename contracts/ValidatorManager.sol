// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IBeaconProofs} from "./interfaces/IBeaconProofs.sol";
import {IDepositContract} from "./interfaces/IDepositContract.sol";
import {IDepositVerifier} from "./interfaces/IDepositVerifier.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {IRewardDistributionReader} from "./interfaces/IRewardDistribution.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {IValidatorManager, IValidatorManagerReader} from "./interfaces/IValidatorManager.sol";
import {IWithdrawalVault} from "./interfaces/IVaults.sol";
import {BeaconRules} from "./libraries/BeaconRules.sol";
import {DepositSignature} from "./libraries/DepositSignature.sol";
import {Deposits} from "./libraries/Deposits.sol";
import {Flow, FlowTrace} from "./libraries/FlowTrace.sol";
import {FreshProof} from "./libraries/FreshProof.sol";
import {FundingTurns} from "./libraries/FundingTurns.sol";
import {ManagerBounds} from "./libraries/ManagerBounds.sol";
import {Validators} from "./libraries/Validators.sol";
import {BeaconAnchor, ValidatorMultiproof} from "./types/BeaconTypes.sol";
import {SignatureHint} from "./types/DepositTypes.sol";
import {ValidatorRecords} from "./types/ValidatorRecords.sol";
import {
    ManagerAddresses,
    ManagerChain,
    ManagerParameters,
    Validator,
    ValidatorStatus
} from "./types/ValidatorTypes.sol";

/// @title ValidatorManager
/// @notice See {IValidatorManager}.
contract ValidatorManager is IValidatorManager, AccessManagedUpgradeable, UUPSUpgradeable {
    using BeaconRules for bytes;
    using Deposits for bytes;
    using Deposits for IDepositContract;
    using FlowTrace for Flow;
    using FreshProof for IBeaconProofs;
    using FundingTurns for FundingTurns.Turns;
    using ValidatorRecords for bytes;
    using Validators for Validator;
    using Validators for Validators.Book;

    uint64 private constant PREDEPOSIT_GWEI = Validators.PREDEPOSIT_GWEI;

    uint256 private constant BPS = 10_000;

    IStakingPool private immutable POOL;
    IOperatorRegistry private immutable REGISTRY;
    IRewardDistributionReader private immutable DISTRIBUTION;
    IWithdrawalVault private immutable WITHDRAWAL_VAULT;
    address private immutable VALIDATOR_EXITS;
    IDepositContract private immutable DEPOSIT_CONTRACT;
    IBeaconProofs private immutable PROOFS;
    IDepositVerifier private immutable VERIFIER;
    uint64 private immutable SECONDS_PER_SLOT;

    /// @inheritdoc IValidatorManagerReader
    bytes32 public immutable depositDomain;
    /// @inheritdoc IValidatorManagerReader
    bytes32 public immutable withdrawalCredentials;

    /// @custom:storage-location erc7201:ethstake.storage.ValidatorManager
    struct ManagerStorage {
        ManagerParameters parameters;
        Validators.Book book;
        /// All EIP-7002 requests by time.
        Flow requests;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.ValidatorManager")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x7cbbbe6fc365bdfd47dd041380cf471e5c5f8b6b40f3afac6cd283f433e43500;

    modifier only(address caller) {
        require(msg.sender == caller, NotProtocol(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(ManagerAddresses memory a, ManagerChain memory chain) {
        POOL = IStakingPool(a.pool);
        REGISTRY = IOperatorRegistry(a.registry);
        DISTRIBUTION = IRewardDistributionReader(a.distribution);
        WITHDRAWAL_VAULT = IWithdrawalVault(a.withdrawalVault);
        VALIDATOR_EXITS = a.validatorExits;
        DEPOSIT_CONTRACT = IDepositContract(a.depositContract);
        PROOFS = IBeaconProofs(a.beaconProofs);
        VERIFIER = IDepositVerifier(a.depositVerifier);
        SECONDS_PER_SLOT = chain.secondsPerSlot;
        depositDomain = DepositSignature.depositDomain(chain.genesisForkVersion);
        // Compounding credentials: 0x02, eleven zero bytes, the address (EIP-7251).
        withdrawalCredentials = bytes32((uint256(0x02) << 248) | uint160(a.withdrawalVault));
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once.
    function initialize(address authority_, ManagerParameters calldata parameters_) external initializer {
        __AccessManaged_init(authority_);
        _setParameters(parameters_);
    }

    /// @notice Ether comes from the pool, on its way to the deposit contract.
    receive() external payable only(address(POOL)) {}

    // ---------------------------------------------------------------- Predeposit

    /// @inheritdoc IValidatorManager
    function predeposit(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail,
        SignatureHint[] calldata hints
    ) external {
        // Checks the lengths of keys and signatures, and that the operator committed to them long enough ago.
        REGISTRY.revealKeys(operatorId, batchId, pubkeys, signatures, tail);
        (bytes32[] memory roots, uint32 count) = _begin(operatorId, batchId, pubkeys, signatures, hints);
        if (count == 0) return;

        ManagerStorage storage $ = _manager();
        $.book.addStock(operatorId, REGISTRY.addUnproven(operatorId, count), count, $.parameters);
        POOL.takeForDeposits(count * PREDEPOSIT_GWEI);
        for (uint256 i = 0; i < roots.length; ++i) {
            if (roots[i] == 0) continue;
            DEPOSIT_CONTRACT.first(
                withdrawalCredentials,
                pubkeys.pubkeyAt(i),
                roots[i],
                signatures.signatureAt(i),
                PREDEPOSIT_GWEI
            );
        }
    }

    /// @return roots Public key roots; zero for a key that is passed over.
    /// @return count How many are not.
    function _begin(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        SignatureHint[] calldata hints
    ) private returns (bytes32[] memory roots, uint32 count) {
        bool allSigned = _areSigned(pubkeys, signatures, hints);
        roots = new bytes32[](hints.length);
        for (uint256 i = 0; i < roots.length; ++i) {
            bool signed = allSigned || _isSigned(pubkeys.pubkeyAt(i), signatures.signatureAt(i), hints[i]);
            roots[i] = _manager().book.begin(operatorId, batchId, pubkeys.pubkeyAt(i), signed);
            if (roots[i] != 0) ++count;
        }
    }

    function _areSigned(
        bytes calldata pubkeys,
        bytes calldata signatures,
        SignatureHint[] calldata hints
    ) private view returns (bool) {
        return VERIFIER.verifyBatch(pubkeys, signatures, hints, withdrawalCredentials, PREDEPOSIT_GWEI, depositDomain);
    }

    function _isSigned(
        bytes calldata pubkey,
        bytes calldata signature,
        SignatureHint calldata hint
    ) private view returns (bool) {
        return VERIFIER.verify(pubkey, signature, hint, withdrawalCredentials, PREDEPOSIT_GWEI, depositDomain);
    }

    // ---------------------------------------------------------------- Prove

    /// @inheritdoc IValidatorManager
    function proveCredentials(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external {
        bytes32[] memory roots = _verify(anchor, proof);

        Validators.Run memory run;
        for (uint256 i = 0; i < roots.length; ++i) {
            Validator storage validator = _manager().book.known(roots[i]);
            // Somebody else may have proven it in the same block; that is no reason to fail the others.
            if (validator.status != ValidatorStatus.Predeposited) continue;
            if (validator.operatorId != run.operatorId) {
                _bookProven(run);
                run = Validators.Run(validator.operatorId, 0, 0);
            }
            _prove(validator, roots[i], proof.records.at(i), run);
        }
        _bookProven(run);
    }

    function _prove(
        Validator storage validator,
        bytes32 root,
        bytes calldata record,
        Validators.Run memory run
    ) private {
        if (validator.prove(root, record, withdrawalCredentials, run)) return;

        _manager().book.unprovenCount -= 1;
        REGISTRY.markFaulty(validator.operatorId);
    }

    function _bookProven(Validators.Run memory run) private {
        if (run.proven == 0) return;
        _manager().book.bookRun(run);
        REGISTRY.markProven(run.operatorId, run.proven);
    }

    /// @inheritdoc IValidatorManager
    function proveLeaving(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external {
        bytes32[] memory roots = _verify(anchor, proof);

        Validators.Book storage book = _manager().book;
        for (uint256 i = 0; i < roots.length; ++i) book.showLeaving(roots[i], proof.records.at(i));
    }

    /// @inheritdoc IValidatorManager
    function proveSlashed(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external {
        bytes32[] memory roots = _verify(anchor, proof);

        ManagerStorage storage $ = _manager();
        for (uint256 i = 0; i < roots.length; ++i) {
            bytes calldata record = proof.records.at(i);
            require(record.slashed(), NotSlashed(roots[i]));
            uint256 balanceWei = uint256(record.effectiveBalanceGwei()) * 1 gwei;
            uint256 lossWei = Math.ceilDiv(balanceWei * $.parameters.slashedLockBps, BPS);
            if (!$.book.slash(roots[i])) continue;
            uint32 operatorId = $.book.records[roots[i]].operatorId;

            emit SlashingProven(operatorId, roots[i]);

            REGISTRY.markSlashed(operatorId, roots[i], lossWei);
        }
    }

    function _verify(
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof
    ) private view returns (bytes32[] memory roots) {
        (, roots) = PROOFS.verify(anchor, proof, _manager().parameters.maxProofAgeSeconds);
    }

    // ---------------------------------------------------------------- Fund

    /// @inheritdoc IValidatorManager
    function fund(
        uint32 operatorId,
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        uint64[] calldata amountsGwei
    ) external {
        bytes32[] memory roots = _verify(anchor, proof);
        require(amountsGwei.length == roots.length, LengthMismatch(amountsGwei.length, roots.length));

        Validators.Run memory run = Validators.Run(operatorId, 0, 0);
        uint64 sumGwei;
        for (uint256 i = 0; i < roots.length; ++i) {
            _allot(run, roots[i], proof.records.at(i), amountsGwei[i]);
            sumGwei += amountsGwei[i];
        }
        _bookProven(run);
        ManagerStorage storage $ = _manager();
        $.book.turns.moveRoom(operatorId, 0, sumGwei);
        $.book.turns.take(operatorId, sumGwei, $.parameters.turnGwei, capacityGwei);
        uint64 ofOperatorGwei = REGISTRY.addFunded(operatorId, sumGwei);
        uint256 maxGwei = _maxOfOperatorGwei();
        require(ofOperatorGwei <= maxGwei, OperatorShareReached(operatorId, ofOperatorGwei, maxGwei));

        POOL.takeForDeposits(sumGwei);
        for (uint256 i = 0; i < roots.length; ++i) {
            bytes calldata pubkey = proof.records.at(i).pubkey();
            DEPOSIT_CONTRACT.topUp(withdrawalCredentials, pubkey, roots[i], amountsGwei[i]);
        }
    }

    function _allot(Validators.Run memory run, bytes32 root, bytes calldata record, uint64 amountGwei) private {
        Validator storage validator = _manager().book.known(root);
        require(validator.operatorId == run.operatorId, WrongOperator(root, validator.operatorId, run.operatorId));
        if (validator.status == ValidatorStatus.Predeposited) _prove(validator, root, record, run);
        validator.allot(root, record, amountGwei);
    }

    function _maxOfOperatorGwei() private view returns (uint256) {
        return (POOL.totalPooledEther() * _manager().parameters.maxOperatorShareBps) / BPS / 1 gwei;
    }

    /// @inheritdoc IValidatorManager
    function advanceTurn(uint256 limit) external {
        ManagerStorage storage $ = _manager();
        $.book.turns.advance(limit, $.parameters.turnGwei, capacityGwei);
    }

    /// @inheritdoc IValidatorManagerReader
    function capacityGwei(uint32 operatorId) public view returns (uint64) {
        uint256 ofOperatorGwei = REGISTRY.getOperator(operatorId).fundedGwei;
        uint256 shareGwei = Math.saturatingSub(_maxOfOperatorGwei(), ofOperatorGwei);
        uint256 roomGwei = Math.min(_manager().book.turns.roomGwei[operatorId], shareGwei);
        return uint64(Math.min(roomGwei, REGISTRY.capacityGwei(operatorId)));
    }

    // ---------------------------------------------------------------- Request

    /// @inheritdoc IValidatorManager
    function sendExit(
        bytes32 pubkeyRoot,
        bytes calldata pubkey,
        uint64 balanceGwei
    ) external payable only(VALIDATOR_EXITS) {
        _manager().book.exit(pubkeyRoot, balanceGwei);
        _addRequest(balanceGwei);

        WITHDRAWAL_VAULT.requestWithdrawal{value: msg.value}(pubkey, 0);
    }

    /// @inheritdoc IValidatorManager
    function sendPartialWithdrawal(
        bytes32 pubkeyRoot,
        bytes calldata pubkey,
        uint64 amountGwei,
        uint64 waitingGwei
    ) external payable only(VALIDATOR_EXITS) {
        _manager().book.withdraw(pubkeyRoot, amountGwei, waitingGwei);
        _addRequest(amountGwei);

        WITHDRAWAL_VAULT.requestWithdrawal{value: msg.value}(pubkey, amountGwei);
    }

    function _addRequest(uint64 amountGwei) private {
        Flow storage requests = _manager().requests;
        requests.addGwei(amountGwei, requests.gweiAt(DISTRIBUTION.lastCutoffTimestamp()));
    }

    /// @inheritdoc IValidatorManager
    function sendConsolidation(
        bytes32 sourceRoot,
        bytes calldata sourcePubkey,
        bytes32 targetRoot,
        bytes calldata targetPubkey
    ) external payable only(VALIDATOR_EXITS) {
        _manager().book.consolidate(sourceRoot, targetRoot);

        WITHDRAWAL_VAULT.requestConsolidation{value: msg.value}(sourcePubkey, targetPubkey);
    }

    /// @inheritdoc IValidatorManager
    function takeConsolidationBack(bytes32 sourceRoot) external only(VALIDATOR_EXITS) {
        _manager().book.takeBack(sourceRoot);
        _manager().book.stay(sourceRoot);
    }

    // ---------------------------------------------------------------- Settle

    /// @inheritdoc IValidatorManager
    function settleExits(bytes32[] calldata exits) external only(address(DISTRIBUTION)) {
        Validators.Book storage book = _manager().book;
        for (uint256 i = 0; i < exits.length; ++i) {
            Validator storage validator = book.records[exits[i]];
            ValidatorStatus status = validator.status;
            // Only what was proven was ever counted as funded.
            if (
                status != ValidatorStatus.Active &&
                status != ValidatorStatus.Exiting &&
                status != ValidatorStatus.Slashed
            ) continue;

            uint64 freedGwei = book.settle(exits[i]);

            emit ValidatorExited(validator.operatorId, exits[i], freedGwei);

            if (freedGwei != 0) REGISTRY.subtractFunded(validator.operatorId, freedGwei);
        }
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IValidatorManagerReader
    function getValidator(bytes32 pubkeyRoot) external view returns (Validator memory) {
        return _manager().book.records[pubkeyRoot];
    }

    /// @inheritdoc IValidatorManagerReader
    function unprovenCount() external view returns (uint32) {
        return _manager().book.unprovenCount;
    }

    /// @inheritdoc IValidatorManagerReader
    function requestedGwei() public view returns (uint64) {
        Flow storage requests = _manager().requests;
        return DISTRIBUTION.exitingGwei() + requests.latestGwei() - requests.gweiAt(DISTRIBUTION.lastCutoffTimestamp());
    }

    /// @inheritdoc IValidatorManagerReader
    function turn() external view returns (uint32 operatorId, uint64 leftGwei) {
        FundingTurns.Turns storage turns = _manager().book.turns;
        return (turns.operatorId, turns.leftGwei);
    }

    /// @inheritdoc IValidatorManagerReader
    function consolidation(bytes32 pubkeyRoot) external view returns (bytes32 targetRoot, uint64 incomingGwei) {
        Validators.Book storage book = _manager().book;
        return (book.targets[pubkeyRoot], book.incomingGwei[pubkeyRoot]);
    }

    /// @inheritdoc IValidatorManagerReader
    function lastSlashingAt() external view returns (uint64) {
        return _manager().book.lastSlashingAt;
    }

    // ---------------------------------------------------------------- Administer

    /// @inheritdoc IValidatorManagerReader
    function parameters() external view returns (ManagerParameters memory) {
        return _manager().parameters;
    }

    /// @inheritdoc IValidatorManager
    function setParameters(ManagerParameters calldata parameters_) external restricted {
        _setParameters(parameters_);
    }

    function _setParameters(ManagerParameters calldata p) private {
        ManagerBounds.check(p, SECONDS_PER_SLOT);

        _manager().parameters = p;

        emit ParametersChanged(p);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _manager() private pure returns (ManagerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
