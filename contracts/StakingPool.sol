// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {IERC1363Receiver} from "@openzeppelin/contracts/interfaces/IERC1363Receiver.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IEthStake} from "./interfaces/IEthStake.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {IStakingPool, IStakingPoolReader} from "./interfaces/IStakingPool.sol";
import {IVault, IWithdrawalVault} from "./interfaces/IVaults.sol";
import {IWithdrawalQueue} from "./interfaces/IWithdrawalQueue.sol";
import {FlowTrace} from "./libraries/FlowTrace.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {PoolAccounting, packAccounting} from "./types/PoolAccounting.sol";
import {
    PAUSE_DEPOSIT,
    PAUSE_SETTLE,
    PAUSE_STAKE,
    PAUSE_WITHDRAW,
    PoolAddresses,
    PoolInit,
    PoolLimits,
    Rebase
} from "./types/PoolTypes.sol";

/// @title StakingPool
/// @notice See {IStakingPool}. Everything that `stake` reads stands in two slots; ether that is forced in is nobody's.
contract StakingPool is IStakingPool, IERC1363Receiver, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;
    using FlowTrace for Checkpoints.Trace160;

    /// @notice The longest pause, in seconds.
    uint40 public constant MAX_PAUSE = 7 days;
    /// @notice Time between the end of a pause and the next one of the same action, in seconds.
    uint40 public constant PAUSE_COOLDOWN = 1 days;

    /// @dev Hard bounds of the limits: reports may be late by a week, and never count as stale within an hour.
    uint256 private constant MAX_REPORT_AGE = 7 days;
    uint256 private constant MIN_REPORT_AGE = 1 hours;
    /// @dev Each flag's expiry is a 40-bit field of one word.
    uint256 private constant EXPIRY_BITS = 40;
    uint256 private constant FLAGS = 4;

    IEthStake private immutable TOKEN;
    IWithdrawalQueue private immutable QUEUE;
    IOperatorRegistry private immutable REGISTRY;
    address private immutable MANAGER;
    address private immutable DISTRIBUTION;
    IWithdrawalVault private immutable WITHDRAWAL_VAULT;
    IVault private immutable EXECUTION_REWARDS_VAULT;

    /// @custom:storage-location erc7201:ethstake.storage.StakingPool
    struct PoolStorage {
        PoolAccounting accounting;
        /// Written by the settlement, so that `stake` only reads.
        uint96 stakeCeilingWei;
        uint40 staleAfter;
        /// Balances and pending deposits of our validators at the last cut-off, in Gwei.
        uint64 consensusGwei;
        /// Deposits that the last report contained, in Gwei.
        uint64 settledDepositsGwei;
        PoolLimits limits;
        /// When each pause expires: flag i in bits 40 i and up.
        uint256 pauseExpiries;
        /// All deposits by time.
        Checkpoints.Trace160 deposits;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.StakingPool")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x0dfff68bdf3e95d425022297055a4db964e6787ba81a17846f9edb5ad9a95100;

    modifier only(address caller) {
        require(msg.sender == caller, NotProtocol(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(PoolAddresses memory a) {
        TOKEN = IEthStake(a.token);
        QUEUE = IWithdrawalQueue(a.queue);
        REGISTRY = IOperatorRegistry(a.registry);
        MANAGER = a.manager;
        DISTRIBUTION = a.distribution;
        WITHDRAWAL_VAULT = IWithdrawalVault(a.withdrawalVault);
        EXECUTION_REWARDS_VAULT = IVault(a.executionRewardsVault);
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once. The ether sent buys shares at 1 to 1 that are locked for ever, so that no
    /// first staker can bend the rate.
    function initialize(PoolInit calldata init) external payable initializer {
        require(msg.value != 0, ZeroAmount());
        __AccessManaged_init(init.authority);
        PoolStorage storage $ = _pool();

        $.accounting = packAccounting(msg.value, 0, msg.value, 0);
        $.limits = _checked(init.limits);
        _openWindow($, msg.value, init.refSlotTimestamp);

        emit Staked(msg.sender, address(TOKEN), msg.value, msg.value);
        emit LimitsChanged(init.limits);

        TOKEN.mint(address(TOKEN), msg.value);
    }

    // ---------------------------------------------------------------- Stake

    /// @notice A plain transfer stakes for its sender.
    receive() external payable {
        _stake(msg.sender, 0);
    }

    /// @inheritdoc IStakingPool
    function stake(address receiver, uint256 minShares) external payable returns (uint256 shares) {
        return _stake(receiver, minShares);
    }

    function _stake(address receiver, uint256 minShares) private returns (uint256 shares) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        _requireNotPaused(a, PAUSE_STAKE);
        require(!_isProtocol(receiver) && receiver != address(0), ReceiverNotAllowed(receiver));
        uint256 pooled = a.pooledWei();
        (uint256 ceilingWei, uint40 stale) = ($.stakeCeilingWei, $.staleAfter);
        require(block.timestamp <= stale, ReportStale(stale));
        require(pooled + msg.value <= ceilingWei, StakeCeilingReached(pooled + msg.value, ceilingWei));

        shares = _mintFor(a, receiver);

        require(shares >= minShares, SharesBelowMinimum(shares, minShares));
    }

    /// @inheritdoc IStakingPool
    function stakeBond() external payable only(address(REGISTRY)) returns (uint256 shares) {
        PoolStorage storage $ = _pool();
        require(block.timestamp <= $.staleAfter, ReportStale($.staleAfter));

        return _mintFor($.accounting, address(REGISTRY));
    }

    /// @dev Takes the ether of this call in, for shares at the rate before it.
    function _mintFor(PoolAccounting a, address receiver) private returns (uint256 shares) {
        shares = ShareMath.toSharesDown(msg.value, a.totalShares(), a.pooledWei());
        require(shares != 0, ZeroAmount());

        _pool().accounting = packAccounting(
            a.bufferedWei() + msg.value,
            a.deployedGwei(),
            a.totalShares() + shares,
            a.pauses()
        );

        emit Staked(msg.sender, receiver, msg.value, shares);

        TOKEN.mint(receiver, shares);
    }

    /// @dev Contracts of the protocol hold no stake: nobody could ever take it out.
    function _isProtocol(address account) private view returns (bool) {
        return
            account == address(this) ||
            account == address(TOKEN) ||
            account == address(QUEUE) ||
            account == address(REGISTRY) ||
            account == MANAGER ||
            account == DISTRIBUTION ||
            account == address(WITHDRAWAL_VAULT) ||
            account == address(EXECUTION_REWARDS_VAULT);
    }

    // ---------------------------------------------------------------- Withdraw

    /// @inheritdoc IStakingPool
    function withdraw(uint256 shares, address receiver, uint256 minEther) public returns (uint256 requestId) {
        TOKEN.burnFrom(msg.sender, shares);
        return _withdraw(msg.sender, shares, receiver, minEther);
    }

    /// @inheritdoc IStakingPool
    function withdrawWithPermit(
        uint256 shares,
        address receiver,
        uint256 minEther,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 requestId) {
        // A permit that was sent before by somebody else reverts here, but has given the allowance to us: only the
        // caller's own allowance is spent below, so a failed permit can harm nobody.
        try TOKEN.permit(msg.sender, address(this), shares, deadline, v, r, s) {} catch {}
        return withdraw(shares, receiver, minEther);
    }

    /// @inheritdoc IStakingPool
    function onTransferReceived(
        address,
        address from,
        uint256 shares,
        bytes calldata data
    ) external override(IStakingPool, IERC1363Receiver) returns (bytes4) {
        require(msg.sender == address(TOKEN), NotEthStake(msg.sender));
        (address receiver, uint256 minEther) = (from, 0);
        if (data.length != 0) (receiver, minEther) = abi.decode(data, (address, uint256));

        _withdraw(from, shares, receiver, minEther);

        return IERC1363Receiver.onTransferReceived.selector;
    }

    /// @dev The holder's shares are burned already. The totals stay: queued shares count until they are finalised, and
    /// share a loss until then.
    function _withdraw(
        address holder,
        uint256 shares,
        address receiver,
        uint256 minEther
    ) private returns (uint256 requestId) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        _requireNotPaused(a, PAUSE_WITHDRAW);
        require(!_isProtocol(receiver), ReceiverNotAllowed(receiver));
        uint256 amountWei = ShareMath.toAssetsDown(shares, a.totalShares(), a.pooledWei());
        require(amountWei >= minEther, EtherBelowMinimum(amountWei, minEther));

        return QUEUE.request(holder, receiver, shares, amountWei);
    }

    // ---------------------------------------------------------------- Deposit

    /// @inheritdoc IStakingPool
    function takeForDeposits(uint64 amountGwei) external only(MANAGER) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        _requireNotPaused(a, PAUSE_DEPOSIT);
        uint256 amountWei = uint256(amountGwei) * 1 gwei;
        uint256 freeWei = depositableWei();
        require(amountWei <= freeWei, BufferTooSmall(amountWei, freeWei));

        $.accounting = packAccounting(
            a.bufferedWei() - amountWei,
            a.deployedGwei() + amountGwei,
            a.totalShares(),
            a.pauses()
        );
        uint64 cumulativeGwei = $.deposits.addGwei(amountGwei);

        emit EtherDeployed(amountGwei, cumulativeGwei);

        Address.sendValue(payable(MANAGER), amountWei);
    }

    /// @inheritdoc IStakingPoolReader
    function depositableWei() public view returns (uint256) {
        return Math.saturatingSub(_pool().accounting.bufferedWei(), QUEUE.unfinalizedEtherWei());
    }

    // ---------------------------------------------------------------- Settle

    /// @inheritdoc IStakingPool
    function receiveEther() external payable {
        // What arrives is booked by `distributeRewards`, which asked for it.
        require(
            msg.sender == address(WITHDRAWAL_VAULT) ||
                msg.sender == address(EXECUTION_REWARDS_VAULT) ||
                msg.sender == address(QUEUE),
            NotProtocol(msg.sender)
        );
    }

    /// @inheritdoc IStakingPool
    function slashOperator(uint32 operatorId, uint256 shares) external only(DISTRIBUTION) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        REGISTRY.seizeBond(operatorId, shares);

        $.accounting = packAccounting(a.bufferedWei(), a.deployedGwei(), a.totalShares() - shares, a.pauses());

        emit OperatorSlashed(operatorId, shares, ShareMath.toAssetsDown(shares, a.totalShares(), a.pooledWei()));

        TOKEN.burnFrom(address(REGISTRY), shares);
    }

    /// @inheritdoc IStakingPool
    function distributeRewards(Rebase calldata r) external only(DISTRIBUTION) returns (uint256 feeShares) {
        PoolStorage storage $ = _pool();
        _requireNotPaused($.accounting, PAUSE_SETTLE);
        // Ether first, all of it from contracts of the protocol; then one write that moves the rate.
        uint256 sweptWei = QUEUE.sweepSurplus();
        if (r.withdrawalsWei != 0) WITHDRAWAL_VAULT.collect(r.withdrawalsWei);
        if (r.executionRewardsWei != 0) EXECUTION_REWARDS_VAULT.collect(r.executionRewardsWei);

        PoolAccounting a = $.accounting;
        uint256 newBufferedWei = a.bufferedWei() + r.withdrawalsWei + r.executionRewardsWei + sweptWei;
        uint64 newInFlightGwei = $.deposits.latestGwei() - r.settledDepositsGwei;
        uint256 newDeployedGwei = uint256(r.consensusGwei) + newInFlightGwei;
        uint256 pooled = newBufferedWei + newDeployedGwei * 1 gwei;
        // Priced at the rate after the fee, so that the new shares are worth the fee and no more.
        feeShares = ShareMath.toSharesDown(r.feeWei, a.totalShares(), pooled - r.feeWei);
        uint256 newTotalShares = a.totalShares() + feeShares;

        $.accounting = packAccounting(newBufferedWei, newDeployedGwei, newTotalShares, _pausesLeft(a));
        $.consensusGwei = r.consensusGwei;
        $.settledDepositsGwei = r.settledDepositsGwei;
        _openWindow($, pooled, r.refSlotTimestamp);

        emit Rebased(newBufferedWei, r.consensusGwei, newInFlightGwei, newTotalShares, feeShares, sweptWei);

        if (feeShares != 0) TOKEN.mint(DISTRIBUTION, feeShares);
    }

    /// @inheritdoc IStakingPool
    function finalizeWithdrawals(
        uint64 cutoffTimestamp,
        uint256 hint
    ) external only(DISTRIBUTION) returns (uint256 shares, uint256 amountWei) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        uint256 rateRay = ShareMath.rateRayDown(a.totalShares(), a.pooledWei());
        (shares, amountWei, ) = QUEUE.finalize(a.bufferedWei(), rateRay, cutoffTimestamp, hint);
        if (shares == 0) return (0, 0);

        $.accounting = packAccounting(
            a.bufferedWei() - amountWei,
            a.deployedGwei(),
            a.totalShares() - shares,
            a.pauses()
        );

        emit WithdrawalsFinalized(shares, amountWei);

        QUEUE.receiveEther{value: amountWei}();
    }

    /// @dev Sets what the settlement decides about staking until the next one.
    function _openWindow(PoolStorage storage $, uint256 pooled, uint64 refSlotTimestamp) private {
        PoolLimits memory set = $.limits;
        $.stakeCeilingWei = Math.min(set.stakeCapWei, pooled + set.stakeAllowanceWei).toUint96();
        $.staleAfter = (uint256(refSlotTimestamp) + set.maxReportAgeSeconds).toUint40();
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IStakingPoolReader
    function totalPooledEther() public view returns (uint256 amountWei) {
        PoolStorage storage $ = _pool();
        amountWei += $.accounting.bufferedWei();
        amountWei += uint256($.consensusGwei) * 1 gwei;
        amountWei += uint256(inFlightGwei()) * 1 gwei;
    }

    /// @inheritdoc IStakingPoolReader
    function totalShares() external view returns (uint256) {
        return _pool().accounting.totalShares();
    }

    /// @inheritdoc IStakingPoolReader
    function circulatingShares() external view returns (uint256) {
        return _pool().accounting.totalShares() - QUEUE.queuedShares();
    }

    /// @inheritdoc IStakingPoolReader
    function bufferedWei() external view returns (uint256) {
        return _pool().accounting.bufferedWei();
    }

    /// @inheritdoc IStakingPoolReader
    function consensusGwei() external view returns (uint64) {
        return _pool().consensusGwei;
    }

    /// @inheritdoc IStakingPoolReader
    function inFlightGwei() public view returns (uint64) {
        return depositedGwei() - _pool().settledDepositsGwei;
    }

    /// @inheritdoc IStakingPoolReader
    function depositedGwei() public view returns (uint64) {
        return _pool().deposits.latestGwei();
    }

    /// @inheritdoc IStakingPoolReader
    function depositedGweiAt(uint64 timestamp) external view returns (uint64) {
        return _pool().deposits.gweiAt(timestamp);
    }

    /// @inheritdoc IStakingPoolReader
    function settledDepositsGwei() external view returns (uint64) {
        return _pool().settledDepositsGwei;
    }

    /// @inheritdoc IStakingPoolReader
    function ethPerShare() external view returns (uint256) {
        return convertToAssets(1 ether);
    }

    /// @inheritdoc IStakingPoolReader
    function convertToShares(uint256 amountWei) external view returns (uint256) {
        PoolAccounting a = _pool().accounting;
        return ShareMath.toSharesDown(amountWei, a.totalShares(), a.pooledWei());
    }

    /// @inheritdoc IStakingPoolReader
    function convertToAssets(uint256 shares) public view returns (uint256) {
        PoolAccounting a = _pool().accounting;
        return ShareMath.toAssetsDown(shares, a.totalShares(), a.pooledWei());
    }

    /// @inheritdoc IStakingPoolReader
    function stakeCeilingWei() external view returns (uint256) {
        return _pool().stakeCeilingWei;
    }

    /// @inheritdoc IStakingPoolReader
    function staleAfter() external view returns (uint64) {
        return _pool().staleAfter;
    }

    // ---------------------------------------------------------------- Pause

    /// @inheritdoc IStakingPool
    function pause(uint8 flags, uint40 duration) external restricted {
        require(
            flags != 0 && flags < 1 << FLAGS && duration != 0 && duration <= MAX_PAUSE,
            PauseNotAllowed(flags, duration)
        );
        PoolStorage storage $ = _pool();
        for (uint256 i = 0; i < FLAGS; ++i) {
            uint8 flag = uint8(1 << i);
            if (flags & flag == 0) continue;
            uint40 until = pausedUntil(flag);
            require(until == 0 || block.timestamp >= until + PAUSE_COOLDOWN, PauseNotAllowed(flag, duration));
        }

        _setPause($, flags, uint40(block.timestamp) + duration);
        $.accounting = _withPauses($.accounting, $.accounting.pauses() | flags);
    }

    /// @inheritdoc IStakingPool
    function unpause(uint8 flags) external restricted {
        PoolStorage storage $ = _pool();
        // Not those that are over: their cooldown counts from their own end.
        uint8 held = _pausesLeft($.accounting) & flags;

        // The expiry becomes now, so that the cooldown counts from here.
        _setPause($, held, uint40(block.timestamp));
        $.accounting = _withPauses($.accounting, $.accounting.pauses() & ~held);
    }

    /// @inheritdoc IStakingPoolReader
    function pausedUntil(uint8 flag) public view returns (uint40) {
        return uint40(_pool().pauseExpiries >> (EXPIRY_BITS * Math.log2(flag)));
    }

    function _setPause(PoolStorage storage $, uint8 flags, uint40 until) private {
        uint256 expiries = $.pauseExpiries;
        for (uint256 i = 0; i < FLAGS; ++i) {
            if (flags & (1 << i) == 0) continue;
            uint256 at = EXPIRY_BITS * i;
            expiries = (expiries & ~(uint256(type(uint40).max) << at)) | (uint256(until) << at);
        }
        $.pauseExpiries = expiries;

        emit PauseChanged(flags, until);
    }

    /// @dev The expiry is read only when the flag is set: an open pool pays nothing for its pauses.
    function _requireNotPaused(PoolAccounting a, uint8 flag) private view {
        if (a.pauses() & flag == 0) return;
        uint40 until = pausedUntil(flag);
        require(block.timestamp >= until, ActionPaused(flag, until));
    }

    /// @dev The flags whose pauses still hold.
    function _pausesLeft(PoolAccounting a) private view returns (uint8 left) {
        left = a.pauses();
        for (uint256 i = 0; left != 0 && i < FLAGS; ++i) {
            uint8 flag = uint8(1 << i);
            if (left & flag != 0 && block.timestamp >= pausedUntil(flag)) left &= ~flag;
        }
    }

    function _withPauses(PoolAccounting a, uint8 flags) private pure returns (PoolAccounting) {
        return packAccounting(a.bufferedWei(), a.deployedGwei(), a.totalShares(), flags);
    }

    // ---------------------------------------------------------------- Administer

    /// @inheritdoc IStakingPoolReader
    function limits() external view returns (PoolLimits memory) {
        return _pool().limits;
    }

    /// @inheritdoc IStakingPool
    function setLimits(PoolLimits calldata limits_) external restricted {
        PoolStorage storage $ = _pool();
        // The reference slot of the last report, out of what it set.
        uint64 refSlotTimestamp = uint64($.staleAfter) - $.limits.maxReportAgeSeconds;
        $.limits = _checked(limits_);
        _openWindow($, $.accounting.pooledWei(), refSlotTimestamp);

        emit LimitsChanged(limits_);
    }

    function _checked(PoolLimits calldata asked) private pure returns (PoolLimits calldata) {
        uint256 age = asked.maxReportAgeSeconds;
        require(age >= MIN_REPORT_AGE && age <= MAX_REPORT_AGE, LimitOutOfBounds(age, MAX_REPORT_AGE));
        return asked;
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _pool() private pure returns (PoolStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
