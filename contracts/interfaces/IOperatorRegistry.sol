// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BondLock, Breach, LockCause, Operator, RegistryParameters, Theft} from "../types/OperatorTypes.sol";

/// @title What anyone may read of the registry
interface IOperatorRegistryReader {
    /// @notice Number of operators; they are numbered from 1.
    function operatorCount() external view returns (uint32);

    /// @notice An operator.
    function getOperator(uint32 operatorId) external view returns (Operator memory);

    /// @notice Bond that counts, in wei at the current rate: bonded shares less those that are locked or asked back.
    function freeBondWei(uint32 operatorId) external view returns (uint256);

    /// @notice Bond that the operator's validators need now, and what it owes, in wei, rounded up.
    function requiredBondWei(uint32 operatorId) external view returns (uint256);

    /// @notice The most that `addFunded` would book for the operator now, in Gwei: what its bond, its status and the cap
    /// of its clients allow. Predeposits that are proven first may free more.
    function capacityGwei(uint32 operatorId) external view returns (uint64);

    /// @notice Ether of stakers on proven validators of all operators, in Gwei.
    function fundedGwei() external view returns (uint64);

    /// @notice Ether on each client of a pair, in Gwei.
    function clientFundedGwei(bytes4 clientPair) external view returns (uint64 executionGwei, uint64 consensusGwei);

    /// @notice A key batch: what is still unrevealed of it.
    /// @return commitment Hash chain over the remaining keys.
    /// @return submittedAt When it was submitted, in seconds.
    /// @return remaining Keys not yet revealed.
    function getKeyBatch(
        uint32 operatorId,
        uint32 batchId
    ) external view returns (bytes26 commitment, uint40 submittedAt, uint8 remaining);

    /// @notice The lowest number that none of the operator's key batches has; batches 0 to that number are all there.
    function keyBatchCount(uint32 operatorId) external view returns (uint32);

    /// @notice Number of locks ever made; they are numbered from 0.
    function lockCount() external view returns (uint256);

    /// @notice The oldest lock that is not settled. `lockCount` when none is left.
    function nextLock() external view returns (uint256);

    /// @notice A lock.
    function getLock(uint256 lockId) external view returns (BondLock memory);

    /// @notice True when anyone may exit the operator's validators.
    function exitDeadlinePassed(uint32 operatorId) external view returns (bool);

    /// @notice The parameters an administrator set.
    function parameters() external view returns (RegistryParameters memory);
}

/// @title OperatorRegistry: operators, bonds, key batches, strikes
/// @notice Proofs, breaches and `emergencySlash` only ever lock shares; the settlement burns what has matured. Named losses
/// are taken out of the bond at once; what it cannot cover stays as a debt.
interface IOperatorRegistry is IOperatorRegistryReader {
    /// @notice The caller is not the contract of the protocol that this function is for.
    error NotProtocol(address caller);
    /// @notice No operator has this number.
    error UnknownOperator(uint32 operatorId);
    /// @notice The caller does not own the operator.
    error NotOperatorOwner(uint32 operatorId, address caller);
    /// @notice The operator is not active.
    error OperatorNotActive(uint32 operatorId);
    /// @notice The operator is not halted.
    error OperatorNotHalted(uint32 operatorId);
    /// @notice A name has 1 to 64 bytes.
    error NameLength(uint256 length);
    /// @notice A client pair is four capital letters, for instance "GELS".
    error ClientPairInvalid(bytes4 clientPair);
    /// @notice An address must not be zero.
    error ZeroAddress();
    /// @notice The bond that is not locked does not cover what is asked, in wei.
    error BondTooSmall(uint32 operatorId, uint256 freeWei, uint256 requiredWei);
    /// @notice After this top-up too much of all ether would run on a client of the operator, in Gwei.
    error ClientCapReached(uint32 operatorId, uint256 gotGwei, uint256 roomGwei);
    /// @notice The operator has a batch of this number.
    error BatchExists(uint32 operatorId, uint32 batchId);
    /// @notice A batch has 1 to 32 keys.
    error BatchSize(uint256 count);
    /// @notice The batch is younger than `minBatchAgeSeconds`.
    error BatchTooYoung(uint32 operatorId, uint32 batchId, uint64 usableAt);
    /// @notice The operator has no batch of this number.
    error UnknownBatch(uint32 operatorId, uint32 batchId);
    /// @notice A breach of this period, or of a later one, was already settled for the operator.
    error PeriodAlreadyJudged(uint32 operatorId, uint32 period);
    /// @notice A theft at this slot, or at a later one, was already settled for the operator.
    error TheftAlreadyJudged(uint32 operatorId, uint64 slot);
    /// @notice The lock is settled or released, or was never made.
    error LockNotOpen(uint256 lockId);
    /// @notice The appeal window of the lock is over.
    error AppealWindowOver(uint256 lockId, uint64 maturesAt);
    /// @notice No excess bond was asked back, or its time has not come.
    error BondWithdrawalNotReady(uint32 operatorId, uint64 readyAt);
    /// @notice The SLA period in which excess bond was asked back has not been judged.
    error BondNotJudged(uint32 operatorId, uint64 lastRefSlot, uint64 refSlot);
    /// @notice A parameter is outside of its hard bounds.
    error ParameterOutOfBounds(uint256 got, uint256 least, uint256 most);

    event OperatorRegistered(
        uint32 indexed operatorId,
        address indexed owner,
        address paymentAddress,
        bytes4 clientPair,
        string name
    );
    /// @notice Bond was added; `shares` at the rate of the moment for `amountWei`. What pays a debt is among them.
    event BondAdded(uint32 indexed operatorId, uint256 amountWei, uint256 shares);
    event BondWithdrawalRequested(uint32 indexed operatorId, uint256 shares, uint64 readyAt, uint64 refSlot);
    event BondWithdrawn(uint32 indexed operatorId, address indexed receiver, uint256 shares);
    event PaymentAddressChanged(uint32 indexed operatorId, address paymentAddress);
    event ClientPairChanged(uint32 indexed operatorId, bytes4 clientPair);
    event KeyBatchSubmitted(uint32 indexed operatorId, uint32 indexed batchId, bytes26 commitment, uint8 count);
    event KeysRevealed(uint32 indexed operatorId, uint32 indexed batchId, uint256 count, uint8 remaining);
    event BondLocked(
        uint32 indexed operatorId,
        uint256 indexed lockId,
        LockCause cause,
        uint256 penaltyShares,
        uint256 lossShares,
        uint64 maturesAt
    );
    event LockReleased(uint256 indexed lockId, uint32 indexed operatorId);
    event LockMatured(uint256 indexed lockId, uint32 indexed operatorId, uint256 shares);
    /// @notice A breach was settled; `penaltyWei` is what was really locked for it, after all caps.
    event DowntimeReported(
        uint32 indexed operatorId,
        uint32 indexed period,
        uint32 uptimePpm,
        uint32 thresholdPpm,
        uint256 penaltyWei,
        uint32 strikeHistory
    );
    /// @notice A theft was settled; `lockedWei` is what was really locked for it.
    event TheftReported(uint32 indexed operatorId, uint64 indexed slot, uint256 amountWei, uint256 lockedWei);
    /// @notice A validator was proven to be slashed; `lossWei` bounds what it will lose.
    event SlashingMarked(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint256 lossWei);
    event OperatorDeactivated(uint32 indexed operatorId, uint64 exitDeadline);
    event OperatorHalted(uint32 indexed operatorId);
    event OperatorResumed(uint32 indexed operatorId);
    /// @notice A named loss was taken out of the bond: `takenShares` are burned, `owedShares` were missing.
    event LossDrawn(uint32 indexed operatorId, uint256 lossShares, uint256 takenShares, uint256 owedShares);
    event DebtPaid(uint32 indexed operatorId, uint256 shares, uint256 debtSharesLeft);
    event ParametersChanged(RegistryParameters parameters);

    /// @notice Registers an operator. The ether is staked and held as shares. Open to all.
    /// @param name Public name, 1 to 64 bytes.
    /// @param paymentAddress Who is paid rewards and excess bond.
    /// @param clientPair Two letters of the execution client, two of the consensus client.
    /// @return operatorId Its number, from 1.
    function registerOperator(
        string calldata name,
        address paymentAddress,
        bytes4 clientPair
    ) external payable returns (uint32 operatorId);

    /// @notice Adds to an operator's bond. What it owes is paid first: those shares go to the cover fund. Open to all.
    /// @return shares What the ether bought, in shares.
    function addBond(uint32 operatorId) external payable returns (uint256 shares);

    /// @notice Asks for excess bond. It covers no validators from now on, and can be taken after `bondExitDelaySeconds`,
    /// and not before the SLA period that contains now is over, judged, and its appeal window and a frame have passed.
    /// Replaces an earlier request; zero shares take it back. Reverts when the rest would not cover the validators. Only
    /// the operator's owner.
    function requestBondWithdrawal(uint32 operatorId, uint96 shares) external;

    /// @notice Sends the excess bond, as shares, to the payment address; what was locked in the meantime stays. Reverts
    /// before its time, before a report of the end of the SLA period in which it was asked for is settled, and when the
    /// rest would not cover the validators. Only the operator's owner.
    function withdrawBond(uint32 operatorId) external returns (uint256 shares);

    /// @notice Changes who is paid. Only the operator's owner.
    function setPaymentAddress(uint32 operatorId, address paymentAddress) external;

    /// @notice Says that the operator runs another pair of clients; its ether counts for them from now on. Refuses no
    /// pair of letters: what is run already is no allocation. Only the operator's owner.
    function setClientPair(uint32 operatorId, bytes4 clientPair) external;

    /// @notice Commits to a batch of keys without showing them. Only the owner of an active operator.
    /// @param batchId Its number, chosen by the operator and not used before; keepers look from 0 to the first gap, so
    /// count up. A counter would cost a second slot, and the same call sent twice would commit twice.
    /// @param commitment Hash chain, see types/KeyBatch.sol.
    /// @param count Keys in the batch, 1 to 32.
    function submitValidatorSigs(uint32 operatorId, uint32 batchId, bytes26 commitment, uint8 count) external;

    /// @notice Opens the next keys of a batch of an active operator. Only the ValidatorManager.
    /// @param tail What the chain commits to after the revealed keys.
    function revealKeys(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail
    ) external;

    /// @notice Books predeposits of an active operator. Reverts when its bond does not cover them. Only the
    /// ValidatorManager.
    /// @return unprovenCount Unproven validators of the operator after.
    function addUnproven(uint32 operatorId, uint32 count) external returns (uint32 unprovenCount);

    /// @notice Books that predeposits were proven to be ours. Only the ValidatorManager.
    function markProven(uint32 operatorId, uint32 count) external;

    /// @notice Books a predeposit with foreign credentials and locks bond for it. Only the ValidatorManager.
    function markFaulty(uint32 operatorId) external;

    /// @notice Books that a validator was proven to be slashed: locks bond for the loss, and halts the operator. Only the
    /// ValidatorManager, once for each validator.
    /// @param pubkeyRoot The validator.
    /// @param lossWei Bound of what it will lose, in wei. What of it no report names is burned as well.
    function markSlashed(uint32 operatorId, bytes32 pubkeyRoot, uint256 lossWei) external;

    /// @notice Books top-ups of an active operator. Reverts when its bond does not cover them, or when too much ether
    /// would run on one of its clients. Only the ValidatorManager.
    /// @return operatorFundedGwei Ether on the operator's validators after, in Gwei.
    function addFunded(uint32 operatorId, uint64 amountGwei) external returns (uint64 operatorFundedGwei);

    /// @notice Books the principal of a validator whose final withdrawal was settled. Only the ValidatorManager.
    function subtractFunded(uint32 operatorId, uint64 amountGwei) external;

    /// @notice Locks bond for the breaches of a settled report, sets strikes, deactivates. Only RewardDistribution.
    function reportDowntime(Breach[] calldata breaches) external;

    /// @notice Locks bond for the thefts of a settled report: what was stolen, and a penalty. By slot in ascending order
    /// for each operator. Only RewardDistribution.
    function reportTheft(Theft[] calldata thefts) external;

    /// @notice Locks all bond of an operator that is not locked, and halts it. Guardian.
    function emergencySlash(uint32 operatorId) external;

    /// @notice Lets a halted operator have keys and ether again. Appeals role.
    function resumeOperator(uint32 operatorId) external;

    /// @notice Frees a lock within its appeal window. Appeals role.
    function releaseLock(uint256 lockId) external;

    /// @notice Takes locks off the list, oldest first, whose appeal window was over at the cut-off of the last report: a
    /// loss that they secure would have been named. Only RewardDistribution, which burns the shares.
    /// @param limit How many at the most.
    /// @return operatorIds Whose bond is to be burned.
    /// @return shares How much of it; the bonds are less by it already.
    /// @return open Whether any lock is left.
    function takeMaturedLocks(
        uint256 limit
    ) external returns (uint32[] memory operatorIds, uint256[] memory shares, bool open);

    /// @notice Takes a loss out of an operator's bond: first out of the locks that secure it, then out of free bond, then
    /// out of penalties. What is missing is recorded as a debt. Only RewardDistribution, which burns the shares.
    /// @param shares The loss, in shares at the rate before it.
    /// @return takenShares What the bond gives; it is less by it already.
    function drawLoss(uint32 operatorId, uint256 shares) external returns (uint256 takenShares);

    /// @notice Pays what an operator owes out of shares that it would have been paid. Only RewardDistribution, which sends
    /// what is taken to the cover fund.
    /// @param shares What there is to pay with.
    /// @return paidShares What is taken.
    function payDebt(uint32 operatorId, uint256 shares) external returns (uint256 paidShares);

    /// @notice Changes the parameters. Administrator.
    function setParameters(RegistryParameters calldata parameters) external;
}
