// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IEthStake} from "./interfaces/IEthStake.sol";
import {IOperatorRegistry, IOperatorRegistryReader} from "./interfaces/IOperatorRegistry.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {StrikeHistory, strikeWord} from "./types/StrikeHistory.sol";
import {KeyBatch, pack} from "./types/KeyBatch.sol";
import {
    BondLock,
    Breach,
    LockCause,
    Operator,
    OperatorStatus,
    RegistryAddresses,
    RegistryParameters
} from "./types/OperatorTypes.sol";

/// @title OperatorRegistry
/// @notice See {IOperatorRegistry}.
///
/// An operator's bond is shares that this contract holds for it:
///
///     bondShares = free + locked            free bond covers validators
///     locked     = penalties + secured      secured shares wait for a report to name the loss
contract OperatorRegistry is IOperatorRegistry, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;

    /// @dev Hard bounds of the parameters.
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_PENALTY_WEI = 32 ether;
    uint256 private constant MAX_WINDOW_SECONDS = 90 days;
    uint256 private constant MIN_APPEAL_SECONDS = 10 minutes;
    uint256 private constant MAX_DOWNTIME_WEI_PER_ETH_EPOCH = 0.01 ether;

    uint256 private constant MAX_NAME_BYTES = 64;
    uint256 private constant MAX_BATCH_KEYS = 32;
    uint256 private constant PREDEPOSIT_WEI = 1 ether;
    uint64 private constant PREDEPOSIT_GWEI = 1e9;

    IEthStake private immutable TOKEN;
    IStakingPool private immutable POOL;
    address private immutable MANAGER;
    address private immutable DISTRIBUTION;

    struct OperatorRecord {
        address owner;
        bytes4 clientPair;
        OperatorStatus status;
        uint40 deactivatedAt;
        // ---- slot
        address paymentAddress;
        uint32 unprovenCount;
        uint32 batchCount;
        // ---- slot
        uint96 bondShares;
        uint96 lockedShares;
        uint64 fundedGwei;
        // ---- slot
        uint88 securedShares;
        uint96 withdrawalShares;
        uint40 withdrawalAt;
        // ---- slot
        StrikeHistory strikes;
        /// Drawn by losses out of what locks secure, and not yet taken off any of these locks.
        uint88 drawnShares;
        /// Drawn by losses out of free bond while validators were unproven: their proof must not lock it again.
        uint88 aheadShares;
        string name;
    }

    /// @custom:storage-location erc7201:ethstake.storage.OperatorRegistry
    struct RegistryStorage {
        uint32 operatorCount;
        /// Oldest lock that is not settled.
        uint64 nextLock;
        RegistryParameters parameters;
        mapping(uint32 operatorId => OperatorRecord) operators;
        mapping(uint32 operatorId => mapping(uint32 batchId => KeyBatch)) batches;
        BondLock[] locks;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.OperatorRegistry")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x334846089d38db7692e21295c697801972c6badefcdfa44ecd4a79e1bc407200;

    modifier only(address caller) {
        require(msg.sender == caller, NotProtocol(msg.sender));
        _;
    }

    modifier onlyOwnerOf(uint32 operatorId) {
        require(msg.sender == _registry().operators[operatorId].owner, NotOperatorOwner(operatorId, msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(RegistryAddresses memory a) {
        TOKEN = IEthStake(a.token);
        POOL = IStakingPool(a.pool);
        MANAGER = a.manager;
        DISTRIBUTION = a.distribution;
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once.
    function initialize(address authority_, RegistryParameters calldata parameters_) external initializer {
        __AccessManaged_init(authority_);
        _setParameters(parameters_);
    }

    // ---------------------------------------------------------------- Register

    /// @inheritdoc IOperatorRegistry
    function registerOperator(
        string calldata name,
        address paymentAddress,
        bytes4 clientPair
    ) external payable returns (uint32 operatorId) {
        uint256 length = bytes(name).length;
        require(length != 0 && length <= MAX_NAME_BYTES, NameLength(length));
        require(paymentAddress != address(0), ZeroAddress());
        for (uint256 i = 0; i < 4; ++i) {
            require(clientPair[i] >= "A" && clientPair[i] <= "Z", ClientPairInvalid(clientPair));
        }
        RegistryStorage storage $ = _registry();
        operatorId = $.operatorCount + 1;
        // Room for one validator at the least, so that numbers are not given away for nothing.
        uint256 unitWei = _unprovenBondWei($.parameters);
        require(msg.value >= unitWei, BondTooSmall(operatorId, msg.value, unitWei));

        $.operatorCount = operatorId;
        OperatorRecord storage operator = $.operators[operatorId];
        operator.owner = msg.sender;
        operator.clientPair = clientPair;
        operator.status = OperatorStatus.Active;
        operator.paymentAddress = paymentAddress;
        operator.name = name;

        emit OperatorRegistered(operatorId, msg.sender, paymentAddress, clientPair, name);

        _addBond(operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function setPaymentAddress(uint32 operatorId, address paymentAddress) external onlyOwnerOf(operatorId) {
        require(paymentAddress != address(0), ZeroAddress());

        _registry().operators[operatorId].paymentAddress = paymentAddress;

        emit PaymentAddressChanged(operatorId, paymentAddress);
    }

    // ---------------------------------------------------------------- Bond

    /// @inheritdoc IOperatorRegistry
    function addBond(uint32 operatorId) external payable returns (uint256 shares) {
        _operator(operatorId);
        return _addBond(operatorId);
    }

    function _addBond(uint32 operatorId) private returns (uint256 shares) {
        shares = POOL.stakeBond{value: msg.value}();
        _registry().operators[operatorId].bondShares += shares.toUint96();

        emit BondAdded(operatorId, msg.value, shares);
    }

    /// @inheritdoc IOperatorRegistry
    function requestBondWithdrawal(uint32 operatorId, uint96 shares) external onlyOwnerOf(operatorId) {
        RegistryStorage storage $ = _registry();
        uint256 readyAt = block.timestamp + $.parameters.bondExitDelaySeconds;

        $.operators[operatorId].withdrawalShares = shares;
        $.operators[operatorId].withdrawalAt = readyAt.toUint40();
        // What is asked back covers nothing from now on. A request could otherwise be made long before there is an
        // excess, and be ready in the moment in which the bond is needed no more.
        _requireCovered(operatorId);

        emit BondWithdrawalRequested(operatorId, shares, uint64(readyAt));
    }

    /// @inheritdoc IOperatorRegistry
    function withdrawBond(uint32 operatorId) external onlyOwnerOf(operatorId) returns (uint256 shares) {
        OperatorRecord storage operator = _registry().operators[operatorId];
        require(
            operator.withdrawalShares != 0 && block.timestamp >= operator.withdrawalAt,
            BondWithdrawalNotReady(operatorId, operator.withdrawalAt)
        );
        shares = Math.min(operator.withdrawalShares, _freeShares(operator));

        operator.withdrawalShares = 0;
        operator.bondShares -= uint96(shares);
        _requireCovered(operatorId);

        emit BondWithdrawn(operatorId, operator.paymentAddress, shares);

        TOKEN.transfer(operator.paymentAddress, shares);
    }

    /// @inheritdoc IOperatorRegistry
    function seizeBond(uint32 operatorId, uint256 shares) external only(address(POOL)) {
        OperatorRecord storage operator = _registry().operators[operatorId];
        operator.bondShares -= shares.toUint96();

        emit BondSeized(operatorId, shares, operator.bondShares);

        TOKEN.approve(address(POOL), shares);
    }

    // ---------------------------------------------------------------- Keys

    /// @inheritdoc IOperatorRegistry
    function submitValidatorSigs(
        uint32 operatorId,
        bytes26 commitment,
        uint8 count
    ) external onlyOwnerOf(operatorId) returns (uint32 batchId) {
        require(count != 0 && count <= MAX_BATCH_KEYS, BatchSize(count));
        RegistryStorage storage $ = _registry();
        OperatorRecord storage operator = $.operators[operatorId];
        require(operator.status == OperatorStatus.Active, OperatorNotActive(operatorId));

        batchId = operator.batchCount++;
        $.batches[operatorId][batchId] = pack(commitment, uint40(block.timestamp), count);

        emit KeyBatchSubmitted(operatorId, batchId, commitment, count);
    }

    /// @inheritdoc IOperatorRegistry
    function revealKeys(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail
    ) external only(MANAGER) {
        RegistryStorage storage $ = _registry();
        require($.operators[operatorId].status == OperatorStatus.Active, OperatorNotActive(operatorId));
        KeyBatch batch = $.batches[operatorId][batchId];
        require(batch.submittedAt() != 0, UnknownBatch(operatorId, batchId));
        uint64 usableAt = uint64(batch.submittedAt()) + $.parameters.minBatchAgeSeconds;
        require(block.timestamp >= usableAt, BatchTooYoung(operatorId, batchId, usableAt));
        KeyBatch rest = batch.open(operatorId, pubkeys, signatures, tail);

        $.batches[operatorId][batchId] = rest;

        emit KeysRevealed(operatorId, batchId, batch.remaining() - rest.remaining(), rest.remaining());
    }

    // ---------------------------------------------------------------- Validators

    /// @inheritdoc IOperatorRegistry
    function addUnproven(uint32 operatorId, uint32 count) external only(MANAGER) returns (uint32 unprovenCount) {
        unprovenCount = _registry().operators[operatorId].unprovenCount + count;
        _registry().operators[operatorId].unprovenCount = unprovenCount;
        _requireCovered(operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function markProven(uint32 operatorId) external only(MANAGER) {
        OperatorRecord storage operator = _registry().operators[operatorId];
        operator.unprovenCount -= 1;
        operator.fundedGwei += PREDEPOSIT_GWEI;
        _forgetAhead(operator);
    }

    /// @inheritdoc IOperatorRegistry
    function markFaulty(uint32 operatorId) external only(MANAGER) {
        RegistryStorage storage $ = _registry();
        OperatorRecord storage operator = $.operators[operatorId];
        // The oracle sees foreign credentials as soon as the deposit waits in the queue, a proof needs the record at its
        // end: usually the loss has been named, and paid out of free bond, before it is proven.
        uint256 lossShares = _toShares(PREDEPOSIT_WEI);
        uint256 paidShares = Math.min(lossShares, operator.aheadShares);

        operator.unprovenCount -= 1;
        operator.aheadShares -= uint88(paidShares);
        _forgetAhead(operator);

        _lock(operatorId, LockCause.Credentials, _toShares($.parameters.faultPenaltyWei), lossShares - paidShares);
    }

    /// @inheritdoc IOperatorRegistry
    function addFunded(uint32 operatorId, uint64 amountGwei) external only(MANAGER) returns (uint64) {
        OperatorRecord storage operator = _registry().operators[operatorId];
        require(operator.status == OperatorStatus.Active, OperatorNotActive(operatorId));

        operator.fundedGwei += amountGwei;
        _requireCovered(operatorId);
        return operator.fundedGwei;
    }

    /// @inheritdoc IOperatorRegistry
    function subtractFunded(uint32 operatorId, uint64 amountGwei) external only(MANAGER) {
        _registry().operators[operatorId].fundedGwei -= amountGwei;
    }

    function _requireCovered(uint32 operatorId) private view {
        uint256 freeWei = freeBondWei(operatorId);
        uint256 requiredWei = requiredBondWei(operatorId);
        require(freeWei >= requiredWei, BondTooSmall(operatorId, freeWei, requiredWei));
    }

    // ---------------------------------------------------------------- Lock

    /// @inheritdoc IOperatorRegistry
    function emergencySlash(uint32 operatorId) external restricted {
        _lock(operatorId, LockCause.Emergency, _freeShares(_operator(operatorId)), 0);
    }

    /// @inheritdoc IOperatorRegistry
    function reportDowntime(Breach[] calldata breaches) external only(DISTRIBUTION) {
        RegistryParameters memory p = _registry().parameters;
        uint256[] memory penaltiesWei = new uint256[](breaches.length);
        uint256 sumWei;
        for (uint256 i = 0; i < breaches.length; ++i) {
            penaltiesWei[i] = _downtimePenaltyWei(breaches[i], p);
            sumWei += penaltiesWei[i];
        }

        for (uint256 i = 0; i < breaches.length; ++i) {
            uint256 penaltyWei = penaltiesWei[i];
            // Over the cap of all operators together, each bears its part of the cap.
            if (sumWei > p.maxPeriodLockWei) penaltyWei = (penaltyWei * p.maxPeriodLockWei) / sumWei;
            _strike(breaches[i], penaltyWei, p);
        }
    }

    function _downtimePenaltyWei(Breach calldata b, RegistryParameters memory p) private view returns (uint256) {
        uint256 bondWei = POOL.convertToAssets(_operator(b.operatorId).bondShares);
        uint256 penaltyWei = (uint256(b.missedGweiEpochs) * p.downtimePenaltyWeiPerEthEpoch) / 1 gwei;
        return Math.min(penaltyWei, (bondWei * p.maxDowntimeLockBps) / BPS);
    }

    function _strike(Breach calldata b, uint256 penaltyWei, RegistryParameters memory p) private {
        OperatorRecord storage operator = _registry().operators[b.operatorId];
        StrikeHistory before = operator.strikes;
        require(before.isNewer(b.period), PeriodAlreadyJudged(b.operatorId, b.period));

        StrikeHistory strikes = before.add(b.period);
        operator.strikes = strikes;
        bool deactivate = operator.status == OperatorStatus.Active && strikes.count() >= p.strikesToDeactivate;
        if (deactivate) {
            operator.status = OperatorStatus.Deactivated;
            operator.deactivatedAt = uint40(block.timestamp);
        }

        emit DowntimeReported(b.operatorId, b.period, b.uptimePpm, b.thresholdPpm, penaltyWei, strikeWord(strikes));
        if (deactivate) emit OperatorDeactivated(b.operatorId, uint64(block.timestamp) + p.exitDeadlineSeconds);

        _lock(b.operatorId, LockCause.Downtime, _toShares(penaltyWei), 0);
    }

    /// @dev Locks free shares, what secures a loss before what punishes, at most all that is free.
    function _lock(uint32 operatorId, LockCause cause, uint256 penaltyShares, uint256 lossShares) private {
        RegistryStorage storage $ = _registry();
        OperatorRecord storage operator = $.operators[operatorId];
        uint256 free = _freeShares(operator);
        lossShares = Math.min(lossShares, free);
        penaltyShares = Math.min(penaltyShares, free - lossShares);
        uint256 lockId = $.locks.length;
        // Locks mature in the order in which they were made, also when the window was shortened in between.
        uint256 maturesAt = block.timestamp + $.parameters.appealWindowSeconds;
        if (lockId != 0) maturesAt = Math.max(maturesAt, $.locks[lockId - 1].maturesAt);

        operator.lockedShares += (penaltyShares + lossShares).toUint96();
        operator.securedShares += lossShares.toUint88();
        $.locks.push(
            BondLock(operatorId, maturesAt.toUint40(), cause, penaltyShares.toUint88(), lossShares.toUint88())
        );

        emit BondLocked(operatorId, lockId, cause, penaltyShares, lossShares, uint64(maturesAt));
    }

    // ---------------------------------------------------------------- Settle

    /// @inheritdoc IOperatorRegistry
    function releaseLock(uint256 lockId) external restricted {
        RegistryStorage storage $ = _registry();
        require(lockId >= $.nextLock && lockId < $.locks.length, LockNotOpen(lockId));
        BondLock storage lock = $.locks[lockId];
        require(lock.penaltyShares + lock.lossShares != 0, LockNotOpen(lockId));
        uint32 operatorId = lock.operatorId;

        // What losses have drawn is taken off this lock only as far as the others do not secure it.
        _unlock(lock, Math.saturatingSub(lock.lossShares, _registry().operators[operatorId].securedShares));
        // The place in the list stays, so that those behind it keep their order.
        lock.penaltyShares = 0;
        lock.lossShares = 0;

        emit LockReleased(lockId, operatorId);
    }

    /// @inheritdoc IOperatorRegistry
    function takeMaturedLocks(
        uint256 limit
    ) external only(DISTRIBUTION) returns (uint32[] memory operatorIds, uint256[] memory shares) {
        RegistryStorage storage $ = _registry();
        uint256 first = $.nextLock;
        uint256 end = first;
        uint256 length = $.locks.length;
        while (end < length && end - first < limit && $.locks[end].maturesAt <= block.timestamp) ++end;
        operatorIds = new uint32[](end - first);
        shares = new uint256[](end - first);
        if (end == first) return (operatorIds, shares);

        $.nextLock = uint64(end);
        for (uint256 i = first; i < end; ++i) {
            BondLock storage lock = $.locks[i];
            operatorIds[i - first] = lock.operatorId;
            // The oldest lock first: what losses have drawn is not there any more, so that a cause is paid for once.
            shares[i - first] = _unlock(lock, Math.min(lock.lossShares, $.operators[lock.operatorId].drawnShares));
            emit LockMatured(i, lock.operatorId, shares[i - first]);
        }
    }

    /// @inheritdoc IOperatorRegistry
    function drawLoss(uint32 operatorId, uint256 shares) external only(DISTRIBUTION) returns (uint256 drawnShares) {
        OperatorRecord storage operator = _operator(operatorId);
        uint256 secured = Math.min(shares, operator.securedShares);
        uint256 free = Math.min(shares - secured, _freeShares(operator));

        operator.securedShares -= uint88(secured);
        operator.lockedShares -= uint96(secured);
        operator.drawnShares += uint88(secured);
        if (free != 0) {
            uint256 maxAhead = _toShares(uint256(operator.unprovenCount) * PREDEPOSIT_WEI);
            operator.aheadShares = Math.min(operator.aheadShares + free, maxAhead).toUint88();
        }

        return secured + free;
    }

    /// @dev Only an unproven validator can still be proven faulty.
    function _forgetAhead(OperatorRecord storage operator) private {
        if (operator.unprovenCount == 0) operator.aheadShares = 0;
    }

    /// @dev Takes a lock's shares out of the locked ones, but for what losses have drawn of it.
    function _unlock(BondLock storage lock, uint256 drawn) private returns (uint256 shares) {
        OperatorRecord storage operator = _registry().operators[lock.operatorId];
        uint256 secured = lock.lossShares - drawn;
        shares = lock.penaltyShares + secured;

        operator.drawnShares -= uint88(drawn);
        operator.securedShares -= uint88(secured);
        operator.lockedShares -= uint96(shares);
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IOperatorRegistryReader
    function operatorCount() external view returns (uint32) {
        return _registry().operatorCount;
    }

    /// @inheritdoc IOperatorRegistryReader
    function getOperator(uint32 operatorId) external view returns (Operator memory) {
        OperatorRecord storage o = _operator(operatorId);
        return
            Operator({
                owner: o.owner,
                paymentAddress: o.paymentAddress,
                clientPair: o.clientPair,
                status: o.status,
                bondShares: o.bondShares,
                lockedShares: o.lockedShares,
                fundedGwei: o.fundedGwei,
                unprovenCount: o.unprovenCount,
                strikeHistory: strikeWord(o.strikes),
                lastPeriod: o.strikes.lastPeriod(),
                deactivatedAt: o.deactivatedAt,
                withdrawalShares: o.withdrawalShares,
                withdrawalAt: o.withdrawalAt,
                name: o.name
            });
    }

    /// @inheritdoc IOperatorRegistryReader
    function freeBondWei(uint32 operatorId) public view returns (uint256) {
        OperatorRecord storage operator = _operator(operatorId);
        return POOL.convertToAssets(Math.saturatingSub(_freeShares(operator), operator.withdrawalShares));
    }

    /// @inheritdoc IOperatorRegistryReader
    function requiredBondWei(uint32 operatorId) public view returns (uint256) {
        RegistryStorage storage $ = _registry();
        OperatorRecord storage operator = _operator(operatorId);
        uint256 unprovenWei = operator.unprovenCount * _unprovenBondWei($.parameters);
        uint256 fundedWei = uint256(operator.fundedGwei) * 1 gwei;
        return unprovenWei + (fundedWei * $.parameters.bondRateBps) / BPS;
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
        return _operator(operatorId).batchCount;
    }

    /// @inheritdoc IOperatorRegistryReader
    function lockCount() external view returns (uint256) {
        return _registry().locks.length;
    }

    /// @inheritdoc IOperatorRegistryReader
    function nextLock() external view returns (uint256) {
        return _registry().nextLock;
    }

    /// @inheritdoc IOperatorRegistryReader
    function getLock(uint256 lockId) external view returns (BondLock memory) {
        return _registry().locks[lockId];
    }

    /// @inheritdoc IOperatorRegistryReader
    function exitDeadlinePassed(uint32 operatorId) external view returns (bool) {
        OperatorRecord storage operator = _operator(operatorId);
        uint256 deadline = operator.deactivatedAt + _registry().parameters.exitDeadlineSeconds;
        return operator.status == OperatorStatus.Deactivated && block.timestamp >= deadline;
    }

    function _operator(uint32 operatorId) private view returns (OperatorRecord storage operator) {
        operator = _registry().operators[operatorId];
        require(operator.status != OperatorStatus.None, UnknownOperator(operatorId));
    }

    function _freeShares(OperatorRecord storage operator) private view returns (uint256) {
        return operator.bondShares - operator.lockedShares;
    }

    /// @dev What a validator needs until its credentials are proven: its ether, the penalty, and a margin.
    function _unprovenBondWei(RegistryParameters storage p) private view returns (uint256) {
        return PREDEPOSIT_WEI + p.faultPenaltyWei + p.bondMarginWei;
    }

    function _toShares(uint256 amountWei) private view returns (uint256) {
        return ShareMath.toSharesUp(amountWei, POOL.totalShares(), POOL.totalPooledEther());
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

    function _setParameters(RegistryParameters calldata p) private {
        _requireAtMost(p.faultPenaltyWei, MAX_PENALTY_WEI);
        _requireAtMost(p.bondMarginWei, MAX_PENALTY_WEI);
        _requireAtMost(p.bondRateBps, BPS);
        _requireAtMost(p.minBatchAgeSeconds, MAX_WINDOW_SECONDS);
        _requireAtMost(p.appealWindowSeconds, MAX_WINDOW_SECONDS);
        _requireAtMost(p.bondExitDelaySeconds, MAX_WINDOW_SECONDS);
        _requireAtMost(p.exitDeadlineSeconds, MAX_WINDOW_SECONDS);
        _requireAtMost(p.downtimePenaltyWeiPerEthEpoch, MAX_DOWNTIME_WEI_PER_ETH_EPOCH);
        _requireAtMost(p.maxDowntimeLockBps, BPS);
        _requireAtLeast(p.appealWindowSeconds, MIN_APPEAL_SECONDS);
        // A bond must not leave before the causes that cover it have been judged.
        _requireAtLeast(p.bondExitDelaySeconds, p.appealWindowSeconds);
        _requireAtLeast(p.strikesToDeactivate, 1);

        _registry().parameters = p;

        emit ParametersChanged(p);
    }

    function _requireAtMost(uint256 got, uint256 bound) private pure {
        require(got <= bound, ParameterOutOfBounds(got, bound));
    }

    function _requireAtLeast(uint256 got, uint256 bound) private pure {
        require(got >= bound, ParameterOutOfBounds(got, bound));
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _registry() private pure returns (RegistryStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
