// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice `Deactivated` by its strikes: it gets no stake any more, and after a deadline anyone may exit its validators.
/// `Halted` by a proven slashing or by the guardian: it gets no keys, no predeposits and no ether until it is resumed.
enum OperatorStatus {
    None,
    Active,
    Deactivated,
    Halted
}

/// @notice Why bond is locked.
/// `Credentials` and `Slashed` locks secure ether that a report will name as lost; the others are penalties.
enum LockCause {
    Credentials,
    Slashed,
    Downtime,
    Emergency,
    Theft
}

/// @notice An operator, as the reader sees it.
/// @param owner Who acts for it.
/// @param paymentAddress Who is paid rewards and excess bond.
/// @param clientPair Two letters of its execution client and two of its consensus client, for instance "GELS".
/// @param status Active, deactivated or halted.
/// @param bondShares Shares it has bonded, locked ones included.
/// @param lockedShares Those that are locked for a cause.
/// @param debtShares Losses that its bond could not cover; it has no bond while it owes them.
/// @param fundedGwei Ether of stakers on its proven validators, in Gwei.
/// @param unprovenCount Validators that hold a predeposit whose credentials are not proven.
/// @param strikeHistory Bit i is set when the period i before `lastPeriod` was breached.
/// @param lastPeriod The last SLA period that was breached.
/// @param deactivatedAt When it was deactivated, in seconds.
/// @param withdrawalShares Excess bond that was asked back.
/// @param withdrawalAt Time from which it can be taken, in seconds.
/// @param withdrawalRefSlot Reference slot that must be settled before it can be taken: the end of an SLA period.
/// @param name Its public name.
struct Operator {
    address owner;
    address paymentAddress;
    bytes4 clientPair;
    OperatorStatus status;
    uint96 bondShares;
    uint96 lockedShares;
    uint96 debtShares;
    uint64 fundedGwei;
    uint32 unprovenCount;
    uint32 strikeHistory;
    uint32 lastPeriod;
    uint40 deactivatedAt;
    uint96 withdrawalShares;
    uint40 withdrawalAt;
    uint64 withdrawalRefSlot;
    string name;
}

/// @notice Bond that is held for a cause until it is burned or released.
/// @param operatorId Whose bond.
/// @param maturesAt When the appeal window ends, in seconds. The first report whose cut-off is later burns it.
/// @param cause Why.
/// @param penaltyShares Shares that are burned at maturity.
/// @param lossShares Shares that secure a loss: a report that names the loss draws on them first.
struct BondLock {
    uint32 operatorId;
    uint40 maturesAt;
    LockCause cause;
    uint88 penaltyShares;
    uint88 lossShares;
}

/// @notice A breach of the uptime agreement, out of a settled report.
/// @param operatorId Who.
/// @param period SLA period, counted from the genesis of the chain.
/// @param uptimePpm Timely-target attestations per duty, weighted by effective balance, in parts per million.
/// @param thresholdPpm What was asked for, in parts per million.
/// @param missedGweiEpochs Duties missed beyond the allowance: effective balance in Gwei, summed over epochs.
struct Breach {
    uint32 operatorId;
    uint32 period;
    uint32 uptimePpm;
    uint32 thresholdPpm;
    uint64 missedGweiEpochs;
}

/// @notice A proposal of the operator that paid another fee recipient than the vault, out of a settled report.
/// @param operatorId Who.
/// @param slot Slot of the proposal.
/// @param amountWei What it should have paid, in wei.
struct Theft {
    uint32 operatorId;
    uint64 slot;
    uint128 amountWei;
}

/// @notice Parameters of the registry. The first five are what funding reads: one slot.
/// @param faultPenaltyWei Penalty for a predeposit with foreign credentials, in wei.
/// @param bondMarginWei What an unproven validator needs on top of its ether and the penalty, in wei.
/// @param bondRateBps Bond for funded ether, in basis points.
/// @param clientCapBps The most of all funded ether on one execution or consensus client, in basis points.
/// @param clientCapFloorGwei Ether on one client up to which the cap sleeps, in Gwei.
/// @param minBatchAgeSeconds Age from which a key batch can be revealed.
/// @param appealWindowSeconds Time between a lock and its burn.
/// @param bondExitDelaySeconds Least time between asking for excess bond and taking it.
/// @param exitDeadlineSeconds Time after deactivation from which anyone may exit the operator's validators.
/// @param downtimePenaltyWeiPerEthEpoch Bond locked per ETH of effective balance and missed epoch, in wei.
/// @param maxDowntimeLockBps The most of an operator's bond that one period's breach locks, in basis points.
/// @param strikesToDeactivate Strikes within 32 periods that deactivate an operator.
/// @param maxPeriodLockWei The most that one report's breaches lock over all operators, in wei; scaled pro rata.
/// @param theftPenaltyWei Penalty for a stolen block reward, on top of the reward, in wei.
struct RegistryParameters {
    uint72 faultPenaltyWei;
    uint72 bondMarginWei;
    uint16 bondRateBps;
    uint16 clientCapBps;
    uint64 clientCapFloorGwei;
    // ---- slot
    uint32 minBatchAgeSeconds;
    uint32 appealWindowSeconds;
    uint32 bondExitDelaySeconds;
    uint32 exitDeadlineSeconds;
    uint64 downtimePenaltyWeiPerEthEpoch;
    uint16 maxDowntimeLockBps;
    uint8 strikesToDeactivate;
    // ---- slot
    uint96 maxPeriodLockWei;
    uint72 theftPenaltyWei;
}

/// @notice Contracts of the protocol that the registry knows.
struct RegistryAddresses {
    address token;
    address pool;
    address manager;
    address distribution;
    address coverFund;
}

/// @notice The calendar by which uptime is judged.
/// @param genesisTime Genesis of the beacon chain, in seconds.
/// @param secondsPerSlot Length of a slot, in seconds.
/// @param slotsPerFrame Length of a frame, in slots; frames are counted from genesis.
/// @param framesPerPeriod Length of an SLA period, in frames; periods are counted from genesis.
struct RegistryChain {
    uint64 genesisTime;
    uint64 secondsPerSlot;
    uint64 slotsPerFrame;
    uint64 framesPerPeriod;
}
