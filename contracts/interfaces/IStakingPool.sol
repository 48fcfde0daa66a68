// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PoolLimits, PoolState, Rebase, RebaseResult, StakeCapStep} from "../types/PoolTypes.sol";

/// @title What anyone may read of the pool
interface IStakingPoolReader {
    /// @notice The ether that all shares together own, in wei: buffered + consensus + in flight.
    function totalPooledEther() external view returns (uint256 amountWei);

    /// @notice All shares, in 1e-18 shares: those that somebody holds and those that wait in the queue.
    function totalShares() external view returns (uint256 shares);

    /// @notice Shares that somebody holds: `totalShares` less the queued ones. What the token answers as its supply.
    function circulatingShares() external view returns (uint256 shares);

    /// @notice Ether in the pool that is neither deployed nor owed to finalised withdrawals, in wei.
    function bufferedWei() external view returns (uint256);

    /// @notice Ether of our validators at the cut-off of the last report, pending deposits included, in Gwei.
    function consensusGwei() external view returns (uint64);

    /// @notice Ether deposited after the cut-off of the last report, in Gwei.
    function inFlightGwei() external view returns (uint64);

    /// @notice Buffered ether that no unfinalised withdrawal request needs, in wei: the most that may be deposited.
    function depositableWei() external view returns (uint256);

    /// @notice All ether ever sent to the deposit contract, in Gwei.
    function depositedGwei() external view returns (uint64);

    /// @notice All ether sent to the deposit contract in blocks up to `timestamp`, in Gwei. Reverts for a time so long
    /// before the last settled cut-off that it is forgotten.
    function depositedGweiAt(uint64 timestamp) external view returns (uint64);

    /// @notice Deposits that the last report already contained, in Gwei.
    function settledDepositsGwei() external view returns (uint64);

    /// @notice Everything that a settlement asks, in one call.
    /// @param cutoffTimestamp The report's cut-off, in seconds; not before the last settled one.
    function stateAt(uint64 cutoffTimestamp) external view returns (PoolState memory);

    /// @notice The price of 1e18 shares, in wei, rounded down.
    function ethPerShare() external view returns (uint256 amountWei);

    /// @notice The most that `totalPooledEther` may reach by staking before the next report, in wei.
    function stakeCeilingWei() external view returns (uint256);

    /// @notice Time, in seconds, after which the rate counts as stale and staking stops until a report is settled.
    function staleAfter() external view returns (uint64 timestamp);

    /// @notice The limits an administrator set. A cap of the schedule replaces `stakeCapWei` with the first settlement
    /// after its time.
    function limits() external view returns (PoolLimits memory);

    /// @notice The caps that follow, in ascending order of time.
    function stakeCapSchedule() external view returns (StakeCapStep[] memory);

    /// @notice Time, in seconds, until which an action is paused; in the past when it is not, zero for what is no flag.
    /// @param flag One of the flags in PoolTypes.sol.
    function pausedUntil(uint8 flag) external view returns (uint40 timestamp);

    // What ERC-7535 (an ERC-4626 vault of ether) and ERC-7575 (its share is another contract) ask of a reader.
    // Withdrawals are not among what such a vault does at once: see `withdraw`.

    /// @notice Ether, as ERC-7535 names it.
    function asset() external view returns (address);

    /// @notice The ethSTAKE token.
    function share() external view returns (address);

    /// @notice `totalPooledEther`, in wei.
    function totalAssets() external view returns (uint256 amountWei);

    /// @notice Shares for an amount of ether at the current rate, rounded down.
    /// @param amountWei Ether, in wei.
    function convertToShares(uint256 amountWei) external view returns (uint256 shares);

    /// @notice Ether for an amount of shares at the current rate, rounded down.
    /// @param shares In 1e-18 shares.
    function convertToAssets(uint256 shares) external view returns (uint256 amountWei);

    /// @notice The most that `stake` and `deposit` take for a receiver now, in wei; zero when they would refuse.
    function maxDeposit(address receiver) external view returns (uint256 amountWei);

    /// @notice Shares that `stake` and `deposit` would mint now: exactly `convertToShares`.
    function previewDeposit(uint256 amountWei) external view returns (uint256 shares);

    /// @notice The least ether for so many shares, in wei, rounded up. There is no function that mints by shares.
    function previewMint(uint256 shares) external view returns (uint256 amountWei);

    /// @notice Zero: ether is asked for first, and claimed from the WithdrawalQueue.
    function maxWithdraw(address owner) external view returns (uint256 amountWei);

    /// @notice Zero, as `maxWithdraw`.
    function maxRedeem(address owner) external view returns (uint256 shares);
}

/// @title StakingPool: ether in, ethSTAKE out
/// @notice Owns the one definition of `totalPooledEther`.
interface IStakingPool is IStakingPoolReader {
    /// @notice No ether was sent, or no shares were given.
    error ZeroAmount();
    /// @notice Fewer shares than the caller asked for at the least.
    error SharesBelowMinimum(uint256 shares, uint256 minShares);
    /// @notice Less ether than the caller asked for at the least, in wei.
    error EtherBelowMinimum(uint256 amountWei, uint256 minWei);
    /// @notice Staking would lift the pool over its ceiling, in wei.
    error StakeCeilingReached(uint256 pooledWei, uint256 ceilingWei);
    /// @notice The last report is too old: its rate must not be bought.
    error ReportStale(uint64 staleAfter);
    /// @notice Contracts of the protocol hold no stake of their own.
    error ReceiverNotAllowed(address receiver);
    /// @notice The caller is not the contract of the protocol that this function is for.
    error NotProtocol(address caller);
    /// @notice More than the unreserved buffer was asked for, in wei.
    error BufferTooSmall(uint256 amountWei, uint256 depositableWei);
    /// @notice The action is paused.
    error ActionPaused(uint8 flag, uint40 until);
    /// @notice A pause must end within `MAX_PAUSE`, and `PAUSE_COOLDOWN` must pass between two of one action.
    error PauseNotAllowed(uint8 flag, uint40 duration);
    /// @notice A limit is outside of its hard bounds.
    error LimitOutOfBounds(uint256 got, uint256 min, uint256 max);
    /// @notice Caps to come must be in ascending order of time.
    error StepsOutOfOrder(uint32 from);
    /// @notice The ether sent is not what the call says, in wei.
    error ValueMismatch(uint256 sentWei, uint256 assets);
    /// @notice Tokens arrived from a contract that is not ethSTAKE.
    error NotEthStake(address token);

    /// @notice Ether was staked.
    /// @param sender Who paid.
    /// @param receiver Who got the shares.
    /// @param amountWei Ether, in wei.
    /// @param shares Minted shares.
    event Staked(address indexed sender, address indexed receiver, uint256 amountWei, uint256 shares);
    /// @notice ERC-7535: ether was staked by `deposit`. Every stake has a `Staked` event.
    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);
    /// @notice Ether left the buffer for the deposit contract.
    /// @param amountGwei This time.
    /// @param cumulativeGwei Since the protocol began.
    event EtherDeployed(uint64 amountGwei, uint64 cumulativeGwei);
    /// @notice Bonded shares of an operator were burned, so that every other share gains.
    event OperatorSlashed(uint32 indexed operatorId, uint256 shares, uint256 amountWei);
    /// @notice Shares of the cover fund were burned for a loss, so that every other share gains.
    event CoverBurned(uint256 shares, uint256 amountWei);
    /// @notice Actions were paused until a time, or (with a time in the past) set free. `REPORT_PENDING` is among the
    /// flags when a report waits for review.
    event PauseChanged(uint8 flags, uint40 until);
    /// @notice An administrator changed the limits.
    event LimitsChanged(PoolLimits limits);
    /// @notice An administrator decided about the caps that follow.
    event StakeCapScheduleChanged(StakeCapStep[] steps);

    /// @notice Stakes the ether that is sent.
    /// @dev Reverts when paused or while a report waits for review, over the ceiling, on a stale report, below `minShares`, for
    /// a protocol contract or nobody as the receiver, and when no share comes out.
    /// @param receiver Who gets the shares.
    /// @param minShares The least shares that the caller accepts.
    /// @return shares Minted shares, rounded down.
    function stake(address receiver, uint256 minShares) external payable returns (uint256 shares);

    /// @notice ERC-7535: stakes the ether that is sent, like `stake` without a minimum. Reverts as that does, and when
    /// `assets` is not the ether sent.
    function deposit(uint256 assets, address receiver) external payable returns (uint256 shares);

    /// @notice Asks for ether back. Burns the caller's shares (an allowance is needed) and gives a ticket.
    /// @param shares How many to give up.
    /// @param receiver Owner of the ticket (an ERC-721 of the WithdrawalQueue).
    /// @param minEther The least value of the shares that the caller accepts, in wei.
    /// @return requestId The ticket.
    function withdraw(uint256 shares, address receiver, uint256 minEther) external returns (uint256 requestId);

    /// @notice Like `withdraw`, with a signed permit instead of an allowance. A permit that somebody else has already
    /// sent does no harm: the caller's allowance then serves.
    function withdrawWithPermit(
        uint256 shares,
        address receiver,
        uint256 minEther,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 requestId);

    /// @notice ERC-1363: `token.transferAndCall(pool, shares, abi.encode(receiver, minEther))` withdraws in one call.
    /// Empty data means: ticket for the sender, no minimum.
    function onTransferReceived(
        address operator,
        address from,
        uint256 shares,
        bytes calldata data
    ) external returns (bytes4);

    /// @notice Stakes an operator's bond; the shares go to the OperatorRegistry. Only the OperatorRegistry.
    /// Ignores the ceiling and the stake pause, never a stale report.
    function stakeBond() external payable returns (uint256 shares);

    /// @notice Hands ether to the ValidatorManager for the deposit contract. Only the ValidatorManager.
    /// @param amountGwei How much, in Gwei; at most `depositableWei`.
    function takeForDeposits(uint64 amountGwei) external;

    /// @notice Takes ether from a vault or the queue. Only those.
    function receiveEther() external payable;

    /// @notice Burns bonded shares of an operator. Only RewardDistribution.
    /// @param operatorId Whose bond.
    /// @param shares How many.
    function slashOperator(uint32 operatorId, uint256 shares) external;

    /// @notice Burns shares of the cover fund. Only RewardDistribution.
    /// @param shares How many.
    function burnCover(uint256 shares) external;

    /// @notice Collects the vaults, sweeps the queue's surplus, mints the fee to RewardDistribution, moves the rate and
    /// finalises the oldest withdrawal requests, in one write. Reverts while settling is paused or a report waits for
    /// review. Only RewardDistribution.
    function distributeRewards(Rebase calldata rebase) external returns (RebaseResult memory);

    /// @notice Sets buffered ether aside for the oldest requests while reports have stopped, below the last rate. Reverts
    /// as `distributeRewards` does. Only RewardDistribution.
    /// @param maxWei The most that may be set aside, in wei.
    /// @param haircutBps What the rate is lowered by, in basis points.
    /// @param cutoffTimestamp Only requests eligible at or before it, in seconds.
    /// @param hint The request in which the cut falls; a wrong hint costs a search, nothing else.
    /// @return shares Shares that left.
    /// @return amountWei Ether that left the buffer, in wei.
    function finalizeStale(
        uint256 maxWei,
        uint256 haircutBps,
        uint64 cutoffTimestamp,
        uint256 hint
    ) external returns (uint256 shares, uint256 amountWei);

    /// @notice Stops staking, deposits and settling while an implausible report waits for review; no
    /// review begins while settling is paused. Only RewardDistribution.
    /// @param until When it ends by itself, in seconds; zero ends it now.
    function holdForReview(uint40 until) external;

    /// @notice Pauses actions for a bounded time. Guardian.
    /// @param flags Sum of the flags in PoolTypes.sol.
    /// @param duration Seconds, at most `MAX_PAUSE`.
    function pause(uint8 flags, uint40 duration) external;

    /// @notice Ends pauses early. Guardian or administrator.
    function unpause(uint8 flags) external;

    /// @notice Changes the limits. Less holds at once; more holds from the next report on. Administrator.
    function setLimits(PoolLimits calldata limits) external;

    /// @notice Replaces the caps that follow. Reverts unless they are in ascending order of time. Administrator.
    function setStakeCapSchedule(StakeCapStep[] calldata steps) external;
}
