// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessManagedUpgradeable} from "@openzeppelin/contracts-upgradeable/access/manager/AccessManagedUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {WithdrawalQueueReader} from "./WithdrawalQueueReader.sol";
import {IWithdrawalQueue, IWithdrawalQueueReader} from "./interfaces/IWithdrawalQueue.sol";
import {ShareMath} from "./libraries/ShareMath.sol";
import {QueueAddresses, QueueCheckpoint, QueueParameters, QueueReach} from "./types/QueueTypes.sol";
import {
    TAPE_APPROVED,
    TAPE_HAS_RECEIVER,
    TAPE_PARTLY_PAID,
    TapeEntry,
    etherAt,
    packTapeEntry,
    sharesAt
} from "./types/Tape.sol";

/// @title WithdrawalQueue
/// @notice See {IWithdrawalQueue}; storage and views are in {WithdrawalQueueReader}.
///
/// The tape, in shares:
///
///     0 ──── request 1 ────┬──── request 2 ────┬── request 3 ──┬─ request 4 ─ ...
///       checkpoint 1  │ checkpoint 2     │ checkpoint 3  │ not finalised yet
///
/// A finalisation moves one mark along the tape, wherever the money ends, and appends one checkpoint. A claim pays, for
/// each checkpoint that its request touches, the lesser of the request's own ether and shares times rate.
contract WithdrawalQueue is IWithdrawalQueue, WithdrawalQueueReader, AccessManagedUpgradeable, UUPSUpgradeable {
    using SafeCast for uint256;

    /// @dev Hard bounds of the parameters. A day is the service goal at the least; a week is the most a user can bear.
    uint256 private constant MAX_DELAY_SECONDS = 7 days;
    uint256 private constant MAX_MIN_REQUEST_WEI = 1 ether;
    uint256 private constant MIN_MAX_REQUEST_WEI = 100 ether;

    modifier onlyPool() {
        require(msg.sender == address(POOL), NotPool(msg.sender));
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(QueueAddresses memory a) WithdrawalQueueReader(a) {
        _disableInitializers();
    }

    /// @notice Initialises the proxy, once.
    function initialize(address authority_, QueueParameters calldata parameters_) external initializer {
        __ERC721_init("ethSTAKE withdrawal", "ethSTAKE-W");
        __AccessManaged_init(authority_);
        _setParameters(parameters_);
    }

    // ---------------------------------------------------------------- Request

    /// @inheritdoc IWithdrawalQueue
    function request(
        address holder,
        address owner,
        uint256 shares,
        uint256 amountWei
    ) external onlyPool returns (uint256 requestId) {
        QueueStorage storage $ = _queue();
        (uint256 minWei, uint256 maxWei) = ($.minRequestWei, $.maxRequestWei);
        require(amountWei >= minWei && amountWei <= maxWei, RequestOutOfBounds(amountWei, minWei, maxWei));

        requestId = $.lastRequestId;
        TapeEntry before = $.tape[requestId];
        uint256 eligibleAt = Math.max(before.eligibleAt(), block.timestamp + $.minDelaySeconds);
        ++requestId;

        $.lastRequestId = requestId.toUint32();
        $.tape[requestId] = packTapeEntry(
            (before.sharesEnd() + shares).toUint96(),
            (before.etherEnd() + amountWei).toUint96(),
            eligibleAt.toUint40()
        );
        // Not _safeMint: a receiver's code must not run in the middle of a withdrawal.
        _mint(owner, requestId);

        emit WithdrawalRequested(holder, owner, requestId, shares, amountWei, uint64(eligibleAt));
    }

    // ---------------------------------------------------------------- Finalise

    /// @inheritdoc IWithdrawalQueue
    function finalize(
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp,
        uint256 hint
    ) external onlyPool returns (uint256 shares, uint256 amountWei, bool waiting) {
        QueueStorage storage $ = _queue();
        QueueReach memory reach = _reachOf($, budgetWei, rateRay, cutoffTimestamp);
        (uint256 last, uint256 toShares, uint256 toEther) = _cutOf($, reach, hint);
        waiting = toShares < $.tape[$.lastRequestId].sharesEnd();
        shares = toShares - reach.fromShares;
        // Nothing is eligible, or the money does not reach the next share.
        if (shares == 0) return (0, 0, waiting);
        uint256 byEtherWei = toEther - reach.fromEther;
        uint256 byRateWei = ShareMath.toAssetsAtDown(shares, rateRay);
        bool byEther = byEtherWei <= byRateWei;
        amountWei = byEther ? byEtherWei : byRateWei;
        uint32 checkpoint = $.checkpointCount + 1;
        uint120 checkedRateRay = rateRay.toUint120();

        // Safe: a place on the tape, where shares and ether have 96 bits each.
        $.finalizedShares = uint96(toShares);
        $.finalizedEther = uint96(toEther);
        $.checkpointCount = checkpoint;
        $.checkpoints[checkpoint] = QueueCheckpoint({
            fromShares: uint96(reach.fromShares),
            rateRay: checkedRateRay,
            lastRequestId: uint32(last),
            byEther: byEther
        });

        emit StretchFinalized(checkpoint, reach.fromShares, toShares, amountWei, rateRay);
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
        return _searchCut($, _reachOf($, budgetWei, rateRay, cutoffTimestamp));
    }

    /// @dev By shares at the rate, or, where requests are cheaper than their shares, by their ether: what is set aside is
    /// the lesser of the two sums, so the money pays up to the further of the two places.
    function _reachOf(
        QueueStorage storage $,
        uint256 budgetWei,
        uint256 rateRay,
        uint64 cutoffTimestamp
    ) private view returns (QueueReach memory) {
        (uint256 fromShares, uint256 fromEther) = ($.finalizedShares, $.finalizedEther);
        return
            QueueReach({
                fromShares: fromShares,
                fromEther: fromEther,
                reachShares: fromShares + ShareMath.toSharesAtDown(budgetWei, rateRay),
                reachEther: fromEther + budgetWei,
                cutoffTimestamp: cutoffTimestamp
            });
    }

    /// @dev How far the tape is finalised afterwards: the last whole request, the position in shares, and the sum of the
    /// requests' ether. The position is where it is now when nothing can be finalised.
    function _cutOf(
        QueueStorage storage $,
        QueueReach memory reach,
        uint256 hint
    ) private view returns (uint256 last, uint256 toShares, uint256 toEther) {
        last = _isCut($, reach, hint) ? hint : _searchCut($, reach);
        if (last == 0) return (0, reach.fromShares, reach.fromEther);
        TapeEntry entry = $.tape[last];
        if (_isCoveredWhole(reach, entry)) {
            (toShares, toEther) = (entry.sharesEnd(), entry.etherEnd());
        } else {
            TapeEntry before = $.tape[last - 1];
            toShares = Math.max(reach.reachShares, sharesAt(before, entry, reach.reachEther));
            if (toShares > reach.fromShares) toEther = etherAt(before, entry, toShares);
            --last;
        }
        if (toShares <= reach.fromShares) return (last, reach.fromShares, reach.fromEther);
    }

    /// @dev Whether a request is the last one that is covered.
    function _isCut(QueueStorage storage $, QueueReach memory reach, uint256 requestId) private view returns (bool) {
        uint256 newest = $.lastRequestId;
        if (requestId == 0 || requestId > newest || !_isCovered($, reach, requestId)) return false;
        return requestId == newest || !_isCovered($, reach, requestId + 1);
    }

    /// @dev Whether the money reaches into a request that the cut-off allows. True up to some request and false after it.
    function _isCovered(
        QueueStorage storage $,
        QueueReach memory reach,
        uint256 requestId
    ) private view returns (bool) {
        TapeEntry entry = $.tape[requestId];
        if (entry.eligibleAt() > reach.cutoffTimestamp) return false;
        // The usual case, and then the request before need not be read.
        if (_isCoveredWhole(reach, entry)) return true;
        TapeEntry before = $.tape[requestId - 1];
        return before.sharesEnd() < reach.reachShares || before.etherEnd() < reach.reachEther;
    }

    /// @dev Whether the money reaches a request's end.
    function _isCoveredWhole(QueueReach memory reach, TapeEntry entry) private pure returns (bool) {
        return entry.sharesEnd() <= reach.reachShares || entry.etherEnd() <= reach.reachEther;
    }

    /// @dev The last request that is covered, or zero.
    function _searchCut(QueueStorage storage $, QueueReach memory reach) private view returns (uint256) {
        (uint256 low, uint256 high) = (0, $.lastRequestId);
        while (low < high) {
            uint256 middle = Math.ceilDiv(low + high, 2);
            if (_isCovered($, reach, middle)) low = middle;
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
        Due memory due = _dueOf($, requestId, hint);
        require(due.from < due.to, NothingToClaim(requestId));
        uint256 allottedWei;
        (amountWei, allottedWei) = _payout($, due, hint);
        address receiver = due.entry.has(TAPE_HAS_RECEIVER) ? $.claimReceivers[requestId] : owner;
        bool fully = due.to == due.entry.sharesEnd();

        if (allottedWei != amountWei) {
            $.surplusWei += (allottedWei - amountWei).toUint128();
            $.hasSurplus = true;
        }
        if (fully) {
            if (due.entry.has(TAPE_PARTLY_PAID)) delete $.paidUntil[requestId];
            _burn(requestId);
        } else {
            $.tape[requestId] = due.entry.withFlag(TAPE_PARTLY_PAID);
            $.paidUntil[requestId] = due.to;
        }

        emit Claimed(requestId, receiver, amountWei, fully);

        (bool ok, ) = receiver.call{value: amountWei}("");
        require(ok, PaymentRefused(receiver));
    }

    /// @inheritdoc IWithdrawalQueue
    function setClaimReceiver(uint256 requestId, address receiver) external {
        require(_requireOwned(requestId) == msg.sender, NotOwner(requestId, msg.sender));
        QueueStorage storage $ = _queue();

        $.claimReceivers[requestId] = receiver;
        TapeEntry entry = $.tape[requestId];
        $.tape[requestId] =
            receiver == address(0) ? entry.withoutFlag(TAPE_HAS_RECEIVER) : entry.withFlag(TAPE_HAS_RECEIVER);

        emit ClaimReceiverChanged(requestId, receiver);
    }

    /// @inheritdoc IWithdrawalQueue
    function setThirdPartyClaims(bool allowed) external {
        _queue().thirdPartyClaims[msg.sender] = allowed;

        emit ThirdPartyClaimsChanged(msg.sender, allowed);
    }

    // ---------------------------------------------------------------- Sweep

    /// @inheritdoc IWithdrawalQueue
    function sweepSurplus() external onlyPool returns (uint256 amountWei) {
        QueueStorage storage $ = _queue();
        if (!$.hasSurplus) return 0;
        amountWei = $.surplusWei;

        $.surplusWei = 0;
        $.hasSurplus = false;

        emit SurplusSwept(amountWei);

        POOL.receiveEther{value: amountWei}();
    }

    // ---------------------------------------------------------------- Administer

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

        QueueStorage storage $ = _queue();
        $.minDelaySeconds = p.minDelaySeconds;
        $.minRequestWei = p.minRequestWei;
        $.maxRequestWei = p.maxRequestWei;

        emit ParametersChanged(p);
    }

    function _authorizeUpgrade(address) internal override restricted {}

    // ---------------------------------------------------------------- Ticket

    /// @dev Every ticket that changes hands or is burned comes here, with neither `to` nor `auth`, to forget its approval.
    /// It forgets the receiver that its old owner named as well. One that has neither needs no look at where they are.
    function _approve(address to, uint256 requestId, address auth, bool emitEvent) internal override {
        QueueStorage storage $ = _queue();
        TapeEntry entry = $.tape[requestId];
        if (to != address(0) || auth != address(0)) {
            super._approve(to, requestId, auth, emitEvent);
            $.tape[requestId] = entry.withFlag(TAPE_APPROVED);
            return;
        }
        if (!entry.has(TAPE_APPROVED | TAPE_HAS_RECEIVER)) return;

        super._approve(to, requestId, auth, emitEvent);
        delete $.claimReceivers[requestId];
        $.tape[requestId] = entry.withoutFlag(TAPE_APPROVED | TAPE_HAS_RECEIVER);
    }
}
