// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IEthStake} from "./interfaces/IEthStake.sol";
import {IOperatorRegistry} from "./interfaces/IOperatorRegistry.sol";
import {IOracleCommittee} from "./interfaces/IOracleCommittee.sol";
import {IRewardDistribution, IRewardDistributionReader} from "./interfaces/IRewardDistribution.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {IValidatorManager} from "./interfaces/IValidatorManager.sol";
import {IVault} from "./interfaces/IVaults.sol";
import {ReferenceBlock} from "./libraries/ReferenceBlock.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {Rebase} from "./types/PoolTypes.sol";
import {
    DistributionAddresses,
    DistributionChain,
    DistributionInit,
    DistributionParameters,
    Loss,
    REPORT_VERSION,
    Report,
    ReportId,
    Settlement
} from "./types/ReportTypes.sol";

/// @title RewardDistribution
/// @notice See {IRewardDistribution}. Nothing in a settlement calls code that is not the protocol's own.
///
///     rewards = (consensus balance + withdrawals received)
///             - (previous consensus balance + deposits in between)
///             + execution rewards
contract RewardDistribution is IRewardDistribution, AccessManagedUpgradeable, UUPSUpgradeable {
    using Checkpoints for Checkpoints.Trace160;

    /// @dev Hard bounds of the parameters.
    uint256 private constant BPS = 10_000;
    uint256 private constant MAX_FEE_BPS = 1_000;
    uint256 private constant MAX_LOSS_BPS = 1_000;
    /// @dev Thousandfold: only a chain of a few validators with slots of a second earns near it.
    uint256 private constant MAX_YEARLY_GROWTH_BPS = 10_000_000;
    /// @dev Matured locks burned by one settlement; the rest waits for the next.
    uint256 private constant MAX_LOCKS_PER_SETTLEMENT = 32;

    IEthStake private immutable TOKEN;
    IStakingPool private immutable POOL;
    IOperatorRegistry private immutable REGISTRY;
    IValidatorManager private immutable MANAGER;
    IVault private immutable WITHDRAWAL_VAULT;
    IVault private immutable EXECUTION_REWARDS_VAULT;

    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable genesisTime;
    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable secondsPerSlot;
    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable slotsPerFrame;
    /// @inheritdoc IRewardDistributionReader
    uint64 public immutable framesPerPeriod;

    struct RewardsRoot {
        bytes32 root;
        uint128 totalShares;
        uint40 claimableAt;
    }

    struct CommitteeTerm {
        address committee;
        uint64 firstRefSlot;
    }

    /// @custom:storage-location erc7201:ethstake.storage.RewardDistribution
    struct DistributionStorage {
        uint64 lastRefSlot;
        uint64 lastCutoffTimestamp;
        /// Whether the registry has locks that are not settled.
        bool locksOpen;
        DistributionParameters parameters;
        RewardsRoot current;
        RewardsRoot pending;
        /// Sum of all claims, in shares.
        uint256 totalClaimedShares;
        mapping(uint32 operatorId => uint256) claimedShares;
        CommitteeTerm[] committees;
        /// Fee shares ever minted, by time.
        Checkpoints.Trace160 feeShares;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.RewardDistribution")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0xabe7643b63c63c7db7e5d8b805cfdfff8cdcc531220d96e98a8f210b5f565e00;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(DistributionAddresses memory a, DistributionChain memory chain) {
        TOKEN = IEthStake(a.token);
        POOL = IStakingPool(a.pool);
        REGISTRY = IOperatorRegistry(a.registry);
        MANAGER = IValidatorManager(a.manager);
        WITHDRAWAL_VAULT = IVault(a.withdrawalVault);
        EXECUTION_REWARDS_VAULT = IVault(a.executionRewardsVault);
        genesisTime = chain.genesisTime;
        secondsPerSlot = chain.secondsPerSlot;
        slotsPerFrame = chain.slotsPerFrame;
        framesPerPeriod = chain.framesPerPeriod;
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once.
    function initialize(DistributionInit calldata init) external initializer {
        __AccessManaged_init(init.authority);
        DistributionStorage storage $ = _distribution();
        require((init.lastRefSlot + 1) % slotsPerFrame == 0, OffGrid(init.lastRefSlot));

        $.lastRefSlot = init.lastRefSlot;
        $.lastCutoffTimestamp = _timeOf(init.lastRefSlot);
        _setParameters(init.parameters);
        _setCommittee(init.committee, init.lastRefSlot + 1);
    }

    // ---------------------------------------------------------------- Settle

    /// @inheritdoc IRewardDistribution
    function settleRewards(Report calldata report, bytes calldata signatures, uint256 finalizationHint) external {
        bytes32 reportHash = keccak256(abi.encode(report));
        _requireInOrder(report);
        _requireReferenceBlock(report);
        _requireAgreed(report, reportHash, signatures);
        _requireRootPlausible(report);
        Settlement memory s = _compute(report);

        _distribution().lastRefSlot = report.refSlot;
        _distribution().lastCutoffTimestamp = report.cutoffTimestamp;
        // Losses before matured locks: a lock that secures a loss must still be there when the loss is named.
        s.burnedShares = _coverLosses(report.losses, s) + _burnMaturedLocks();
        s.feeShares = POOL.distributeRewards(_rebaseOf(report, s));
        if (s.feeShares != 0) _addFeeShares(s.feeShares);
        if (report.breaches.length != 0) REGISTRY.reportDowntime(report.breaches);
        MANAGER.settleExits(report.exits, report.exitingGwei, report.cutoffTimestamp);
        _turnRoot(report);
        (s.finalizedShares, s.finalizedWei) = POOL.finalizeWithdrawals(report.cutoffTimestamp, finalizationHint);
        s.pooledAfterWei = POOL.totalPooledEther();
        s.sharesAfter = POOL.totalShares();

        emit RewardSettled(report.refSlot, reportHash, msg.sender, report, s);
    }

    // ---------------------------------------------------------------- Check

    function _requireInOrder(Report calldata report) private view {
        DistributionStorage storage $ = _distribution();
        uint64 refSlot = report.refSlot;
        require((refSlot + 1) % slotsPerFrame == 0, OffGrid(refSlot));
        require(refSlot > $.lastRefSlot, FrameSettled(refSlot, $.lastRefSlot));
        require(report.previousRefSlot == $.lastRefSlot, BuiltOnOther(report.previousRefSlot, $.lastRefSlot));
        uint64 refTime = _timeOf(refSlot);
        require(block.timestamp >= refTime + secondsPerSlot, FrameNotOver(refSlot));
        require(
            report.cutoffTimestamp >= $.lastCutoffTimestamp && report.cutoffTimestamp <= refTime,
            CutoffOutOfOrder(report.cutoffTimestamp, $.lastCutoffTimestamp, refTime)
        );
        for (uint256 i = 0; i < report.breaches.length; ++i) {
            uint256 end = (uint256(report.breaches[i].period) + 1) * framesPerPeriod * slotsPerFrame;
            require(end <= refSlot + 1, PeriodNotOver(report.breaches[i].period));
        }
    }

    function _requireReferenceBlock(Report calldata report) private view {
        (bytes32 root, bool inWindow) = ReferenceBlock.rootAt(_timeOf(report.refSlot), secondsPerSlot);
        // Zero is not a root: where no child is found nobody can say which report is right.
        bool known = root != 0 && root == report.blockRoot;
        require(known || !inWindow, BlockRootMismatch(report.blockRoot, root));
    }

    function _requireAgreed(Report calldata report, bytes32 reportHash, bytes calldata signatures) private view {
        IOracleCommittee committee = IOracleCommittee(committeeFor(report.refSlot));
        ReportId memory id = ReportId({
            refSlot: report.refSlot,
            blockRoot: report.blockRoot,
            cutoffTimestamp: report.cutoffTimestamp,
            version: REPORT_VERSION,
            reportHash: reportHash
        });
        require(committee.isAgreed(id, signatures), NoAgreement(address(committee), reportHash));
    }

    // ---------------------------------------------------------------- Compute

    function _compute(Report calldata report) private view returns (Settlement memory s) {
        s.pooledBeforeWei = POOL.totalPooledEther();
        s.sharesBefore = POOL.totalShares();
        s.withdrawalsWei = _received(WITHDRAWAL_VAULT, report.withdrawalReceiptsWei);
        s.executionRewardsWei = _received(EXECUTION_REWARDS_VAULT, report.executionReceiptsWei);
        s.depositsGwei = POOL.depositedGweiAt(report.cutoffTimestamp) - POOL.settledDepositsGwei();

        uint256 haveWei = uint256(report.consensusBalanceGwei) * 1 gwei + s.withdrawalsWei + s.executionRewardsWei;
        uint256 hadWei = (uint256(POOL.consensusGwei()) + s.depositsGwei) * 1 gwei;
        s.rewardsWei = int256(haveWei) - int256(hadWei);
        _requirePlausible(report, s);
        if (s.rewardsWei > 0) s.feeWei = (uint256(s.rewardsWei) * _distribution().parameters.operatorFeeBps) / BPS;
    }

    /// @dev What a vault received since the last settlement: cumulative receipts less all that was collected.
    function _received(IVault vault, uint256 receiptsWei) private view returns (uint256) {
        uint256 collectedWei = vault.collectedWei();
        uint256 maxWei = collectedWei + address(vault).balance;
        require(
            receiptsWei >= collectedWei && receiptsWei <= maxWei,
            ReceiptsImplausible(address(vault), receiptsWei, collectedWei, maxWei)
        );
        return receiptsWei - collectedWei;
    }

    function _requirePlausible(Report calldata report, Settlement memory s) private view {
        DistributionParameters memory p = _distribution().parameters;
        if (s.rewardsWei > 0) {
            uint256 windowSeconds = (report.refSlot - _distribution().lastRefSlot) * secondsPerSlot;
            uint256 maxWei = (s.pooledBeforeWei * p.maxYearlyGrowthBps * windowSeconds) / (BPS * 365 days);
            require(uint256(s.rewardsWei) <= maxWei, GrowthImplausible(uint256(s.rewardsWei), maxWei));
        }
        uint256 maxLossWei = (s.pooledBeforeWei * p.maxLossBps) / BPS;
        uint256 lossWei = s.rewardsWei < 0 ? uint256(-s.rewardsWei) : 0;
        require(lossWei <= maxLossWei, LossImplausible(lossWei, maxLossWei));
        uint256 namedWei;
        for (uint256 i = 0; i < report.losses.length; ++i) namedWei += report.losses[i].amountWei;
        require(namedWei <= maxLossWei, LossImplausible(namedWei, maxLossWei));
    }

    function _rebaseOf(Report calldata report, Settlement memory s) private view returns (Rebase memory) {
        return
            Rebase({
                consensusGwei: report.consensusBalanceGwei,
                settledDepositsGwei: POOL.settledDepositsGwei() + s.depositsGwei,
                withdrawalsWei: s.withdrawalsWei,
                executionRewardsWei: s.executionRewardsWei,
                feeWei: s.feeWei,
                refSlotTimestamp: _timeOf(report.refSlot)
            });
    }

    // ---------------------------------------------------------------- Burn

    /// @dev Each named loss is taken out of its operator's bond, at the rate before the loss.
    function _coverLosses(Loss[] calldata losses, Settlement memory s) private returns (uint256 burnedShares) {
        uint32 previous;
        for (uint256 i = 0; i < losses.length; ++i) {
            Loss calldata loss = losses[i];
            require(loss.operatorId > previous, LossesOutOfOrder(loss.operatorId));
            previous = loss.operatorId;

            uint256 lossShares = ShareMath.toSharesUp(loss.amountWei, s.sharesBefore, s.pooledBeforeWei);
            uint256 bondShares = REGISTRY.drawLoss(loss.operatorId, lossShares);
            emit LossCovered(loss.operatorId, loss.amountWei, lossShares, bondShares);
            if (bondShares != 0) POOL.slashOperator(loss.operatorId, bondShares);
            burnedShares += bondShares;
        }
    }

    /// @inheritdoc IRewardDistribution
    function noteLock() external {
        require(msg.sender == address(REGISTRY), NotProtocol(msg.sender));
        _distribution().locksOpen = true;
    }

    function _burnMaturedLocks() private returns (uint256 burnedShares) {
        if (!_distribution().locksOpen) return 0;
        (uint32[] memory operatorIds, uint256[] memory shares, bool open) = REGISTRY.takeMaturedLocks(
            MAX_LOCKS_PER_SETTLEMENT
        );
        _distribution().locksOpen = open;
        for (uint256 i = 0; i < shares.length; ++i) {
            if (shares[i] != 0) POOL.slashOperator(operatorIds[i], shares[i]);
            burnedShares += shares[i];
        }
    }

    // ---------------------------------------------------------------- Operator rewards

    /// @inheritdoc IRewardDistribution
    function claimRewards(
        uint32 operatorId,
        uint256 cumulativeShares,
        bytes32[] calldata proof
    ) external returns (uint256 shares) {
        DistributionStorage storage $ = _distribution();
        (bytes32 root, uint128 totalShares) = claimableRoot();
        // Hashed twice, so that an inner node cannot pass for a leaf.
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(uint256(operatorId), cumulativeShares))));
        require(MerkleProof.verifyCalldata(proof, root, leaf), ProofInvalid(operatorId, cumulativeShares));
        uint256 claimed = $.claimedShares[operatorId];
        require(cumulativeShares > claimed, NothingToClaim(operatorId));
        shares = cumulativeShares - claimed;
        uint256 totalClaimed = $.totalClaimedShares + shares;
        require(totalClaimed <= totalShares, RootOverdrawn(totalClaimed, totalShares));
        address receiver = REGISTRY.getOperator(operatorId).paymentAddress;

        $.claimedShares[operatorId] = cumulativeShares;
        $.totalClaimedShares = totalClaimed;

        emit RewardsClaimed(operatorId, receiver, shares, cumulativeShares);

        TOKEN.transfer(receiver, shares);
    }

    function _requireRootPlausible(Report calldata report) private view {
        uint256 minShares = _distribution().pending.totalShares;
        uint256 maxShares = cumulativeFeeSharesAt(report.cutoffTimestamp);
        uint256 got = report.rewardsTotalShares;
        require(got >= minShares && got <= maxShares, RewardsImplausible(got, minShares, maxShares));
    }

    /// @dev The root that has waited long enough becomes the current one; the report's waits in its place.
    function _turnRoot(Report calldata report) private {
        DistributionStorage storage $ = _distribution();
        if (block.timestamp >= $.pending.claimableAt) $.current = $.pending;
        uint256 claimableAt = block.timestamp + $.parameters.claimDelaySeconds;
        $.pending = RewardsRoot(report.rewardsRoot, report.rewardsTotalShares, uint40(claimableAt));
    }

    function _addFeeShares(uint256 shares) private {
        DistributionStorage storage $ = _distribution();
        $.feeShares.push(uint96(block.timestamp), uint160(cumulativeFeeShares() + shares));
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IRewardDistributionReader
    function lastRefSlot() external view returns (uint64) {
        return _distribution().lastRefSlot;
    }

    /// @inheritdoc IRewardDistributionReader
    function lastCutoffTimestamp() external view returns (uint64) {
        return _distribution().lastCutoffTimestamp;
    }

    /// @inheritdoc IRewardDistributionReader
    function claimableRoot() public view returns (bytes32 root, uint128 totalShares) {
        DistributionStorage storage $ = _distribution();
        RewardsRoot storage r = block.timestamp >= $.pending.claimableAt ? $.pending : $.current;
        return (r.root, r.totalShares);
    }

    /// @inheritdoc IRewardDistributionReader
    function pendingRoot() external view returns (bytes32 root, uint128 totalShares, uint40 claimableAt) {
        RewardsRoot storage r = _distribution().pending;
        return (r.root, r.totalShares, r.claimableAt);
    }

    /// @inheritdoc IRewardDistributionReader
    function claimedShares(uint32 operatorId) external view returns (uint256) {
        return _distribution().claimedShares[operatorId];
    }

    /// @inheritdoc IRewardDistributionReader
    function cumulativeFeeShares() public view returns (uint256) {
        return _distribution().feeShares.latest();
    }

    /// @inheritdoc IRewardDistributionReader
    function cumulativeFeeSharesAt(uint64 timestamp) public view returns (uint256) {
        return _distribution().feeShares.upperLookupRecent(timestamp);
    }

    /// @inheritdoc IRewardDistributionReader
    function committeeFor(uint64 refSlot) public view returns (address) {
        CommitteeTerm[] storage terms = _distribution().committees;
        uint256 i = terms.length - 1;
        // Terms are few and the last one is nearly always right.
        while (i != 0 && terms[i].firstRefSlot > refSlot) --i;
        return terms[i].committee;
    }

    function _timeOf(uint64 slot) private view returns (uint64) {
        return genesisTime + slot * secondsPerSlot;
    }

    // ---------------------------------------------------------------- Administer

    /// @inheritdoc IRewardDistribution
    function setCommittee(address committee, uint64 firstRefSlot) external restricted {
        require(firstRefSlot > _distribution().lastRefSlot, CommitteeNotAllowed(committee, firstRefSlot));
        _setCommittee(committee, firstRefSlot);
    }

    /// @dev Replaces terms that would have begun at or after this one.
    function _setCommittee(address committee, uint64 firstRefSlot) private {
        require(committee.code.length != 0, CommitteeNotAllowed(committee, firstRefSlot));
        CommitteeTerm[] storage terms = _distribution().committees;

        while (terms.length > 1 && terms[terms.length - 1].firstRefSlot >= firstRefSlot) terms.pop();
        terms.push(CommitteeTerm(committee, firstRefSlot));

        emit CommitteeChanged(committee, firstRefSlot);
    }

    /// @inheritdoc IRewardDistributionReader
    function parameters() external view returns (DistributionParameters memory) {
        return _distribution().parameters;
    }

    /// @inheritdoc IRewardDistribution
    function setParameters(DistributionParameters calldata parameters_) external restricted {
        _setParameters(parameters_);
    }

    function _setParameters(DistributionParameters calldata p) private {
        _requireAtMost(p.operatorFeeBps, MAX_FEE_BPS);
        _requireAtMost(p.maxYearlyGrowthBps, MAX_YEARLY_GROWTH_BPS);
        _requireAtMost(p.maxLossBps, MAX_LOSS_BPS);
        // A root must become claimable before the next report replaces it.
        _requireAtMost(p.claimDelaySeconds, (slotsPerFrame * secondsPerSlot) / 2);

        _distribution().parameters = p;

        emit ParametersChanged(p);
    }

    function _requireAtMost(uint256 got, uint256 bound) private pure {
        require(got <= bound, ParameterOutOfBounds(got, bound));
    }

    function _authorizeUpgrade(address) internal override restricted {}

    function _distribution() private pure returns (DistributionStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
