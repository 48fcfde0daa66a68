// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IEthStake} from "./interfaces/IEthStake.sol";
import {IOperatorRegistry, IOperatorRegistryReader} from "./interfaces/IOperatorRegistry.sol";
import {IRewardDistribution} from "./interfaces/IRewardDistribution.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {Bond, BondBook} from "./libraries/BondBook.sol";
import {BondLocks, LockList} from "./libraries/BondLocks.sol";
import {BondRequirement} from "./libraries/BondRequirement.sol";
import {ClientDiversity, ClientLedger} from "./libraries/ClientDiversity.sol";
import {DowntimePenalties} from "./libraries/DowntimePenalties.sol";
import {KeyBatches} from "./libraries/KeyBatches.sol";
import {OperatorBook, OperatorRecord} from "./libraries/OperatorBook.sol";
import {RegistryBounds} from "./libraries/RegistryBounds.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {SlaCalendar} from "./libraries/SlaCalendar.sol";
import {KeyBatch} from "./types/KeyBatch.sol";
import {
    BondLock,
    Breach,
    LockCause,
    Operator,
    OperatorStatus,
    RegistryAddresses,
    RegistryChain,
    RegistryParameters,
    Theft
} from "./types/OperatorTypes.sol";

/// @title OperatorRegistry
/// @notice See {IOperatorRegistry}. An operator's bond is shares that this contract holds for it; what may be done with
/// them is the subject of {BondBook}, and all that changes them says so there.
contract OperatorRegistry is IOperatorRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;
    using BondBook for Bond;
    using BondLocks for LockList;
    using BondRequirement for OperatorRecord;
    using BondRequirement for RegistryParameters;
    using ClientDiversity for ClientLedger;
    using KeyBatches for mapping(uint32 batchId => KeyBatch);
    using OperatorBook for OperatorRecord;
    using SlaCalendar for RegistryChain;

    uint256 private constant PREDEPOSIT_WEI = 1 ether;
    uint64 private constant PREDEPOSIT_GWEI = 1e9;
    /// @dev More than there is of ether.
    uint256 private constant ALL_WEI = type(uint128).max;

    IEthStake private immutable TOKEN;
    IStakingPool private immutable POOL;
    address private immutable MANAGER;
    IRewardDistribution private immutable DISTRIBUTION;
    address private immutable COVER_FUND;
    uint64 private immutable GENESIS_TIME;
    uint64 private immutable SECONDS_PER_SLOT;
    uint64 private immutable SLOTS_PER_FRAME;
    uint64 private immutable FRAMES_PER_PERIOD;

    /// @custom:storage-location erc7201:ethstake.storage.OperatorRegistry
    struct RegistryStorage {
        uint32 operatorCount;
        RegistryParameters parameters;
        mapping(uint32 operatorId => OperatorRecord) operators;
        mapping(uint32 operatorId => mapping(uint32 batchId => KeyBatch)) batches;
        LockList locks;
        ClientLedger clients;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.OperatorRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x334846089d38db7692e21295c697801972c6badefcdfa44ecd4a79e1bc407200;

    modifier onlyManager() {
        _requireCaller(MANAGER);
        _;
    }

    modifier onlyDistribution() {
        _requireCaller(address(DISTRIBUTION));
        _;
    }

    modifier onlyOwnerOf(uint32 operatorId) {
        require(msg.sender == _record(operatorId).owner, NotOperatorOwner(operatorId, msg.sender));
        _;
    }

    function _requireCaller(address caller) private view {
        require(msg.sender == caller, NotProtocol(msg.sender));
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(RegistryAddresses memory a, RegistryChain memory chain) {
        TOKEN = IEthStake(a.token);
        POOL = IStakingPool(a.pool);
        MANAGER = a.manager;
        DISTRIBUTION = IRewardDistribution(a.distribution);
        COVER_FUND = a.coverFund;
        GENESIS_TIME = chain.genesisTime;
        SECONDS_PER_SLOT = chain.secondsPerSlot;
        SLOTS_PER_FRAME = chain.slotsPerFrame;
        FRAMES_PER_PERIOD = chain.framesPerPeriod;
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once. The pool may burn the bonds: it does what a settlement says.
    function initialize(address authority_, RegistryParameters calldata parameters_) external initializer {
        __AccessManaged_init(authority_);
        _setParameters(parameters_);

        TOKEN.approve(address(POOL), type(uint256).max);
    }

    // ---------------------------------------------------------------- Register

    /// @inheritdoc IOperatorRegistry
    function registerOperator(
        string calldata name,
        address paymentAddress,
        bytes4 clientPair
    ) external payable returns (uint32 operatorId) {
        RegistryStorage storage $ = _registry();
        operatorId = $.operatorCount + 1;
        // Room for one validator at the least, so that numbers are not given away for nothing.
        uint256 unitWei = $.parameters.unprovenWei();
        require(msg.value >= unitWei, BondTooSmall(operatorId, msg.value, unitWei));

        $.operatorCount = operatorId;
        _record(operatorId).register(operatorId, name, paymentAddress, clientPair);

        _addBond(operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function setPaymentAddress(uint32 operatorId, address paymentAddress) external onlyOwnerOf(operatorId) {
        _record(operatorId).setPaymentAddress(paymentAddress);

        emit PaymentAddressChanged(operatorId, paymentAddress);
    }

    /// @inheritdoc IOperatorRegistry
    function setClientPair(uint32 operatorId, bytes4 clientPair) external onlyOwnerOf(operatorId) {
        _record(operatorId).moveClients(_registry().clients, clientPair);

        emit ClientPairChanged(operatorId, clientPair);
    }

    // ---------------------------------------------------------------- Bond

    /// @inheritdoc IOperatorRegistry
    function addBond(uint32 operatorId) external payable returns (uint256 shares) {
        _operator(operatorId);
        return _addBond(operatorId);
    }

    function _addBond(uint32 operatorId) private returns (uint256 shares) {
        shares = POOL.stakeBond{value: msg.value}();
        Bond storage bond = _record(operatorId).bond;
        uint256 paidShares = bond.add(shares);

        emit BondAdded(operatorId, msg.value, shares);
        if (paidShares == 0) return shares;
        emit DebtPaid(operatorId, paidShares, bond.debt);

        TOKEN.transfer(COVER_FUND, paidShares);
    }

    /// @inheritdoc IOperatorRegistry
    function requestBondWithdrawal(uint32 operatorId, uint96 shares) external onlyOwnerOf(operatorId) {
        RegistryChain memory chain = RegistryChain(GENESIS_TIME, SECONDS_PER_SLOT, SLOTS_PER_FRAME, FRAMES_PER_PERIOD);
        RegistryParameters storage p = _registry().parameters;
        (uint64 readyAt, uint64 refSlot) = chain.bondExit(p.bondExitDelaySeconds, p.appealWindowSeconds);

        _record(operatorId).bond.askBack(shares, readyAt, refSlot);
        // What is asked back covers nothing from now on. A request could otherwise be made long before there is an
        // excess, and be ready in the moment in which the bond is needed no more.
        if (shares != 0) _requireCovered(operatorId);

        emit BondWithdrawalRequested(operatorId, shares, readyAt, refSlot);
    }

    /// @inheritdoc IOperatorRegistry
    function withdrawBond(uint32 operatorId) external onlyOwnerOf(operatorId) returns (uint256 shares) {
        OperatorRecord storage operator = _record(operatorId);
        Bond storage bond = operator.bond;
        (uint40 readyAt, uint64 refSlot) = (bond.withdrawalAt, bond.withdrawalRefSlot);
        require(bond.withdrawal != 0 && block.timestamp >= readyAt, BondWithdrawalNotReady(operatorId, readyAt));
        uint64 lastRefSlot = DISTRIBUTION.lastRefSlot();
        require(lastRefSlot >= refSlot, BondNotJudged(operatorId, lastRefSlot, refSlot));

        shares = bond.withdraw();
        _requireCovered(operatorId);

        emit BondWithdrawn(operatorId, operator.paymentAddress, shares);

        TOKEN.transfer(operator.paymentAddress, shares);
    }

    /// @inheritdoc IOperatorRegistry
    function payDebt(uint32 operatorId, uint256 shares) external onlyDistribution returns (uint256 paidShares) {
        paidShares = _operator(operatorId).bond.payDebt(shares);

        if (paidShares != 0) emit DebtPaid(operatorId, paidShares, _record(operatorId).bond.debt);
    }

    // ---------------------------------------------------------------- Keys

    /// @inheritdoc IOperatorRegistry
    function submitValidatorSigs(
        uint32 operatorId,
        uint32 batchId,
        bytes26 commitment,
        uint8 count
    ) external onlyOwnerOf(operatorId) {
        _record(operatorId).requireActive(operatorId);
        _registry().batches[operatorId].submit(operatorId, batchId, commitment, count);
    }

    /// @inheritdoc IOperatorRegistry
    function revealKeys(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail
    ) external onlyManager {
        _record(operatorId).requireActive(operatorId);
        uint32 minAge = _registry().parameters.minBatchAgeSeconds;
        _registry().batches[operatorId].reveal(operatorId, batchId, pubkeys, signatures, tail, minAge);
    }

    // ---------------------------------------------------------------- Validators

    /// @inheritdoc IOperatorRegistry
    function addUnproven(uint32 operatorId, uint32 count) external onlyManager returns (uint32 unprovenCount) {
        OperatorRecord storage operator = _record(operatorId);
        operator.requireActive(operatorId);

        unprovenCount = operator.unprovenCount + count;
        operator.unprovenCount = unprovenCount;
        _requireCovered(operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function markProven(uint32 operatorId, uint32 count) external onlyManager {
        _record(operatorId).unprovenCount -= count;
        _record(operatorId).fund(_registry().clients, count * PREDEPOSIT_GWEI);
    }

    /// @inheritdoc IOperatorRegistry
    function markFaulty(uint32 operatorId) external onlyManager {
        _record(operatorId).unprovenCount -= 1;
        _lock(operatorId, LockCause.Credentials, _registry().parameters.faultPenaltyWei, PREDEPOSIT_WEI);
    }

    /// @inheritdoc IOperatorRegistry
    function markSlashed(uint32 operatorId, bytes32 pubkeyRoot, uint256 lossWei) external onlyManager {
        emit SlashingMarked(operatorId, pubkeyRoot, lossWei);

        _record(operatorId).halt(operatorId);
        _lock(operatorId, LockCause.Slashed, 0, lossWei);
    }

    /// @inheritdoc IOperatorRegistry
    function addFunded(uint32 operatorId, uint64 amountGwei) external onlyManager returns (uint64) {
        OperatorRecord storage operator = _record(operatorId);
        operator.requireActive(operatorId);
        uint256 roomGwei = _registry().clients.roomGwei(operator.clientPair, _registry().parameters);
        require(amountGwei <= roomGwei, ClientCapReached(operatorId, amountGwei, roomGwei));

        operator.fund(_registry().clients, amountGwei);
        _requireCovered(operatorId);
        return operator.fundedGwei;
    }

    /// @inheritdoc IOperatorRegistry
    function subtractFunded(uint32 operatorId, uint64 amountGwei) external onlyManager {
        _record(operatorId).unfund(_registry().clients, amountGwei);
    }

    function _requireCovered(uint32 operatorId) private view {
        uint256 freeWei = freeBondWei(operatorId);
        uint256 requiredWei = requiredBondWei(operatorId);
        require(freeWei >= requiredWei, BondTooSmall(operatorId, freeWei, requiredWei));
    }

    // ---------------------------------------------------------------- Lock

    /// @inheritdoc IOperatorRegistry
    function emergencySlash(uint32 operatorId) external restricted {
        _operator(operatorId).halt(operatorId);
        _lock(operatorId, LockCause.Emergency, ALL_WEI, 0);
    }

    /// @inheritdoc IOperatorRegistry
    function resumeOperator(uint32 operatorId) external restricted {
        _operator(operatorId).resume(operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function reportTheft(Theft[] calldata thefts) external onlyDistribution {
        uint256 penaltyWei = _registry().parameters.theftPenaltyWei;
        for (uint256 i = 0; i < thefts.length; ++i) {
            Theft calldata t = thefts[i];
            _operator(t.operatorId).noteTheft(t);
            uint256 lockedWei = _lock(t.operatorId, LockCause.Theft, t.amountWei + penaltyWei, 0);

            emit TheftReported(t.operatorId, t.slot, t.amountWei, lockedWei);
        }
    }

    /// @inheritdoc IOperatorRegistry
    function reportDowntime(Breach[] calldata breaches) external onlyDistribution {
        RegistryParameters memory p = _registry().parameters;
        uint256[] memory penaltiesWei = DowntimePenalties.ofReport(breaches, _registry().operators, POOL, p);

        for (uint256 i = 0; i < breaches.length; ++i) {
            Breach calldata b = breaches[i];
            OperatorRecord storage operator = _operator(b.operatorId);
            uint32 strikes = operator.strike(b);
            uint256 lockedWei = _lock(b.operatorId, LockCause.Downtime, penaltiesWei[i], 0);

            emit DowntimeReported(b.operatorId, b.period, b.uptimePpm, b.thresholdPpm, lockedWei, strikes);

            operator.judge(b.operatorId, p.strikesToDeactivate, p.exitDeadlineSeconds);
        }
    }

    /// @dev Locks bond that is worth these amounts now, at most all that is free.
    function _lock(
        uint32 operatorId,
        LockCause cause,
        uint256 penaltyWei,
        uint256 lossWei
    ) private returns (uint256 lockedWei) {
        RegistryStorage storage $ = _registry();
        (uint256 penalty, uint256 loss) = (_toShares(penaltyWei), _toShares(lossWei));
        uint32 window = $.parameters.appealWindowSeconds;
        uint256 lockedShares = $.locks.make($.operators[operatorId].bond, operatorId, cause, penalty, loss, window);
        if (lockedShares == 0) return 0;

        DISTRIBUTION.noteLock();
        return POOL.convertToAssets(lockedShares);
    }

    // ---------------------------------------------------------------- Settle

    /// @inheritdoc IOperatorRegistry
    function releaseLock(uint256 lockId) external restricted {
        _registry().locks.release(_registry().operators, lockId);
    }

    /// @inheritdoc IOperatorRegistry
    function takeMaturedLocks(
        uint256 limit
    ) external onlyDistribution returns (uint32[] memory operatorIds, uint256[] memory shares, bool open) {
        // By the cut-off, and not by now: a report may be late, and what a lock secures must have been named before.
        uint64 cutoff = DISTRIBUTION.lastCutoffTimestamp();
        return _registry().locks.takeMatured(_registry().operators, cutoff, limit);
    }

    /// @inheritdoc IOperatorRegistry
    function drawLoss(uint32 operatorId, uint256 shares) external onlyDistribution returns (uint256 takenShares) {
        uint256 owedShares;
        (takenShares, owedShares) = _operator(operatorId).bond.draw(shares);

        emit LossDrawn(operatorId, shares, takenShares, owedShares);
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IOperatorRegistryReader
    function operatorCount() external view returns (uint32) {
        return _registry().operatorCount;
    }

    /// @inheritdoc IOperatorRegistryReader
    function getOperator(uint32 operatorId) external view returns (Operator memory) {
        return _operator(operatorId).snapshot();
    }

    /// @inheritdoc IOperatorRegistryReader
    function freeBondWei(uint32 operatorId) public view returns (uint256) {
        return POOL.convertToAssets(_operator(operatorId).bond.covering());
    }

    /// @inheritdoc IOperatorRegistryReader
    function requiredBondWei(uint32 operatorId) public view returns (uint256) {
        return _operator(operatorId).requiredWei(_registry().parameters, _debtWei(operatorId));
    }

    /// @inheritdoc IOperatorRegistryReader
    function capacityGwei(uint32 operatorId) external view returns (uint64) {
        OperatorRecord storage operator = _operator(operatorId);
        if (operator.status != OperatorStatus.Active) return 0;
        RegistryParameters storage p = _registry().parameters;
        uint256 byBondGwei = operator.roomGwei(p, freeBondWei(operatorId));
        return Math.min(byBondGwei, _registry().clients.roomGwei(operator.clientPair, p)).toUint64();
    }

    /// @inheritdoc IOperatorRegistryReader
    function fundedGwei() external view returns (uint64) {
        return _registry().clients.totalGwei;
    }

    /// @inheritdoc IOperatorRegistryReader
    function clientFundedGwei(bytes4 clientPair) external view returns (uint64 executionGwei, uint64 consensusGwei) {
        return _registry().clients.gweiOf(clientPair);
    }

    /// @inheritdoc IOperatorRegistryReader
    function getKeyBatch(
        uint32 operatorId,
        uint32 batchId
    ) external view returns (bytes26 commitment, uint40 submittedAt, uint8 remaining) {
        KeyBatch batch = _registry().batches[operatorId][batchId];
        return (batch.commitment(), batch.submittedAt(), batch.remaining());
    }

    /// @inheritdoc IOperatorRegistryReader
    function keyBatchCount(uint32 operatorId) external view returns (uint32) {
        _operator(operatorId);
        return _registry().batches[operatorId].countUp();
    }

    /// @inheritdoc IOperatorRegistryReader
    function lockCount() external view returns (uint256) {
        return _registry().locks.all.length;
    }

    /// @inheritdoc IOperatorRegistryReader
    function nextLock() external view returns (uint256) {
        return _registry().locks.next;
    }

    /// @inheritdoc IOperatorRegistryReader
    function getLock(uint256 lockId) external view returns (BondLock memory) {
        return _registry().locks.all[lockId];
    }

    /// @inheritdoc IOperatorRegistryReader
    function exitDeadlinePassed(uint32 operatorId) external view returns (bool) {
        return _operator(operatorId).mustExit(_registry().parameters.exitDeadlineSeconds);
    }

    function _record(uint32 operatorId) private view returns (OperatorRecord storage) {
        return _registry().operators[operatorId];
    }

    function _operator(uint32 operatorId) private view returns (OperatorRecord storage operator) {
        operator = _record(operatorId);
        require(operator.status != OperatorStatus.None, UnknownOperator(operatorId));
    }

    function _toShares(uint256 amountWei) private view returns (uint256) {
        return ShareMath.toSharesUp(amountWei, POOL.totalShares(), POOL.totalPooledEther());
    }

    /// @dev Rounded up. Hardly anybody owes, so the totals are read only then.
    function _debtWei(uint32 operatorId) private view returns (uint256) {
        uint256 shares = _record(operatorId).bond.debt;
        if (shares == 0) return 0;
        return ShareMath.toAssetsDown(shares, POOL.totalShares(), POOL.totalPooledEther()) + 1;
    }

    // ---------------------------------------------------------------- Administer

    /// @inheritdoc IOperatorRegistryReader
    function parameters() external view returns (RegistryParameters memory) {
        return _registry().parameters;
    }

    /// @inheritdoc IOperatorRegistry
    function setParameters(RegistryParameters calldata parameters_) external restricted {
        _setParameters(parameters_);
    }

    function _setParameters(RegistryParameters memory p) private {
        RegistryBounds.check(p);

        _registry().parameters = p;

        emit ParametersChanged(p);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _registry() private pure returns (RegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
