// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GhostQueue} from "./GhostQueue.sol";

/// @notice What a settlement is given, as the model takes it.
/// @param maxGrowthWei What one report may earn.
struct GhostSettlement {
    uint64 consensusGwei;
    uint64 depositsGwei;
    uint256 withdrawalsWei;
    uint256 executionRewardsWei;
    uint256 burnedShares;
    uint256 coverShares;
    uint256 maxGrowthWei;
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
    /// @notice A fee was worth more than the part of the rewards, or a share less than it could.
    bool public feeWasWrong;
    mapping(address holder => uint256) public sharesOf;
    /// @notice Ether that was forced into an account, in wei.
    mapping(address account => uint256) public forcedWei;
    /// @notice Sum of a rewards tree, by its root.
    mapping(bytes32 root => uint256) public treeShares;
    /// @notice Set aside without reports on a day, in wei.
    mapping(uint256 day => uint256) public staleWei;
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

    function noteTree(bytes32 root, uint256 shares) external {
        treeShares[root] = shares;
    }

    /// @notice Requests are finalised without a report, below the rate.
    function finalizeStale(
        uint256 dailyWei,
        uint256 haircutBps,
        uint256 cutoff
    ) external returns (uint256 shares, uint256 amountWei) {
        uint256 day = block.timestamp / 1 days;
        uint256 budgetWei = dailyWei > staleWei[day] ? dailyWei - staleWei[day] : 0;
        if (budgetWei > bufferedWei) budgetWei = bufferedWei;
        uint256 rateRay = (((pooledWei() * RAY) / totalShares) * (10_000 - haircutBps)) / 10_000;
        (shares, amountWei) = QUEUE.finalize(budgetWei, rateRay, cutoff);
        staleWei[day] += amountWei;
        totalShares -= shares;
        bufferedWei -= amountWei;
    }

    /// @notice Rewards of a settlement, before any check.
    function rewardsWei(GhostSettlement memory s) public view returns (int256) {
        uint256 have = uint256(s.consensusGwei) * 1 gwei + s.withdrawalsWei + s.executionRewardsWei;
        return int256(have) - int256((uint256(consensusGwei) + s.depositsGwei) * 1 gwei);
    }

    /// @notice A frame is settled. What is above the growth bound stays in the vault of tips, then out of the books, then
    /// in the vault of withdrawals.
    function settle(GhostSettlement memory s, address registry, address distribution, address coverFund) external {
        int256 rewards = rewardsWei(s);
        if (rewards > int256(s.maxGrowthWei)) {
            uint256 surplusWei = uint256(rewards) - s.maxGrowthWei;
            uint256 tipsWei = _least(surplusWei, s.executionRewardsWei);
            uint256 restGwei = _least((surplusWei - tipsWei + 1 gwei - 1) / 1 gwei, s.consensusGwei);
            uint256 heldWei = tipsWei + restGwei * 1 gwei;
            s.executionRewardsWei -= tipsWei;
            s.consensusGwei -= uint64(restGwei);
            if (surplusWei > heldWei) s.withdrawalsWei -= surplusWei - heldWei;
            rewards = rewardsWei(s);
        }
        uint256 feeWei = rewards > 0 ? (uint256(rewards) * s.feeBps) / 10_000 : 0;
        sharesOf[registry] -= s.burnedShares;
        sharesOf[coverFund] -= s.coverShares;
        totalShares -= s.burnedShares + s.coverShares;
        bufferedWei += s.withdrawalsWei + s.executionRewardsWei;
        if (QUEUE.queuedShares() != 0) bufferedWei += QUEUE.sweep();
        withdrawalsCollectedWei += s.withdrawalsWei;
        executionCollectedWei += s.executionRewardsWei;
        consensusGwei = s.consensusGwei;
        settledDepositsGwei += s.depositsGwei;

        uint256 minted = (feeWei * totalShares) / (pooledWei() - feeWei);
        totalShares += minted;
        feeShares += minted;
        bool worthTheFee = (minted * pooledWei()) / totalShares <= feeWei;
        bool noLess = ((minted + 1) * pooledWei()) / (totalShares + 1) >= feeWei;
        if (!worthTheFee || !noLess || (rewards <= 0 && minted != 0)) feeWasWrong = true;
        sharesOf[distribution] += minted;

        (uint256 shares, uint256 amountWei) = QUEUE.finalize(bufferedWei, (pooledWei() * RAY) / totalShares, s.cutoff);
        totalShares -= shares;
        bufferedWei -= amountWei;
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
