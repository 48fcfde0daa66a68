// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {IERC1363Receiver} from "@openzeppelin/contracts/interfaces/IERC1363Receiver.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {StakingPoolReader} from "./StakingPoolReader.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {Flow, FlowTrace} from "./libraries/FlowTrace.sol";
import {Rebasing} from "./libraries/Rebasing.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {LimitsRecord, StakeLimits} from "./libraries/StakeLimits.sol";
import {COOLDOWN, LONGEST_PAUSE} from "./types/PauseExpiries.sol";
import {PoolAccounting, packAccounting} from "./types/PoolAccounting.sol";
import {PoolWindow} from "./types/PoolWindow.sol";
import {
    PAUSES,
    PAUSE_DEPOSIT,
    PAUSE_SETTLE,
    PAUSE_STAKE,
    PAUSE_WITHDRAW,
    PoolAddresses,
    PoolInit,
    PoolLimits,
    QUEUE_WAITING,
    REPORT_PENDING,
    Rebase,
    RebaseResult,
    StakeCapStep
} from "./types/PoolTypes.sol";

/// @title StakingPool
/// @notice See {IStakingPool}; storage and views are in {StakingPoolReader}. Everything that `stake` reads stands in two slots, one of which it only reads; ether that
/// is forced in is nobody's.
contract StakingPool is IStakingPool, StakingPoolReader, IERC1363Receiver, AccessManagedUpgradeable, UUPSUpgradeable {
    using FlowTrace for Flow;
    using Rebasing for PoolAccounting;
    using StakeLimits for LimitsRecord;

    /// @notice The longest pause, in seconds.
    uint40 public constant MAX_PAUSE = LONGEST_PAUSE;
    /// @notice Time between the end of a pause and the next one of the same action, in seconds.
    uint40 public constant PAUSE_COOLDOWN = COOLDOWN;

    uint256 private constant BPS = 10_000;

    modifier only(address caller) {
        require(msg.sender == caller, NotProtocol(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(PoolAddresses memory a) StakingPoolReader(a) {
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once. The ether sent buys shares at 1 to 1 that are locked for ever, so that no
    /// first staker can bend the rate.
    function initialize(PoolInit calldata init) external payable initializer {
        require(msg.value != 0, ZeroAmount());
        __AccessManaged_init(init.authority);
        PoolStorage storage $ = _pool();

        $.accounting = packAccounting(msg.value, 0, msg.value, 0);
        $.limits.set(init.limits);
        $.window = $.limits.openWindow(0, 0, msg.value, init.refSlotTimestamp);

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

    /// @inheritdoc IStakingPool
    function deposit(uint256 assets, address receiver) external payable returns (uint256 shares) {
        require(assets == msg.value, ValueMismatch(msg.value, assets));
        shares = _stake(receiver, 0);

        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function _stake(address receiver, uint256 minShares) private returns (uint256 shares) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        PoolWindow w = $.window;
        _requireNotPaused(a, PAUSE_STAKE | REPORT_PENDING);
        require(!_isProtocol(receiver) && receiver != address(0), ReceiverNotAllowed(receiver));
        require(block.timestamp <= w.staleAfter(), ReportStale(w.staleAfter()));
        uint256 pooledWei = a.pooledWei();
        (uint256 pooledAfterWei, uint256 ceilingWei) = (pooledWei + msg.value, w.stakeCeilingWei());
        require(pooledAfterWei <= ceilingWei, StakeCeilingReached(pooledAfterWei, ceilingWei));

        shares = _mintFor(a, pooledWei, receiver);

        require(shares >= minShares, SharesBelowMinimum(shares, minShares));
    }

    /// @inheritdoc IStakingPool
    function stakeBond() external payable only(REGISTRY) returns (uint256 shares) {
        PoolStorage storage $ = _pool();
        uint40 staleAt = $.window.staleAfter();
        require(block.timestamp <= staleAt, ReportStale(staleAt));

        return _mintFor($.accounting, $.accounting.pooledWei(), REGISTRY);
    }

    /// @dev Takes the ether of this call in, for shares at the rate before it.
    function _mintFor(PoolAccounting a, uint256 pooledWei, address receiver) private returns (uint256 shares) {
        shares = ShareMath.toSharesDown(msg.value, a.totalShares(), pooledWei);
        require(shares != 0, ZeroAmount());

        _pool().accounting = packAccounting(
            a.bufferedWei() + msg.value,
            a.deployedGwei(),
            a.totalShares() + shares,
            a.flags()
        );

        emit Staked(msg.sender, receiver, msg.value, shares);

        TOKEN.mint(receiver, shares);
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

        if (a.flags() & QUEUE_WAITING == 0) $.accounting = a.withFlags(a.flags() | QUEUE_WAITING);
        return QUEUE.request(holder, receiver, shares, amountWei);
    }

    // ---------------------------------------------------------------- Deposit

    /// @inheritdoc IStakingPool
    function takeForDeposits(uint64 amountGwei) external only(MANAGER) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        _requireNotPaused(a, PAUSE_DEPOSIT | REPORT_PENDING);
        uint256 amountWei = uint256(amountGwei) * 1 gwei;
        uint256 freeWei = _depositableWei(a);
        require(amountWei <= freeWei, BufferTooSmall(amountWei, freeWei));

        $.accounting = packAccounting(
            a.bufferedWei() - amountWei,
            a.deployedGwei() + amountGwei,
            a.totalShares(),
            a.flags()
        );
        uint64 cumulativeGwei = $.deposits.addGwei(amountGwei, $.window.settledDepositsGwei());

        emit EtherDeployed(amountGwei, cumulativeGwei);

        Address.sendValue(payable(MANAGER), amountWei);
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
        emit OperatorSlashed(operatorId, shares, convertToAssets(shares));

        _burn(REGISTRY, shares);
    }

    /// @inheritdoc IStakingPool
    function burnCover(uint256 shares) external only(DISTRIBUTION) {
        emit CoverBurned(shares, convertToAssets(shares));

        _burn(COVER_FUND, shares);
    }

    /// @dev Takes shares of a contract that has approved the pool out of the total, so that every other share gains.
    function _burn(address holder, uint256 shares) private {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;

        $.accounting = packAccounting(a.bufferedWei(), a.deployedGwei(), a.totalShares() - shares, a.flags());

        TOKEN.burnFrom(holder, shares);
    }

    /// @inheritdoc IStakingPool
    function distributeRewards(Rebase calldata r) external only(DISTRIBUTION) returns (RebaseResult memory done) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        PoolWindow w = $.window;
        _requireNotPaused(a, PAUSE_SETTLE | REPORT_PENDING);
        // Ether first, all of it from contracts of the protocol; then one write that moves the rate.
        if (a.flags() & QUEUE_WAITING != 0) done.sweptWei = QUEUE.sweepSurplus();
        if (r.withdrawalsWei != 0) WITHDRAWAL_VAULT.collect(r.withdrawalsWei);
        if (r.executionRewardsWei != 0) EXECUTION_REWARDS_VAULT.collect(r.executionRewardsWei);

        uint256 receivedWei = r.withdrawalsWei + r.executionRewardsWei + done.sweptWei;
        (a, done.feeShares) = a.rebase(w, r, receivedWei, _flagsLeft(a));
        uint256 rateRay = ShareMath.rateRayDown(a.totalShares(), a.pooledWei());
        (a, done.finalizedShares, done.finalizedWei) = _finalize(
            a,
            a.bufferedWei(),
            rateRay,
            r.cutoffTimestamp,
            r.finalizationHint
        );
        (done.pooledWei, done.totalShares) = (a.pooledWei(), a.totalShares());

        $.accounting = a;
        $.window = $.limits.openWindow(r.consensusGwei, r.settledDepositsGwei, done.pooledWei, r.refSlotTimestamp);

        if (done.feeShares != 0) TOKEN.mint(DISTRIBUTION, done.feeShares);
        if (done.finalizedWei != 0) QUEUE.receiveEther{value: done.finalizedWei}();
    }

    /// @inheritdoc IStakingPool
    function finalizeStale(
        uint256 maxWei,
        uint256 haircutBps,
        uint64 cutoffTimestamp,
        uint256 hint
    ) external only(DISTRIBUTION) returns (uint256 shares, uint256 amountWei) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        _requireNotPaused(a, PAUSE_SETTLE | REPORT_PENDING);
        uint256 rateRay = (ShareMath.rateRayDown(a.totalShares(), a.pooledWei()) * (BPS - haircutBps)) / BPS;
        (a, shares, amountWei) = _finalize(a, Math.min(maxWei, a.bufferedWei()), rateRay, cutoffTimestamp, hint);
        if (shares == 0) return (0, 0);

        $.accounting = a;

        QUEUE.receiveEther{value: amountWei}();
    }

    /// @dev Finalises the oldest requests and takes them out of the totals that it is given. The queue asks back nothing.
    function _finalize(
        PoolAccounting a,
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp,
        uint256 hint
    ) private returns (PoolAccounting, uint256 shares, uint256 amountWei) {
        uint8 flags = a.flags();
        if (flags & QUEUE_WAITING == 0) return (a, 0, 0);
        bool waiting;
        (shares, amountWei, waiting) = QUEUE.finalize(budgetWei, rateRay, cutoffTimestamp, hint);
        if (!waiting) flags &= ~QUEUE_WAITING;
        a = packAccounting(a.bufferedWei() - amountWei, a.deployedGwei(), a.totalShares() - shares, flags);
        return (a, shares, amountWei);
    }

    // ---------------------------------------------------------------- Pause

    /// @inheritdoc IStakingPool
    function pause(uint8 flags, uint40 duration) external restricted {
        PoolStorage storage $ = _pool();

        $.pauseExpiries = $.pauseExpiries.begin(flags, duration);
        $.accounting = $.accounting.withFlags($.accounting.flags() | flags);

        emit PauseChanged(flags, uint40(block.timestamp) + duration);
    }

    /// @inheritdoc IStakingPool
    function unpause(uint8 flags) external restricted {
        PoolStorage storage $ = _pool();
        // Not those that are over: their cooldown counts from their own end.
        uint8 ended = $.pauseExpiries.held($.accounting.flags() & flags & PAUSES);

        // The expiry becomes now, so that the cooldown counts from here.
        $.pauseExpiries = $.pauseExpiries.withUntil(ended, uint40(block.timestamp));
        $.accounting = $.accounting.withFlags($.accounting.flags() & ~ended);

        emit PauseChanged(ended, uint40(block.timestamp));
    }

    /// @inheritdoc IStakingPool
    function holdForReview(uint40 until) external only(DISTRIBUTION) {
        PoolStorage storage $ = _pool();
        uint8 others = $.accounting.flags() & ~REPORT_PENDING;
        if (until != 0) _requireNotPaused($.accounting, PAUSE_SETTLE);

        $.pauseExpiries = $.pauseExpiries.withUntil(REPORT_PENDING, until);
        $.accounting = $.accounting.withFlags(until == 0 ? others : others | REPORT_PENDING);

        emit PauseChanged(REPORT_PENDING, until);
    }

    /// @dev The expiry is read only when the flag is set: an open pool pays nothing for its pauses.
    function _requireNotPaused(PoolAccounting a, uint8 stops) private view {
        if (a.flags() & stops != 0) _pool().pauseExpiries.requireOver(a.flags() & stops);
    }

    /// @dev The flags without those of pauses that are over.
    function _flagsLeft(PoolAccounting a) private view returns (uint8) {
        uint8 timed = a.flags() & (PAUSES | REPORT_PENDING);
        if (timed == 0) return a.flags();
        return (a.flags() & QUEUE_WAITING) | _pool().pauseExpiries.held(timed);
    }

    // ---------------------------------------------------------------- Administer

    /// @inheritdoc IStakingPool
    function setLimits(PoolLimits calldata limits_) external restricted {
        PoolStorage storage $ = _pool();
        PoolWindow narrowed = $.limits.narrowWindow($.window, limits_, $.accounting.pooledWei());

        $.limits.set(limits_);
        $.window = narrowed;

        emit LimitsChanged(limits_);
    }

    /// @inheritdoc IStakingPool
    function setStakeCapSchedule(StakeCapStep[] calldata steps) external restricted {
        _pool().limits.setUpcoming(steps);

        emit StakeCapScheduleChanged(steps);
    }

    function _authorizeUpgrade(address) internal override restricted {}
}
