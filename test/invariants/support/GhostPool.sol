// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostQueue} from "./GhostQueue.sol";

/// @notice What a settlement is given, as the model takes it.
struct GhostSettlement {
    uint64 consensusGwei;
    uint64 depositsGwei;
    uint256 withdrawalsWei;
    uint256 executionRewardsWei;
    uint256 burnedShares;
    uint256 feeBps;
    uint64 cutoff;
}

/// @title The pool again, in plain integers
/// @notice Handlers tell it what they did; it says what must come of it. Ether and shares of everybody are counted one
/// by one, so that sums can be compared with the totals that the contracts keep.
contract GhostPool {
    uint256 internal constant RAY = 1e27;

    GhostQueue public immutable QUEUE = new GhostQueue();

    uint256 public bufferedWei;
    uint64 public consensusGwei;
    uint64 public settledDepositsGwei;
    uint64 public depositedGwei;
    uint256 public totalShares;
    uint256 public withdrawalsCollectedWei;
    uint256 public executionCollectedWei;
    /// @notice Shares ever minted as the operators' fee.
    uint256 public feeShares;
    mapping(address holder => uint256) public sharesOf;
    /// @notice Ether that was forced into an account, in wei.
    mapping(address account => uint256) public forcedWei;
    /// @notice Losses that settled reports have named, in wei.
    /// @notice What rounding has left in the pool, in wei, each time rounded up.
    uint256 public dustWei;

    // ---------------------------------------------------------------- Read

    function inFlightGwei() public view returns (uint64) {
        return depositedGwei - settledDepositsGwei;
    }

    function pooledWei() public view returns (uint256) {
        return bufferedWei + uint256(consensusGwei) * 1 gwei + uint256(inFlightGwei()) * 1 gwei;
    }

    function sharesFor(uint256 amountWei) public view returns (uint256) {
        return (amountWei * totalShares) / pooledWei();
    }

    function worthWei(uint256 shares) public view returns (uint256) {
        return (shares * pooledWei()) / totalShares;
    }

    function depositableWei() external view returns (uint256) {
        uint256 reservedWei = QUEUE.unfinalizedWei();
        return bufferedWei > reservedWei ? bufferedWei - reservedWei : 0;
    }

    // ---------------------------------------------------------------- Users

    /// @notice The pool begins with shares that nobody can ever move.
    function lock(address token, uint256 amountWei) external {
        (bufferedWei, totalShares, sharesOf[token]) = (amountWei, amountWei, amountWei);
    }

    function stake(address receiver, uint256 amountWei) external returns (uint256 shares) {
        shares = sharesFor(amountWei);
        dustWei += amountWei - worthWei(shares);
        bufferedWei += amountWei;
        totalShares += shares;
        sharesOf[receiver] += shares;
    }

    function move(address from, address to, uint256 shares) external {
        sharesOf[from] -= shares;
        sharesOf[to] += shares;
    }

    function request(address holder, uint256 shares, uint256 eligibleAt) external returns (uint256 requestId) {
        uint256 amountWei = worthWei(shares);
        sharesOf[holder] -= shares;
        return QUEUE.request(shares, amountWei, eligibleAt);
    }

    function force(address account, uint256 amountWei) external {
        forcedWei[account] += amountWei;
    }

    // ---------------------------------------------------------------- Keepers and oracles

    function deploy(uint64 amountGwei) external {
        bufferedWei -= uint256(amountGwei) * 1 gwei;
        depositedGwei += amountGwei;
    }

    /// @notice Rewards of a settlement, before any check.
    function rewardsWei(GhostSettlement calldata s) public view returns (int256) {
        uint256 have = uint256(s.consensusGwei) * 1 gwei + s.withdrawalsWei + s.executionRewardsWei;
        return int256(have) - int256((uint256(consensusGwei) + s.depositsGwei) * 1 gwei);
    }

    /// @notice A frame is settled.
    function settle(GhostSettlement calldata s, address registry, address distribution) external {
        int256 rewards = rewardsWei(s);
        uint256 feeWei = rewards > 0 ? (uint256(rewards) * s.feeBps) / 10_000 : 0;
        sharesOf[registry] -= s.burnedShares;
        totalShares -= s.burnedShares;
        bufferedWei += s.withdrawalsWei + s.executionRewardsWei + QUEUE.sweep();
        withdrawalsCollectedWei += s.withdrawalsWei;
        executionCollectedWei += s.executionRewardsWei;
        consensusGwei = s.consensusGwei;
        settledDepositsGwei += s.depositsGwei;

        uint256 minted = (feeWei * totalShares) / (pooledWei() - feeWei);
        totalShares += minted;
        feeShares += minted;
        sharesOf[distribution] += minted;

        (uint256 shares, uint256 amountWei) = QUEUE.finalize(bufferedWei, (pooledWei() * RAY) / totalShares, s.cutoff);
        totalShares -= shares;
        bufferedWei -= amountWei;
    }
}
