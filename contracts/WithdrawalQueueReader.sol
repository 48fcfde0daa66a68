// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC721/ERC721Upgradeable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IRewardDistributionReader} from "./interfaces/IRewardDistribution.sol";
import {IStakingPool} from "./interfaces/IStakingPool.sol";
import {IValidatorManagerReader} from "./interfaces/IValidatorManager.sol";
import {IWithdrawalQueue, IWithdrawalQueueReader} from "./interfaces/IWithdrawalQueue.sol";
import {QueueMath} from "./libraries/QueueMath.sol";
import {PAUSE_SETTLE} from "./types/PoolTypes.sol";
import {
    QueueAddresses,
    QueueCheckpoint,
    QueueParameters,
    QueueSource,
    QueueStatus,
    WithdrawalRequest
} from "./types/QueueTypes.sol";
import {TAPE_PARTLY_PAID, TapeEntry, etherAt} from "./types/Tape.sol";

/// @title WithdrawalQueueReader
/// @notice What the queue knows, what is due to a ticket, and all that can be read of it: see {IWithdrawalQueueReader}.
/// What changes it is in {WithdrawalQueue}.
abstract contract WithdrawalQueueReader is IWithdrawalQueueReader, ERC721Upgradeable {
    /// @notice Where shares and ether come from.
    IStakingPool public immutable POOL;
    IValidatorManagerReader internal immutable MANAGER;
    IRewardDistributionReader internal immutable DISTRIBUTION;
    address internal immutable WITHDRAWAL_VAULT;
    address internal immutable EXECUTION_REWARDS_VAULT;

    /// @custom:storage-location erc7201:ethstake.storage.WithdrawalQueue
    struct QueueStorage {
        // One slot: all that a request reads and writes beside the tape.
        /// Newest ticket.
        uint32 lastRequestId;
        uint32 minDelaySeconds;
        uint96 minRequestWei;
        uint96 maxRequestWei;
        // One slot: how far the tape is finalised.
        /// Finalised tape position, in shares.
        uint96 finalizedShares;
        /// Sum of the requests' ether up to that position, in wei.
        uint96 finalizedEther;
        /// Newest finalisation.
        uint32 checkpointCount;
        /// Whether `surplusWei` is above zero: what a settlement need not look up.
        bool hasSurplus;
        /// Booked by claims, to be swept by the next settlement, in wei.
        uint128 surplusWei;
        /// Requests by number; number 0 is empty, so that the first one has a predecessor.
        mapping(uint256 requestId => TapeEntry) tape;
        /// Finalisations by number, from 1.
        mapping(uint256 index => QueueCheckpoint) checkpoints;
        /// Tape position up to which a ticket was paid; only set by partial claims.
        mapping(uint256 requestId => uint256) paidUntil;
        mapping(uint256 requestId => address) claimReceivers;
        mapping(address owner => bool) thirdPartyClaims;
    }

    /// @dev What is finalised of a ticket and not paid, between two tape positions.
    struct Due {
        uint256 requestId;
        TapeEntry before;
        TapeEntry entry;
        uint256 from;
        uint256 to;
    }

    // keccak256(abi.encode(uint256(keccak256("ethstake.storage.WithdrawalQueue")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant STORAGE = 0xd26e4b7ab16334c62676f3258307cb4aadf252d8b990c571d4268dade533e500;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(QueueAddresses memory a) {
        POOL = IStakingPool(a.pool);
        MANAGER = IValidatorManagerReader(a.manager);
        DISTRIBUTION = IRewardDistributionReader(a.distribution);
        WITHDRAWAL_VAULT = a.withdrawalVault;
        EXECUTION_REWARDS_VAULT = a.executionRewardsVault;
    }

    // ---------------------------------------------------------------- Due

    /// @dev What is finalised of a ticket and not paid: between two tape positions, nothing when they meet or cross. A
    /// checkpoint that counts the whole request saves the look at how far the tape is finalised.
    function _dueOf(QueueStorage storage $, uint256 requestId, uint256 hint) internal view returns (Due memory) {
        (TapeEntry before, TapeEntry entry) = ($.tape[requestId - 1], $.tape[requestId]);
        uint256 from = entry.has(TAPE_PARTLY_PAID) ? $.paidUntil[requestId] : before.sharesEnd();
        uint256 to = entry.sharesEnd();
        if (requestId > $.checkpoints[hint].lastRequestId) to = Math.min(to, $.finalizedShares);
        return Due(requestId, before, entry, from, to);
    }

    /// @dev What is paid, the lesser of two values in each stretch, and what part of the ether that was set aside for the
    /// stretches it comes out of. The parts of a stretch add up to all of its ether, and the parts of a request to what it
    /// was worth.
    function _payout(
        QueueStorage storage $,
        Due memory due,
        uint256 hint
    ) internal view returns (uint256 payoutWei, uint256 allottedWei) {
        uint256 from = due.from;
        uint256 i = _isCheckpointOf($, due, hint) ? hint : _searchCheckpoint($, from);
        for (; from < due.to; ++i) {
            QueueCheckpoint memory checkpoint = $.checkpoints[i];
            uint256 to = Math.min(due.to, _stretchEnd($, due, i, checkpoint.lastRequestId));
            uint256 byEtherWei = etherAt(due.before, due.entry, to) - etherAt(due.before, due.entry, from);
            uint256 start = checkpoint.fromShares;
            uint256 byRateWei = QueueMath.worthBetween(from - start, to - start, checkpoint.rateRay);
            payoutWei += Math.min(byEtherWei, byRateWei);
            allottedWei += checkpoint.byEther ? byEtherWei : byRateWei;
            from = to;
        }
    }

    /// @dev Whether the first share that is due lies in a checkpoint's stretch.
    function _isCheckpointOf(QueueStorage storage $, Due memory due, uint256 index) private view returns (bool) {
        QueueCheckpoint storage checkpoint = $.checkpoints[index];
        // One that does not exist has no rate.
        if (checkpoint.rateRay == 0 || checkpoint.fromShares > due.from) return false;
        return due.from < _stretchEnd($, due, index, checkpoint.lastRequestId);
    }

    /// @dev Where a checkpoint's stretch ends, or at least beyond what is due.
    function _stretchEnd(
        QueueStorage storage $,
        Due memory due,
        uint256 index,
        uint256 lastRequestId_
    ) private view returns (uint256) {
        if (due.requestId <= lastRequestId_ || index == $.checkpointCount) return due.to;
        return $.checkpoints[index + 1].fromShares;
    }

    /// @dev The checkpoint whose stretch holds the share after a finalised tape position.
    function _searchCheckpoint(QueueStorage storage $, uint256 position) private view returns (uint256) {
        (uint256 low, uint256 high) = (1, $.checkpointCount);
        while (low < high) {
            uint256 middle = Math.ceilDiv(low + high, 2);
            if ($.checkpoints[middle].fromShares <= position) low = middle;
            else high = middle - 1;
        }
        return low;
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
        Due memory due = _dueOf($, requestId, 0);
        uint256 end = due.entry.sharesEnd();
        return
            WithdrawalRequest({
                owner: owner,
                shares: end - due.before.sharesEnd(),
                amountWei: due.entry.etherEnd() - due.before.etherEnd(),
                eligibleAt: due.entry.eligibleAt(),
                pendingShares: end - Math.max(due.before.sharesEnd(), due.to),
                claimableShares: Math.saturatingSub(due.to, due.from),
                claimableWei: _claimableWei($, due)
            });
    }

    /// @inheritdoc IWithdrawalQueueReader
    function claimableWei(uint256 requestId) external view returns (uint256) {
        QueueStorage storage $ = _queue();
        _requireOwned(requestId);
        return _claimableWei($, _dueOf($, requestId, 0));
    }

    function _claimableWei(QueueStorage storage $, Due memory due) private view returns (uint256 payoutWei) {
        if (due.from < due.to) (payoutWei, ) = _payout($, due, 0);
    }

    /// @inheritdoc IWithdrawalQueueReader
    function checkpointHint(uint256 requestId) external view returns (uint256) {
        QueueStorage storage $ = _queue();
        _requireOwned(requestId);
        Due memory due = _dueOf($, requestId, 0);
        require(due.from < due.to, IWithdrawalQueue.NothingToClaim(requestId));
        return _searchCheckpoint($, due.from);
    }

    /// @inheritdoc IWithdrawalQueueReader
    function checkpointCount() external view returns (uint256) {
        return _queue().checkpointCount;
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
    function claimReceiver(uint256 requestId) external view returns (address) {
        address named = _queue().claimReceivers[requestId];
        return named == address(0) ? _requireOwned(requestId) : named;
    }

    /// @inheritdoc IWithdrawalQueueReader
    function thirdPartyClaims(address owner) external view returns (bool) {
        return _queue().thirdPartyClaims[owner];
    }

    /// @inheritdoc IWithdrawalQueueReader
    function parameters() external view returns (QueueParameters memory) {
        QueueStorage storage $ = _queue();
        return QueueParameters($.minDelaySeconds, $.minRequestWei, $.maxRequestWei);
    }

    // ---------------------------------------------------------------- Status

    /// @inheritdoc IWithdrawalQueueReader
    function queueStatus(uint256 requestId) external view returns (QueueStatus memory status) {
        QueueStorage storage $ = _queue();
        _requireOwned(requestId);
        (TapeEntry before, TapeEntry entry) = ($.tape[requestId - 1], $.tape[requestId]);
        uint256 doneWei = $.finalizedEther;
        status.aheadWei = Math.saturatingSub(before.etherEnd(), doneWei);
        status.ownWei = Math.saturatingSub(entry.etherEnd(), Math.max(before.etherEnd(), doneWei));
        status.demandWei = $.tape[$.lastRequestId].etherEnd() - doneWei;
        status.bufferedWei = POOL.bufferedWei();
        status.vaultsWei = WITHDRAWAL_VAULT.balance + EXECUTION_REWARDS_VAULT.balance;
        status.exitingWei = uint256(MANAGER.requestedGwei()) * 1 gwei;
        status.eligibleAt = entry.eligibleAt();
        // By shares, as the last of them may cost nothing.
        bool finalized = entry.sharesEnd() <= $.finalizedShares;
        status.source = finalized ? QueueSource.Queue : _sourceOf(status);
        status.expectedAt = _expectedAt(status);
    }

    function _sourceOf(QueueStatus memory status) private pure returns (QueueSource) {
        uint256 neededWei = status.aheadWei + status.ownWei;
        if (neededWei <= status.bufferedWei) return QueueSource.Buffer;
        if (neededWei <= status.bufferedWei + status.vaultsWei) return QueueSource.Vaults;
        if (neededWei <= status.bufferedWei + status.vaultsWei + status.exitingWei) return QueueSource.Exits;
        return QueueSource.Validators;
    }

    function _expectedAt(QueueStatus memory status) private view returns (uint64) {
        if (status.source == QueueSource.Queue) return uint64(block.timestamp);
        if (status.source > QueueSource.Vaults || block.timestamp > POOL.staleAfter()) return 0;
        uint256 expectedAt = Math.max(_frameEndFrom(status.eligibleAt), POOL.pausedUntil(PAUSE_SETTLE));
        return uint64(Math.max(expectedAt, block.timestamp));
    }

    /// @dev Time of the first reference slot that is not settled and not before a time, in seconds.
    function _frameEndFrom(uint256 timestamp) private view returns (uint256) {
        (uint256 genesis, uint256 slotSeconds) = (DISTRIBUTION.genesisTime(), DISTRIBUTION.secondsPerSlot());
        uint256 frameSlots = DISTRIBUTION.slotsPerFrame();
        uint256 atOrAfter = Math.ceilDiv(timestamp - genesis, slotSeconds);
        uint256 slot = Math.max(atOrAfter, uint256(DISTRIBUTION.lastRefSlot()) + 1);
        // A reference slot is the last one of its frame.
        return genesis + (Math.ceilDiv(slot + 1, frameSlots) * frameSlots - 1) * slotSeconds;
    }

    // ---------------------------------------------------------------- Know

    function _queue() internal pure returns (QueueStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
