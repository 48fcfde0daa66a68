// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IEthStake} from "./interfaces/IEthStake.sol";
import {IStakingPoolReader} from "./interfaces/IStakingPool.sol";
import {IVault, IWithdrawalVault} from "./interfaces/IVaults.sol";
import {IWithdrawalQueue} from "./interfaces/IWithdrawalQueue.sol";
import {Flow, FlowTrace} from "./libraries/FlowTrace.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {LimitsRecord, StakeLimits} from "./libraries/StakeLimits.sol";
import {PauseExpiries} from "./types/PauseExpiries.sol";
import {PoolAccounting} from "./types/PoolAccounting.sol";
import {
    PAUSE_STAKE,
    PoolAddresses,
    PoolLimits,
    PoolState,
    QUEUE_WAITING,
    REPORT_PENDING,
    StakeCapStep
} from "./types/PoolTypes.sol";
import {PoolWindow} from "./types/PoolWindow.sol";

/// @title StakingPoolReader
/// @notice What the pool knows, and all that can be read of it: see {IStakingPoolReader}. What changes it is in
/// {StakingPool}.
abstract contract StakingPoolReader is IStakingPoolReader {
    using FlowTrace for Flow;
    using StakeLimits for LimitsRecord;

    IEthStake internal immutable TOKEN;
    IWithdrawalQueue internal immutable QUEUE;
    address internal immutable REGISTRY;
    address internal immutable MANAGER;
    address internal immutable DISTRIBUTION;
    IWithdrawalVault internal immutable WITHDRAWAL_VAULT;
    IVault internal immutable EXECUTION_REWARDS_VAULT;
    address internal immutable COVER_FUND;

    /// @custom:storage-location erc7201:ethstake.storage.StakingPool
    struct PoolStorage {
        PoolAccounting accounting;
        /// Written by the settlement, so that `stake` only reads.
        PoolWindow window;
        PauseExpiries pauseExpiries;
        LimitsRecord limits;
        /// All deposits by time.
        Flow deposits;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.StakingPool")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0x0dfff68bdf3e95d425022297055a4db964e6787ba81a17846f9edb5ad9a95100;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(PoolAddresses memory a) {
        TOKEN = IEthStake(a.token);
        QUEUE = IWithdrawalQueue(a.queue);
        REGISTRY = a.registry;
        MANAGER = a.manager;
        DISTRIBUTION = a.distribution;
        WITHDRAWAL_VAULT = IWithdrawalVault(a.withdrawalVault);
        EXECUTION_REWARDS_VAULT = IVault(a.executionRewardsVault);
        COVER_FUND = a.coverFund;
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IStakingPoolReader
    function totalPooledEther() public view returns (uint256 amountWei) {
        PoolStorage storage $ = _pool();
        amountWei += $.accounting.bufferedWei();
        amountWei += uint256($.window.consensusGwei()) * 1 gwei;
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
        return _pool().window.consensusGwei();
    }

    /// @inheritdoc IStakingPoolReader
    function inFlightGwei() public view returns (uint64) {
        return depositedGwei() - _pool().window.settledDepositsGwei();
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
        return _pool().window.settledDepositsGwei();
    }

    /// @inheritdoc IStakingPoolReader
    function ethPerShare() external view returns (uint256) {
        return convertToAssets(1 ether);
    }

    /// @inheritdoc IStakingPoolReader
    function stakeCeilingWei() external view returns (uint256) {
        return _pool().window.stakeCeilingWei();
    }

    /// @inheritdoc IStakingPoolReader
    function staleAfter() external view returns (uint64) {
        return _pool().window.staleAfter();
    }

    // ---------------------------------------------------------------- Read as an ERC-7535 vault

    /// @inheritdoc IStakingPoolReader
    function asset() external pure returns (address) {
        // Ether, by ERC-7535.
        return 0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE;
    }

    /// @inheritdoc IStakingPoolReader
    function share() external view returns (address) {
        return address(TOKEN);
    }

    /// @inheritdoc IStakingPoolReader
    function totalAssets() external view returns (uint256) {
        return totalPooledEther();
    }

    /// @inheritdoc IStakingPoolReader
    function convertToShares(uint256 amountWei) public view returns (uint256) {
        PoolAccounting a = _pool().accounting;
        return ShareMath.toSharesDown(amountWei, a.totalShares(), a.pooledWei());
    }

    /// @inheritdoc IStakingPoolReader
    function convertToAssets(uint256 shares) public view returns (uint256) {
        PoolAccounting a = _pool().accounting;
        return ShareMath.toAssetsDown(shares, a.totalShares(), a.pooledWei());
    }

    /// @inheritdoc IStakingPoolReader
    function maxDeposit(address receiver) external view returns (uint256) {
        PoolStorage storage $ = _pool();
        PoolAccounting a = $.accounting;
        bool stopped =
            $.pauseExpiries.held(a.flags() & (PAUSE_STAKE | REPORT_PENDING)) != 0 ||
                block.timestamp > $.window.staleAfter() ||
                _isProtocol(receiver) ||
                receiver == address(0);
        return stopped ? 0 : Math.saturatingSub($.window.stakeCeilingWei(), a.pooledWei());
    }

    /// @inheritdoc IStakingPoolReader
    function previewDeposit(uint256 amountWei) external view returns (uint256) {
        return convertToShares(amountWei);
    }

    /// @inheritdoc IStakingPoolReader
    function previewMint(uint256 shares) external view returns (uint256) {
        PoolAccounting a = _pool().accounting;
        return ShareMath.toAssetsUp(shares, a.totalShares(), a.pooledWei());
    }

    /// @inheritdoc IStakingPoolReader
    function maxWithdraw(address) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IStakingPoolReader
    function maxRedeem(address) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IStakingPoolReader
    function stateAt(uint64 cutoffTimestamp) external view returns (PoolState memory) {
        PoolStorage storage $ = _pool();
        (PoolAccounting a, PoolWindow w) = ($.accounting, $.window);
        // Without ether in flight every deposit is settled already: nothing to look up.
        bool inFlight = a.deployedGwei() != w.consensusGwei();
        return
            PoolState({
                pooledWei: a.pooledWei(),
                totalShares: a.totalShares(),
                consensusGwei: w.consensusGwei(),
                settledDepositsGwei: w.settledDepositsGwei(),
                cutoffDepositsGwei: inFlight ? $.deposits.gweiAt(cutoffTimestamp) : w.settledDepositsGwei(),
                reportPending: a.flags() & REPORT_PENDING != 0
            });
    }

    /// @inheritdoc IStakingPoolReader
    function depositableWei() external view returns (uint256) {
        return _depositableWei(_pool().accounting);
    }

    function _depositableWei(PoolAccounting a) internal view returns (uint256) {
        if (a.flags() & QUEUE_WAITING == 0) return a.bufferedWei();
        return Math.saturatingSub(a.bufferedWei(), QUEUE.unfinalizedEtherWei());
    }

    /// @inheritdoc IStakingPoolReader
    function pausedUntil(uint8 flag) external view returns (uint40) {
        return _pool().pauseExpiries.until(flag);
    }

    /// @inheritdoc IStakingPoolReader
    function limits() external view returns (PoolLimits memory) {
        return _pool().limits.current();
    }

    /// @inheritdoc IStakingPoolReader
    function stakeCapSchedule() external view returns (StakeCapStep[] memory) {
        return _pool().limits.upcoming();
    }

    // ---------------------------------------------------------------- Know

    /// @dev Contracts of the protocol hold no stake: nobody could ever take it out.
    function _isProtocol(address account) internal view returns (bool) {
        // One by one: every stake and every request asks, and a chain of `||` costs twice as much.
        if (account == address(this)) return true;
        if (account == address(TOKEN)) return true;
        if (account == address(QUEUE)) return true;
        if (account == REGISTRY) return true;
        if (account == MANAGER) return true;
        if (account == DISTRIBUTION) return true;
        if (account == address(WITHDRAWAL_VAULT)) return true;
        if (account == address(EXECUTION_REWARDS_VAULT)) return true;
        return account == COVER_FUND;
    }

    function _pool() internal pure returns (PoolStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
