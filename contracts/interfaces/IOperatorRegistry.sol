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

    /// @notice Bond that the operator's validators need now, in wei.
    function requiredBondWei(uint32 operatorId) external view returns (uint256);

    /// @notice A key batch: what is still unrevealed of it.
    /// @return commitment Hash chain over the remaining keys.
    /// @return submittedAt When it was submitted, in seconds.
    /// @return remaining Keys not yet revealed.
    function getKeyBatch(
        uint32 operatorId,
        uint32 batchId
    ) external view returns (bytes26 commitment, uint40 submittedAt, uint8 remaining);

    /// @notice Number of key batches that an operator has submitted; they are numbered from 0.
    function keyBatchCount(uint32 operatorId) external view returns (uint32);

    /// @notice Number of locks ever made; they are numbered from 0.
    function lockCount() external view returns (uint256);

    /// @notice The oldest lock that is not settled.
    function nextLock() external view returns (uint256);

    /// @notice A lock.
    function getLock(uint256 lockId) external view returns (BondLock memory);

    /// @notice Ether that bond and status still allow to be added to the operator's validators, in Gwei.
    function capacityGwei(uint32 operatorId) external view returns (uint64);

    /// @notice True when anyone may exit the operator's validators.
    function exitDeadlinePassed(uint32 operatorId) external view returns (bool);

    /// @notice The parameters an administrator set.
    function parameters() external view returns (RegistryParameters memory);
}

/// @title OperatorRegistry: operators, bonds, key batches, strikes
/// @notice Proofs, breaches and `emergencySlash` only ever lock shares; the settlement burns what has matured.
interface IOperatorRegistry is IOperatorRegistryReader {
    /// @notice The caller is not the contract of the protocol that this function is for.
    error NotProtocol(address caller);
    /// @notice No operator has this number.
    error UnknownOperator(uint32 operatorId);
    /// @notice The caller does not own the operator.
    error NotOperatorOwner(uint32 operatorId, address caller);
    /// @notice The operator is not active.
    error OperatorNotActive(uint32 operatorId);
    /// @notice A name has 1 to 64 bytes.
    error NameLength(uint256 length);
    /// @notice A client pair is four capital letters, for instance "GELS".
    error ClientPairInvalid(bytes4 clientPair);
    /// @notice An address must not be zero.
    error ZeroAddress();
    /// @notice The bond that is not locked does not cover what is asked, in wei.
    error BondTooSmall(uint32 operatorId, uint256 freeWei, uint256 requiredWei);
    /// @notice A batch has 1 to 32 keys.
    error BatchSize(uint256 count);
    /// @notice The batch is younger than `minBatchAgeSeconds`.
    error BatchTooYoung(uint32 operatorId, uint32 batchId, uint64 usableAt);
    /// @notice The operator has no batch of this number.
    error UnknownBatch(uint32 operatorId, uint32 batchId);
    /// @notice A breach of this period, or of a later one, was already settled for the operator.
    error PeriodAlreadyJudged(uint32 operatorId, uint32 period);
    /// @notice The lock is settled or released.
    error LockNotOpen(uint256 lockId);
    /// @notice No excess bond was asked back, or its time has not come.
    error BondWithdrawalNotReady(uint32 operatorId, uint64 readyAt);
    /// @notice A parameter is outside of its hard bound.
    error ParameterOutOfBounds(uint256 got, uint256 bound);

    event OperatorRegistered(
        uint32 indexed operatorId,
        address indexed owner,
        address paymentAddress,
        bytes4 clientPair,
        string name
    );
    /// @notice Bond was added; `shares` at the rate of the moment for `amountWei`.
    event BondAdded(uint32 indexed operatorId, uint256 amountWei, uint256 shares);
    event BondWithdrawalRequested(uint32 indexed operatorId, uint256 shares, uint64 readyAt);
    event BondWithdrawn(uint32 indexed operatorId, address indexed receiver, uint256 shares);
    event PaymentAddressChanged(uint32 indexed operatorId, address paymentAddress);
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
    /// @notice A breach was settled; `penaltyWei` is what was locked for it after all caps.
    event DowntimeReported(
        uint32 indexed operatorId,
        uint32 indexed period,
        uint32 uptimePpm,
        uint32 thresholdPpm,
        uint256 penaltyWei,
        uint32 strikeHistory
    );
    event OperatorDeactivated(uint32 indexed operatorId, uint64 exitDeadline);
    event BondSeized(uint32 indexed operatorId, uint256 shares, uint256 bondSharesLeft);
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

    /// @notice Adds to an operator's bond. Open to all.
    function addBond(uint32 operatorId) external payable returns (uint256 shares);

    /// @notice Asks for excess bond; it can be taken after `bondExitDelaySeconds`, and covers no validators meanwhile.
    /// Replaces an earlier request. Reverts when the rest would not cover the validators. Only the operator's owner.
    function requestBondWithdrawal(uint32 operatorId, uint96 shares) external;

    /// @notice Sends the excess bond, as shares, to the payment address. Reverts when the rest would not cover the
    /// validators. Only the operator's owner.
    function withdrawBond(uint32 operatorId) external returns (uint256 shares);

    /// @notice Changes who is paid. Only the operator's owner.
    function setPaymentAddress(uint32 operatorId, address paymentAddress) external;

    /// @notice Commits to a batch of keys without showing them. Only the operator's owner.
    /// @param commitment Hash chain, see types/KeyBatch.sol.
    /// @param count Keys in the batch, 1 to 32.
    /// @return batchId Its number, from 0 for each operator.
    function submitValidatorSigs(uint32 operatorId, bytes26 commitment, uint8 count) external returns (uint32 batchId);

    /// @notice Opens the next keys of a batch and counts them as unproven validators. Only the ValidatorManager.
    /// @param tail What the chain commits to after the revealed keys.
    function revealKeys(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail
    ) external;

    /// @notice Books predeposits and checks that the bond covers them. Only the ValidatorManager.
    /// @return unprovenCount Unproven validators of the operator after.
    function addUnproven(uint32 operatorId, uint32 count) external returns (uint32 unprovenCount);

    /// @notice Books that predeposits were proven to be ours. Only the ValidatorManager.
    function markProven(uint32 operatorId, uint32 count) external;

    /// @notice Locks bond for a slashed validator and halts the operator. Only the ValidatorManager.
    /// @param lossWei What the slashing may cost, in wei.
    function markSlashed(uint32 operatorId, bytes32 pubkeyRoot, uint256 lossWei) external;

    /// @notice Books a predeposit with foreign credentials and locks bond for it. Only the ValidatorManager.
    function markFaulty(uint32 operatorId) external;

    /// @notice Books a top-up and checks that the bond covers it. Only the ValidatorManager.
    /// @return operatorFundedGwei Ether on the operator's validators after, in Gwei.
    function addFunded(uint32 operatorId, uint64 amountGwei) external returns (uint64 operatorFundedGwei);

    /// @notice Books the principal of a validator whose final withdrawal was settled. Only the ValidatorManager.
    function subtractFunded(uint32 operatorId, uint64 amountGwei) external;

    /// @notice Locks bond for the breaches of a settled report, sets strikes, deactivates. Only RewardDistribution.
    function reportDowntime(Breach[] calldata breaches) external;

    /// @notice Locks all bond of an operator that is not locked. Guardian.
    function emergencySlash(uint32 operatorId) external;

    /// @notice Frees a lock within its appeal window. Appeals role.
    function releaseLock(uint256 lockId) external;

    /// @notice Takes matured locks off the list, oldest first. Only RewardDistribution.
    /// @param limit How many at the most.
    /// @return operatorIds Whose bond is to be burned.
    /// @return shares How much of it.
    /// @return open Whether locks are left, matured or not.
    function takeMaturedLocks(
        uint256 limit
    ) external returns (uint32[] memory operatorIds, uint256[] memory shares, bool open);

    /// @notice Books a loss on an operator's bond: draws on the locks that secure it first. Only RewardDistribution.
    /// @param shares The loss, in shares at the rate before it.
    /// What is missing is the operator's debt.
    /// @return drawnShares What the bond gives: at most all of it.
    function drawLoss(uint32 operatorId, uint256 shares) external returns (uint256 drawnShares);

    /// @notice Takes an operator's debt off its books. Only RewardDistribution, which pays the shares to the cover fund.
    /// @param shares What there is to pay with.
    /// @return paidShares What is taken of it.
    function payDebt(uint32 operatorId, uint256 shares) external returns (uint256 paidShares);

    /// @notice Locks bond for stolen rewards. Only RewardDistribution.
    function reportTheft(Theft[] calldata thefts) external;

    /// @notice Changes the parameters. Administrator.
    function setParameters(RegistryParameters calldata parameters) external;
}
