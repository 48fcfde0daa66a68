// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IDepositContract} from "./interfaces/IDepositContract.sol";
import {IDepositVerifier} from "./interfaces/IDepositVerifier.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {IValidatorManager, IValidatorManagerReader} from "./interfaces/IValidatorManager.sol";
import {IWithdrawalVault} from "./interfaces/IVaults.sol";
import {IWithdrawalQueueReader} from "./interfaces/IWithdrawalQueue.sol";
import {DepositSignature} from "./libraries/DepositSignature.sol";
import {FlowTrace} from "./libraries/FlowTrace.sol";
import {DepositVerifier} from "./proofs/DepositVerifier.sol";
import {SingleProof} from "./proofs/SingleProof.sol";
import {Ssz} from "./proofs/Ssz.sol";
import {BeaconAnchor, ValidatorProof} from "./types/BeaconTypes.sol";
import {PUBKEY_LENGTH, SIGNATURE_LENGTH, SignatureHint} from "./types/DepositTypes.sol";
import {
    ManagerAddresses,
    ManagerChain,
    ManagerParameters,
    Validator,
    ValidatorStatus
} from "./types/ValidatorTypes.sol";

/// @title ValidatorManager
/// @notice See {IValidatorManager}.
///
///     None ── predeposit ── Predeposited ── prove ── Active ── request ── Exiting ── settle ── Exited
///                                 └─ foreign credentials ── Faulty
contract ValidatorManager is IValidatorManager, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;
    using FlowTrace for Checkpoints.Trace160;

    /// @dev What an unproven validator holds at the most.
    uint64 private constant PREDEPOSIT_GWEI = 1e9;
    /// @dev With it a validator reaches the least balance that makes it active.
    /// https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#gwei-values
    uint64 private constant MIN_ACTIVATION_GWEI = 32e9;
    /// @dev 2048 ETH is the most that earns (EIP-7251); 32 ETH of headroom let rewards compound for a year.
    uint64 private constant MAX_FUNDED_GWEI = 2016e9;
    uint64 private constant FAR_FUTURE_EPOCH = type(uint64).max;

    /// @dev Hard bounds of the parameters.
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_PROOF_AGE_SECONDS = 1 hours;
    uint256 private constant MAX_RETRY_SECONDS = 30 days;

    uint8 private constant SKIPPED_KNOWN = 1;
    uint8 private constant SKIPPED_SIGNATURE = 2;

    IStakingPool private immutable POOL;
    IWithdrawalQueueReader private immutable QUEUE;
    IOperatorRegistry private immutable REGISTRY;
    address private immutable DISTRIBUTION;
    IWithdrawalVault private immutable WITHDRAWAL_VAULT;
    address private immutable EXECUTION_REWARDS_VAULT;
    IDepositContract private immutable DEPOSIT_CONTRACT;
    IDepositVerifier private immutable DEPOSIT_VERIFIER;
    uint64 private immutable GENESIS_TIME;
    uint64 private immutable SECONDS_PER_SLOT;

    /// @inheritdoc IValidatorManagerReader
    bytes32 public immutable depositDomain;
    /// @inheritdoc IValidatorManagerReader
    bytes32 public immutable withdrawalCredentials;

    /// @custom:storage-location erc7201:ethstake.storage.ValidatorManager
    struct ManagerStorage {
        uint32 unprovenCount;
        uint64 fundedGwei;
        /// On its way out at the cut-off of the last report, in Gwei.
        uint64 exitingGwei;
        /// Requests that the last report could see, in Gwei.
        uint64 settledRequestsGwei;
        ManagerParameters parameters;
        mapping(bytes32 pubkeyRoot => Validator) validators;
        /// All EIP-7002 requests by time.
        Checkpoints.Trace160 requests;
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
        QUEUE = IWithdrawalQueueReader(a.queue);
        REGISTRY = IOperatorRegistry(a.registry);
        DISTRIBUTION = a.distribution;
        WITHDRAWAL_VAULT = IWithdrawalVault(a.withdrawalVault);
        EXECUTION_REWARDS_VAULT = a.executionRewardsVault;
        DEPOSIT_CONTRACT = IDepositContract(a.depositContract);
        DEPOSIT_VERIFIER = new DepositVerifier();
        GENESIS_TIME = chain.genesisTime;
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
        require(pubkeys.length == hints.length * PUBKEY_LENGTH, LengthMismatch(hints.length, pubkeys.length));
        // Checks the lengths of keys and signatures, and that the operator committed to them long enough ago.
        REGISTRY.revealKeys(operatorId, batchId, pubkeys, signatures, tail);

        bool allSigned = DEPOSIT_VERIFIER.verifyBatch(
            pubkeys,
            signatures,
            hints,
            withdrawalCredentials,
            PREDEPOSIT_GWEI,
            depositDomain
        );
        bool[] memory accepted = new bool[](hints.length);
        uint32 count;
        for (uint256 i = 0; i < hints.length; ++i) {
            accepted[i] = _accept(
                operatorId,
                batchId,
                _pubkey(pubkeys, i),
                _signature(signatures, i),
                hints[i],
                allSigned
            );
            if (accepted[i]) ++count;
        }
        if (count == 0) return;

        _requireStock(operatorId, REGISTRY.addUnproven(operatorId, count), count);
        POOL.takeForDeposits(count * PREDEPOSIT_GWEI);
        for (uint256 i = 0; i < hints.length; ++i) {
            if (!accepted[i]) continue;
            bytes calldata signature = _signature(signatures, i);
            _deposit(_pubkey(pubkeys, i), signature, Ssz.signatureRoot(signature), PREDEPOSIT_GWEI);
        }
    }

    /// @dev Makes a record for a key that is new and whose signature the beacon chain will accept.
    function _accept(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkey,
        bytes calldata signature,
        SignatureHint calldata hint,
        bool signed
    ) private returns (bool) {
        bytes32 root = Ssz.pubkeyRoot(pubkey);
        Validator storage validator = _manager().validators[root];
        if (validator.status != ValidatorStatus.None) {
            emit KeySkipped(operatorId, root, batchId, SKIPPED_KNOWN);
            return false;
        }
        if (
            !signed &&
            !DEPOSIT_VERIFIER.verify(pubkey, signature, hint, withdrawalCredentials, PREDEPOSIT_GWEI, depositDomain)
        ) {
            emit KeySkipped(operatorId, root, batchId, SKIPPED_SIGNATURE);
            return false;
        }

        validator.operatorId = operatorId;
        validator.status = ValidatorStatus.Predeposited;
        validator.depositedGwei = PREDEPOSIT_GWEI;

        emit Predeposited(operatorId, root, batchId, pubkey);
        return true;
    }

    function _requireStock(uint32 operatorId, uint32 ofOperator, uint32 added) private {
        ManagerStorage storage $ = _manager();
        uint32 inAll = $.unprovenCount + added;
        uint256 maxOfOperator = $.parameters.maxStockPerOperator;
        require(ofOperator <= maxOfOperator, StockFull(operatorId, ofOperator, maxOfOperator));
        require(inAll <= $.parameters.maxStock, StockFull(operatorId, inAll, $.parameters.maxStock));

        $.unprovenCount = inAll;
    }

    function _deposit(bytes calldata pubkey, bytes memory signature, bytes32 signatureRoot, uint64 amountGwei) private {
        bytes32 root = Ssz.depositDataRoot(Ssz.pubkeyRoot(pubkey), withdrawalCredentials, amountGwei, signatureRoot);
        DEPOSIT_CONTRACT.deposit{value: uint256(amountGwei) * 1 gwei}(
            pubkey,
            abi.encodePacked(withdrawalCredentials),
            signature,
            root
        );
    }

    // ---------------------------------------------------------------- Prove

    /// @inheritdoc IValidatorManager
    function proveCredentials(BeaconAnchor calldata anchor, ValidatorProof[] calldata proofs) external {
        require(proofs.length != 0, LengthMismatch(0, 1));
        _requireFresh(anchor);

        for (uint256 i = 0; i < proofs.length; ++i) {
            ValidatorProof calldata proof = proofs[i];
            Validator storage validator = _known(proof.pubkeyRoot);
            // Somebody else may have proven it in the same block; that is no reason to fail the others.
            if (validator.status != ValidatorStatus.Predeposited) continue;
            SingleProof.verifyValidator(anchor.header.stateRoot, proof);
            _prove(validator, proof);
        }
    }

    /// @dev The proof is verified.
    function _prove(Validator storage validator, ValidatorProof calldata proof) private {
        ManagerStorage storage $ = _manager();
        uint32 operatorId = validator.operatorId;
        $.unprovenCount -= 1;
        validator.index = proof.index;

        if (proof.withdrawalCredentials != withdrawalCredentials) {
            validator.status = ValidatorStatus.Faulty;
            emit CredentialsForeign(operatorId, proof.pubkeyRoot, proof.withdrawalCredentials);
            REGISTRY.markFaulty(operatorId);
            return;
        }

        bool leaving = _isLeaving(proof);
        validator.status = leaving ? ValidatorStatus.Exiting : ValidatorStatus.Active;
        $.fundedGwei += validator.depositedGwei;
        emit CredentialsProven(operatorId, proof.pubkeyRoot, proof.index);
        if (leaving) emit LeavingProven(operatorId, proof.pubkeyRoot);
        REGISTRY.markProven(operatorId);
    }

    function _requireFresh(BeaconAnchor calldata anchor) private view {
        uint64 timestamp = GENESIS_TIME + anchor.header.slot * SECONDS_PER_SLOT;
        uint64 oldest = uint64(block.timestamp) - _manager().parameters.maxProofAgeSeconds;
        SingleProof.verifyAnchor(anchor);
        require(timestamp >= oldest, ProofTooOld(timestamp, oldest));
    }

    function _isLeaving(ValidatorProof calldata proof) private pure returns (bool) {
        return proof.slashed || proof.exitEpoch != FAR_FUTURE_EPOCH;
    }

    // ---------------------------------------------------------------- Fund

    /// @inheritdoc IValidatorManager
    function fund(
        BeaconAnchor calldata anchor,
        ValidatorProof[] calldata proofs,
        bytes calldata pubkeys,
        uint64[] calldata amountsGwei
    ) external {
        uint256 count = proofs.length;
        require(count != 0 && amountsGwei.length == count, LengthMismatch(amountsGwei.length, count));
        require(pubkeys.length == count * PUBKEY_LENGTH, LengthMismatch(pubkeys.length, count * PUBKEY_LENGTH));
        _requireFresh(anchor);

        uint64 sumGwei;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 root = Ssz.pubkeyRoot(_pubkey(pubkeys, i));
            require(proofs[i].pubkeyRoot == root, WrongStatus(root, uint8(ValidatorStatus.None)));
            _allot(anchor.header.stateRoot, proofs[i], amountsGwei[i]);
            sumGwei += amountsGwei[i];
        }

        POOL.takeForDeposits(sumGwei);
        // A top-up needs no signature: the first deposit has fixed key and credentials.
        bytes memory noSignature = new bytes(SIGNATURE_LENGTH);
        bytes32 noSignatureRoot = Ssz.hash(Ssz.hash(0, 0), Ssz.hash(0, 0));
        for (uint256 i = 0; i < count; ++i) {
            _deposit(_pubkey(pubkeys, i), noSignature, noSignatureRoot, amountsGwei[i]);
        }
    }

    /// @dev Books a top-up after all that a fresh proof can show.
    function _allot(bytes32 stateRoot, ValidatorProof calldata proof, uint64 amountGwei) private {
        bytes32 root = proof.pubkeyRoot;
        Validator storage validator = _known(root);
        SingleProof.verifyValidator(stateRoot, proof);
        if (validator.status == ValidatorStatus.Predeposited) _prove(validator, proof);
        require(validator.status == ValidatorStatus.Active, WrongStatus(root, uint8(validator.status)));
        require(!_isLeaving(proof), NotFundable(root));
        uint64 beforeGwei = validator.depositedGwei;
        uint64 afterGwei = beforeGwei + amountGwei;
        require(
            afterGwei >= MIN_ACTIVATION_GWEI && afterGwei <= MAX_FUNDED_GWEI,
            FundingOutOfBounds(root, afterGwei, MIN_ACTIVATION_GWEI, MAX_FUNDED_GWEI)
        );

        validator.depositedGwei = afterGwei;
        _manager().fundedGwei += amountGwei;
        uint64 ofOperatorGwei = REGISTRY.addFunded(validator.operatorId, amountGwei);
        _requireShare(validator.operatorId, ofOperatorGwei);

        emit Funded(validator.operatorId, root, amountGwei, afterGwei);
    }

    function _requireShare(uint32 operatorId, uint64 ofOperatorGwei) private view {
        uint256 maxGwei = (POOL.totalPooledEther() * _manager().parameters.maxOperatorShareBps) / BPS / 1 gwei;
        require(ofOperatorGwei <= maxGwei, OperatorShareReached(operatorId, ofOperatorGwei, maxGwei));
    }

    // ---------------------------------------------------------------- Exit

    /// @inheritdoc IValidatorManager
    function requestExit(bytes calldata pubkeys, uint256 maxFeeWei) external payable {
        uint256 count = _count(pubkeys);
        uint256 feeWei = _requireFee(count, maxFeeWei);

        for (uint256 i = 0; i < count; ++i) {
            bytes calldata pubkey = _pubkey(pubkeys, i);
            _bookExit(Ssz.pubkeyRoot(pubkey));
            WITHDRAWAL_VAULT.requestWithdrawal{value: feeWei}(pubkey, 0);
        }

        _refund(feeWei * count);
    }

    function _bookExit(bytes32 root) private {
        ManagerStorage storage $ = _manager();
        Validator storage validator = _known(root);
        ValidatorStatus status = validator.status;
        require(
            status == ValidatorStatus.Active || status == ValidatorStatus.Exiting,
            WrongStatus(root, uint8(status))
        );
        uint64 retryAt = validator.exitRequestedAt + uint64($.parameters.exitRetrySeconds);
        require(validator.exitRequestedAt == 0 || block.timestamp >= retryAt, ExitAlreadyRequested(root, retryAt));
        if (!_mayExit(validator.operatorId)) _requireExitNeeded(validator.depositedGwei);

        validator.status = ValidatorStatus.Exiting;
        validator.exitRequestedAt = uint40(block.timestamp);
        $.requests.addGwei(validator.depositedGwei);

        emit ExitRequested(validator.operatorId, root, msg.sender);
    }

    /// @inheritdoc IValidatorManager
    function requestPartialWithdrawal(
        bytes calldata pubkeys,
        uint64[] calldata amountsGwei,
        uint256 maxFeeWei
    ) external payable {
        uint256 count = _count(pubkeys);
        require(amountsGwei.length == count, LengthMismatch(amountsGwei.length, count));
        uint256 feeWei = _requireFee(count, maxFeeWei);

        for (uint256 i = 0; i < count; ++i) {
            bytes calldata pubkey = _pubkey(pubkeys, i);
            _bookPartial(Ssz.pubkeyRoot(pubkey), amountsGwei[i]);
            WITHDRAWAL_VAULT.requestWithdrawal{value: feeWei}(pubkey, amountsGwei[i]);
        }

        _refund(feeWei * count);
    }

    function _bookPartial(bytes32 root, uint64 amountGwei) private {
        ManagerStorage storage $ = _manager();
        Validator storage validator = _known(root);
        // While an exit is wanted a partial withdrawal would make the chain ignore it.
        require(validator.status == ValidatorStatus.Active, WrongStatus(root, uint8(validator.status)));
        uint64 minGwei = $.parameters.minPartialGwei;
        uint64 maxGwei = validator.depositedGwei;
        require(amountGwei >= minGwei && amountGwei <= maxGwei, PartialOutOfBounds(root, amountGwei, minGwei, maxGwei));
        if (!_mayExit(validator.operatorId)) {
            uint64 demandGwei = exitDemandGwei();
            require(amountGwei <= demandGwei, ExitNotNeeded(amountGwei, demandGwei));
        }

        $.requests.addGwei(amountGwei);

        emit PartialWithdrawalRequested(validator.operatorId, root, amountGwei, msg.sender);
    }

    /// @dev Whether the caller needs no reason: the operator's owner, or anyone once its deadline has passed.
    function _mayExit(uint32 operatorId) private view returns (bool) {
        return REGISTRY.getOperator(operatorId).owner == msg.sender || REGISTRY.exitDeadlinePassed(operatorId);
    }

    /// @dev An exit gives back all or nothing. One that gives more than is needed is right only where a partial
    /// withdrawal of the same validator would give too little.
    function _requireExitNeeded(uint64 depositedGwei) private view {
        uint64 demandGwei = exitDemandGwei();
        require(
            demandGwei != 0 && (depositedGwei <= demandGwei || depositedGwei < demandGwei + MIN_ACTIVATION_GWEI),
            ExitNotNeeded(depositedGwei, demandGwei)
        );
    }

    function _requireFee(uint256 count, uint256 maxFeeWei) private view returns (uint256 feeWei) {
        feeWei = WITHDRAWAL_VAULT.withdrawalRequestFeeWei();
        require(feeWei <= maxFeeWei, FeeTooHigh(feeWei, maxFeeWei));
        require(msg.value >= feeWei * count, FeeNotPaid(msg.value, feeWei * count));
    }

    function _refund(uint256 spentWei) private {
        if (msg.value > spentWei) Address.sendValue(payable(msg.sender), msg.value - spentWei);
    }

    // ---------------------------------------------------------------- Settle

    /// @inheritdoc IValidatorManager
    function settleExits(
        bytes32[] calldata exits,
        uint64 exitingGwei,
        uint64 cutoffTimestamp
    ) external only(DISTRIBUTION) {
        ManagerStorage storage $ = _manager();
        for (uint256 i = 0; i < exits.length; ++i) {
            Validator storage validator = $.validators[exits[i]];
            ValidatorStatus status = validator.status;
            // Only what was proven was ever counted as funded.
            if (status != ValidatorStatus.Active && status != ValidatorStatus.Exiting) continue;

            validator.status = ValidatorStatus.Exited;
            $.fundedGwei -= validator.depositedGwei;
            emit ValidatorExited(validator.operatorId, exits[i], validator.depositedGwei);
            REGISTRY.subtractFunded(validator.operatorId, validator.depositedGwei);
        }

        $.exitingGwei = exitingGwei;
        $.settledRequestsGwei = $.requests.gweiAt(cutoffTimestamp);
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IValidatorManagerReader
    function getValidator(bytes32 pubkeyRoot) external view returns (Validator memory) {
        return _manager().validators[pubkeyRoot];
    }

    /// @inheritdoc IValidatorManagerReader
    function unprovenCount() external view returns (uint32) {
        return _manager().unprovenCount;
    }

    /// @inheritdoc IValidatorManagerReader
    function fundedGwei() external view returns (uint64) {
        return _manager().fundedGwei;
    }

    /// @inheritdoc IValidatorManagerReader
    function requestedGwei() public view returns (uint64) {
        ManagerStorage storage $ = _manager();
        return $.exitingGwei + $.requests.latestGwei() - $.settledRequestsGwei;
    }

    /// @inheritdoc IValidatorManagerReader
    function exitDemandGwei() public view returns (uint64) {
        uint256 coveredWei;
        coveredWei += POOL.bufferedWei();
        coveredWei += address(WITHDRAWAL_VAULT).balance;
        coveredWei += EXECUTION_REWARDS_VAULT.balance;
        coveredWei += uint256(requestedGwei()) * 1 gwei;
        return Math.ceilDiv(Math.saturatingSub(QUEUE.unfinalizedEtherWei(), coveredWei), 1 gwei).toUint64();
    }

    function _known(bytes32 pubkeyRoot) private view returns (Validator storage validator) {
        validator = _manager().validators[pubkeyRoot];
        require(validator.status != ValidatorStatus.None, WrongStatus(pubkeyRoot, uint8(ValidatorStatus.None)));
    }

    function _count(bytes calldata pubkeys) private pure returns (uint256 count) {
        count = pubkeys.length / PUBKEY_LENGTH;
        require(count != 0 && pubkeys.length == count * PUBKEY_LENGTH, LengthMismatch(pubkeys.length, PUBKEY_LENGTH));
    }

    function _pubkey(bytes calldata pubkeys, uint256 i) private pure returns (bytes calldata) {
        return pubkeys[i * PUBKEY_LENGTH:(i + 1) * PUBKEY_LENGTH];
    }

    function _signature(bytes calldata signatures, uint256 i) private pure returns (bytes calldata) {
        return signatures[i * SIGNATURE_LENGTH:(i + 1) * SIGNATURE_LENGTH];
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
        require(p.maxOperatorShareBps <= BPS, ParameterOutOfBounds(p.maxOperatorShareBps, BPS));
        require(
            p.maxProofAgeSeconds <= MAX_PROOF_AGE_SECONDS,
            ParameterOutOfBounds(p.maxProofAgeSeconds, MAX_PROOF_AGE_SECONDS)
        );
        require(
            p.minPartialGwei != 0 && p.minPartialGwei <= MIN_ACTIVATION_GWEI,
            ParameterOutOfBounds(p.minPartialGwei, MIN_ACTIVATION_GWEI)
        );
        require(p.exitRetrySeconds <= MAX_RETRY_SECONDS, ParameterOutOfBounds(p.exitRetrySeconds, MAX_RETRY_SECONDS));

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
