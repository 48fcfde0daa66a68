// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {IWithdrawalQueue, IWithdrawalQueueReader} from "./interfaces/IWithdrawalQueue.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {QueueCheckpoint, QueueParameters, WithdrawalRequest} from "./types/QueueTypes.sol";
import {TapeEntry, etherAt, packTapeEntry} from "./types/Tape.sol";

/// @title WithdrawalQueue
/// @notice See {IWithdrawalQueue}.
///
/// The tape, in shares:
///
///     0 ──── request 1 ────┬──── request 2 ────┬── request 3 ──┬─ request 4 ─ ...
///       checkpoint 1  │ checkpoint 2     │ checkpoint 3  │ not finalised yet
///
/// A finalisation moves one mark along the tape, wherever the money ends, and appends one checkpoint. A claim pays, for
/// each checkpoint that its request touches, the lesser of the request's own ether and shares times rate.
contract WithdrawalQueue is IWithdrawalQueue, ERC721Upgradeable, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;

    /// @dev Hard bounds of the parameters. A day is the service goal at the least; a week is the most a user can bear.
    uint256 private constant MAX_DELAY_SECONDS = 7 days;
    uint256 private constant MAX_MIN_REQUEST_WEI = 1 ether;
    uint256 private constant MIN_MAX_REQUEST_WEI = 100 ether;

    /// @notice Where shares and ether come from.
    IStakingPool public immutable POOL;

    /// @custom:storage-location erc7201:ethstake.storage.WithdrawalQueue
    struct QueueStorage {
        /// Finalised tape position, in shares.
        uint96 finalizedShares;
        /// Sum of the requests' ether up to that position, in wei.
        uint96 finalizedEther;
        /// Newest ticket.
        uint64 lastRequestId;
        /// Set aside for finalised requests, in wei.
        uint128 lockedWei;
        /// Booked by claims, to be swept by the next settlement, in wei.
        uint128 surplusWei;
        QueueParameters parameters;
        /// Requests by number; number 0 is empty, so that the first one has a predecessor.
        mapping(uint256 requestId => TapeEntry) tape;
        /// Finalisations; number 0 is empty.
        QueueCheckpoint[] checkpoints;
        /// Tape position up to which a ticket was paid; only set by partial claims.
        mapping(uint256 requestId => uint256) paidUntil;
        mapping(uint256 requestId => address) claimReceivers;
        mapping(address owner => bool) thirdPartyClaims;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.WithdrawalQueue")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0xd26e4b7ab16334c62676f3258307cb4aadf252d8b990c571d4268dade533e500;

    modifier onlyPool() {
        require(msg.sender == address(POOL), NotPool(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(IStakingPool pool) {
        POOL = pool;
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once.
    function initialize(address authority_, QueueParameters calldata parameters_) external initializer {
        __ERC721_init("ethSTAKE withdrawal", "ethSTAKE-W");
        __AccessManaged_init(authority_);
        _queue().checkpoints.push();
        _setParameters(parameters_);
    }

    // ---------------------------------------------------------------- Request

    /// @inheritdoc IWithdrawalQueue
    function request(address owner, uint256 shares, uint256 amountWei) external onlyPool returns (uint256 requestId) {
        QueueStorage storage $ = _queue();
        QueueParameters memory bounds = $.parameters;
        require(
            amountWei >= bounds.minRequestWei && amountWei <= bounds.maxRequestWei,
            RequestOutOfBounds(amountWei, bounds.minRequestWei, bounds.maxRequestWei)
        );

        requestId = $.lastRequestId;
        TapeEntry before = $.tape[requestId];
        uint256 eligibleAt = Math.max(before.eligibleAt(), block.timestamp + bounds.minDelaySeconds);
        ++requestId;

        $.lastRequestId = uint64(requestId);
        $.tape[requestId] = packTapeEntry(
            (before.sharesEnd() + shares).toUint96(),
            (before.etherEnd() + amountWei).toUint96(),
            eligibleAt.toUint40()
        );
        // Not _safeMint: a receiver's code must not run in the middle of a withdrawal.
        _mint(owner, requestId);

        emit RequestQueued(requestId, owner, shares, amountWei, uint64(eligibleAt));
    }

    // ---------------------------------------------------------------- Finalise

    /// @inheritdoc IWithdrawalQueue
    function finalize(
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp,
        uint256 hint
    ) external onlyPool returns (uint256 shares, uint256 amountWei, bool waiting) {
        (shares, amountWei) = _finalize(budgetWei, rateRay, cutoffTimestamp, hint);
        waiting = queuedShares() != 0;
    }

    function _finalize(
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp,
        uint256 hint
    ) private returns (uint256 shares, uint256 amountWei) {
        QueueStorage storage $ = _queue();
        (uint96 fromShares, uint96 fromEther) = ($.finalizedShares, $.finalizedEther);
        uint256 reach = fromShares + ShareMath.toSharesAtDown(budgetWei, rateRay);

        uint256 last = hint;
        bool good =
            last != 0 &&
                last <= $.lastRequestId &&
                _isCovered($, last, reach, budgetWei, cutoffTimestamp) &&
                (last == $.lastRequestId || !_isCovered($, last + 1, reach, budgetWei, cutoffTimestamp));
        if (!good) last = _searchCut($, reach, budgetWei, cutoffTimestamp);
        TapeEntry entry = $.tape[last];
        // Nothing is eligible, or the money does not reach the next share.
        if (last == 0 || entry.sharesEnd() <= fromShares) return (0, 0);

        TapeEntry before = $.tape[last - 1];
        bool whole = entry.sharesEnd() <= reach || entry.etherEnd() - fromEther <= budgetWei;
        uint256 toShares = whole ? entry.sharesEnd() : reach;
        if (toShares <= fromShares) return (0, 0);
        uint256 toEther = etherAt(before, entry, toShares);
        shares = toShares - fromShares;
        uint256 byRateWei = ShareMath.toAssetsAtDown(shares, rateRay);
        bool byEther = toEther - fromEther <= byRateWei;
        amountWei = byEther ? toEther - fromEther : byRateWei;

        $.finalizedShares = toShares.toUint96();
        $.finalizedEther = toEther.toUint96();
        $.lockedWei += amountWei.toUint128();
        $.checkpoints.push(QueueCheckpoint(toShares.toUint96(), rateRay.toUint128(), byEther));

        emit StretchFinalized($.checkpoints.length - 1, fromShares, toShares, amountWei, rateRay);
    }

    /// @inheritdoc IWithdrawalQueue
    function receiveEther() external payable onlyPool {}

    /// @inheritdoc IWithdrawalQueueReader
    function finalizationHint(
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp
    ) external view returns (uint256 requestId) {
        QueueStorage storage $ = _queue();
        uint256 reach = $.finalizedShares + ShareMath.toSharesAtDown(budgetWei, rateRay);
        return _searchCut($, reach, budgetWei, cutoffTimestamp);
    }

    /// @dev Whether the money reaches into a request that the cut-off allows: by shares at the rate, or, where requests
    /// are cheaper than their shares, by the sum of their ether. True up to some request and false after it.
    function _isCovered(
        QueueStorage storage $,
        uint256 requestId,
        uint256 reach,
        uint256 budgetWei,
        uint64 cutoffTimestamp
    ) private view returns (bool) {
        TapeEntry entry = $.tape[requestId];
        if (entry.eligibleAt() > cutoffTimestamp) return false;
        // A finalised request is covered whatever the money: the search must not stop before it.
        if (entry.sharesEnd() <= $.finalizedShares) return true;
        return $.tape[requestId - 1].sharesEnd() < reach || entry.etherEnd() - $.finalizedEther <= budgetWei;
    }

    /// @dev The last request that is covered, or zero.
    function _searchCut(
        QueueStorage storage $,
        uint256 reach,
        uint256 budgetWei,
        uint64 cutoffTimestamp
    ) private view returns (uint256) {
        (uint256 low, uint256 high) = (0, $.lastRequestId);
        while (low < high) {
            uint256 middle = Math.ceilDiv(low + high, 2);
            if (_isCovered($, middle, reach, budgetWei, cutoffTimestamp)) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    // ---------------------------------------------------------------- Claim

    /// @inheritdoc IWithdrawalQueue
    function claim(uint256 requestId, uint256 hint) external returns (uint256 amountWei) {
        QueueStorage storage $ = _queue();
        address owner = _requireOwned(requestId);
        require(
            msg.sender == owner || owner.code.length == 0 || $.thirdPartyClaims[owner],
            ClaimNotAllowed(requestId, msg.sender)
        );
        (uint256 payoutWei, uint256 allottedWei, uint256 paidUntil) = _payout($, requestId, hint);
        require(paidUntil != 0, NothingToClaim(requestId));
        address receiver = claimReceiver(requestId);
        bool fully = paidUntil == $.tape[requestId].sharesEnd();

        $.lockedWei -= allottedWei.toUint128();
        $.surplusWei += (allottedWei - payoutWei).toUint128();
        if (fully) {
            delete $.paidUntil[requestId];
            _burn(requestId);
        } else {
            $.paidUntil[requestId] = paidUntil;
        }

        emit Claimed(requestId, receiver, payoutWei, fully);

        (bool ok, ) = receiver.call{value: payoutWei}("");
        require(ok, PaymentRefused(receiver));
        return payoutWei;
    }

    /// @inheritdoc IWithdrawalQueue
    function setClaimReceiver(uint256 requestId, address receiver) external {
        require(_requireOwned(requestId) == msg.sender, NotOwner(requestId, msg.sender));

        _queue().claimReceivers[requestId] = receiver;

        emit ClaimReceiverChanged(requestId, receiver);
    }

    /// @inheritdoc IWithdrawalQueue
    function setThirdPartyClaims(bool allowed) external {
        _queue().thirdPartyClaims[msg.sender] = allowed;

        emit ThirdPartyClaimsChanged(msg.sender, allowed);
    }

    /// @inheritdoc IWithdrawalQueueReader
    function claimReceiver(uint256 requestId) public view returns (address) {
        address named = _queue().claimReceivers[requestId];
        return named == address(0) ? _requireOwned(requestId) : named;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function thirdPartyClaims(address owner) external view returns (bool) {
        return _queue().thirdPartyClaims[owner];
    }

    /// @dev What a claim pays. `allottedWei` is the request's part of what was set aside, `payoutWei` the lesser of its
    /// two values, `paidUntil` the tape position after; all zero when nothing is finalised.
    function _payout(
        QueueStorage storage $,
        uint256 requestId,
        uint256 hint
    ) private view returns (uint256 payoutWei, uint256 allottedWei, uint256 paidUntil) {
        TapeEntry before = $.tape[requestId - 1];
        TapeEntry entry = $.tape[requestId];
        uint256 from = Math.max(before.sharesEnd(), $.paidUntil[requestId]);
        uint256 end = Math.min(entry.sharesEnd(), $.finalizedShares);
        if (from >= end) return (0, 0, 0);

        uint256 i = _isCheckpointOf($, hint, from) ? hint : _searchCheckpoint($, from);
        for (; from < end; ++i) {
            QueueCheckpoint memory checkpoint = $.checkpoints[i];
            uint256 to = Math.min(end, checkpoint.toShares);
            uint256 byEtherWei = etherAt(before, entry, to) - etherAt(before, entry, from);
            uint256 byRateWei = ShareMath.toAssetsAtDown(to - from, checkpoint.rateRay);
            payoutWei += Math.min(byEtherWei, byRateWei);
            allottedWei += checkpoint.byEther ? byEtherWei : byRateWei;
            from = to;
        }
        paidUntil = end;
    }

    /// @dev Whether a checkpoint's stretch holds the share after a tape position.
    function _isCheckpointOf(QueueStorage storage $, uint256 index, uint256 position) private view returns (bool) {
        if (index == 0 || index >= $.checkpoints.length) return false;
        return $.checkpoints[index - 1].toShares <= position && position < $.checkpoints[index].toShares;
    }

    /// @dev The checkpoint whose stretch holds the share after a finalised tape position.
    function _searchCheckpoint(QueueStorage storage $, uint256 position) private view returns (uint256) {
        (uint256 low, uint256 high) = (1, $.checkpoints.length - 1);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if ($.checkpoints[middle].toShares > position) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    // ---------------------------------------------------------------- Sweep

    /// @inheritdoc IWithdrawalQueue
    function sweepSurplus() external onlyPool returns (uint256 amountWei) {
        QueueStorage storage $ = _queue();
        amountWei = $.surplusWei;
        if (amountWei == 0) return 0;

        $.surplusWei = 0;

        emit SurplusSwept(amountWei);

        POOL.receiveEther{value: amountWei}();
    }

    // ---------------------------------------------------------------- Read

    /// @inheritdoc IWithdrawalQueueReader
    function queuedShares() public view returns (uint256) {
        QueueStorage storage $ = _queue();
        return $.tape[$.lastRequestId].sharesEnd() - $.finalizedShares;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function unfinalizedEtherWei() external view returns (uint256) {
        QueueStorage storage $ = _queue();
        return $.tape[$.lastRequestId].etherEnd() - $.finalizedEther;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function lastRequestId() external view returns (uint256) {
        return _queue().lastRequestId;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function finalizedShares() external view returns (uint256) {
        return _queue().finalizedShares;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function getRequest(uint256 requestId) external view returns (WithdrawalRequest memory) {
        QueueStorage storage $ = _queue();
        address owner = _requireOwned(requestId);
        TapeEntry before = $.tape[requestId - 1];
        TapeEntry entry = $.tape[requestId];
        uint256 pendingFrom = Math.max(before.sharesEnd(), $.finalizedShares);
        return
            WithdrawalRequest({
                owner: owner,
                shares: entry.sharesEnd() - before.sharesEnd(),
                amountWei: entry.etherEnd() - before.etherEnd(),
                eligibleAt: entry.eligibleAt(),
                pendingShares: pendingFrom < entry.sharesEnd() ? entry.sharesEnd() - pendingFrom : 0,
                claimableWei: claimableWei(requestId)
            });
    }

    /// @inheritdoc IWithdrawalQueueReader
    function claimableWei(uint256 requestId) public view returns (uint256 payoutWei) {
        _requireOwned(requestId);
        (payoutWei, , ) = _payout(_queue(), requestId, 0);
    }

    /// @inheritdoc IWithdrawalQueueReader
    function checkpointHint(uint256 requestId) external view returns (uint256) {
        QueueStorage storage $ = _queue();
        _requireOwned(requestId);
        uint256 from = Math.max($.tape[requestId - 1].sharesEnd(), $.paidUntil[requestId]);
        require(from < $.finalizedShares, NothingToClaim(requestId));
        return _searchCheckpoint($, from);
    }

    /// @inheritdoc IWithdrawalQueueReader
    function checkpointCount() external view returns (uint256) {
        return _queue().checkpoints.length - 1;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function getCheckpoint(uint256 index) external view returns (QueueCheckpoint memory) {
        return _queue().checkpoints[index];
    }

    /// @inheritdoc IWithdrawalQueueReader
    function surplusWei() external view returns (uint256) {
        return _queue().surplusWei;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function lockedWei() external view returns (uint256) {
        return _queue().lockedWei;
    }

    // ---------------------------------------------------------------- Administer

    /// @inheritdoc IWithdrawalQueueReader
    function parameters() external view returns (QueueParameters memory) {
        return _queue().parameters;
    }

    /// @inheritdoc IWithdrawalQueue
    function setParameters(QueueParameters calldata parameters_) external restricted {
        _setParameters(parameters_);
    }

    function _setParameters(QueueParameters calldata p) private {
        require(p.minDelaySeconds <= MAX_DELAY_SECONDS, ParameterOutOfBounds(p.minDelaySeconds, MAX_DELAY_SECONDS));
        require(
            p.minRequestWei != 0 && p.minRequestWei <= MAX_MIN_REQUEST_WEI,
            ParameterOutOfBounds(p.minRequestWei, MAX_MIN_REQUEST_WEI)
        );
        require(p.maxRequestWei >= MIN_MAX_REQUEST_WEI, ParameterOutOfBounds(p.maxRequestWei, MIN_MAX_REQUEST_WEI));

        _queue().parameters = p;

        emit ParametersChanged(p);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    // ---------------------------------------------------------------- Ticket

    /// @dev A ticket that changes hands forgets the receiver that its old owner named.
    function _update(address to, uint256 requestId, address auth) internal override returns (address from) {
        from = super._update(to, requestId, auth);
        if (from != address(0)) delete _queue().claimReceivers[requestId];
    }

    function _queue() private pure returns (QueueStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
