// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconAnchor, ValidatorMultiproof} from "../types/BeaconTypes.sol";
import {SignatureHint} from "../types/DepositTypes.sol";
import {ManagerParameters, Validator} from "../types/ValidatorTypes.sol";

/// @title What anyone may read of the validators
interface IValidatorManagerReader {
    /// @notice A validator.
    /// @param pubkeyRoot SSZ root of its public key.
    function getValidator(bytes32 pubkeyRoot) external view returns (Validator memory);

    /// @notice Withdrawal credentials of every validator: 0x02, eleven zero bytes, the WithdrawalVault.
    function withdrawalCredentials() external view returns (bytes32);

    /// @notice Signing domain of deposits on this chain.
    function depositDomain() external view returns (bytes32);

    /// @notice Validators whose predeposit is not proven, in all.
    function unprovenCount() external view returns (uint32);

    /// @notice Ether asked for by EIP-7002 that no settled report has seen arrive or fail, in Gwei.
    function requestedGwei() external view returns (uint64);

    /// @notice Whose turn it is to be funded, and what is left of the turn, in Gwei. An operator without capacity is passed
    /// over.
    function turn() external view returns (uint32 operatorId, uint64 leftGwei);

    /// @notice What an operator can be funded with now, in Gwei: the least of what its bond, its clients and its status
    /// allow, what `maxOperatorShareBps` allows, and what its Active validators can still take. Below 31 ETH an operator
    /// is passed over.
    function capacityGwei(uint32 operatorId) external view returns (uint64);

    /// @notice Consolidations of a validator that are not settled.
    /// @return targetRoot Where its ether moves to; zero when it does not.
    /// @return incomingGwei Ether that moves to it, in Gwei; part of its `depositedGwei`.
    function consolidation(bytes32 pubkeyRoot) external view returns (bytes32 targetRoot, uint64 incomingGwei);

    /// @notice When a slashing was last proven, in seconds; zero when none was.
    function lastSlashingAt() external view returns (uint64);

    /// @notice The parameters an administrator set.
    function parameters() external view returns (ManagerParameters memory);
}

/// @title ValidatorManager: predeposit, prove, fund, settle
/// @notice The life of each validator. Open to all but where said.
///
///     None ── predeposit ── Predeposited ── prove ── Active ── request or leave ── Exiting ── settle ── Exited
///                                 │                      └── slashed ── Slashed ──────────── settle ──────┘
///                                 └─ foreign credentials ── Faulty
///
/// A proof speaks of a block no older than `maxProofAgeSeconds`, and of one or more validators, in ascending order of
/// their indices.
interface IValidatorManager is IValidatorManagerReader {
    /// @notice The caller is not the contract of the protocol that this function is for.
    error NotProtocol(address caller);
    /// @notice The validator is another operator's.
    error WrongOperator(bytes32 pubkeyRoot, uint32 got, uint32 want);
    /// @notice Lists that belong together have different lengths.
    error LengthMismatch(uint256 got, uint256 want);
    /// @notice Too many unproven validators, of the operator or in all.
    error StockFull(uint32 operatorId, uint256 count, uint256 max);
    /// @notice The validator is not in the state that the call needs.
    error WrongStatus(bytes32 pubkeyRoot, uint8 status);
    /// @notice The proof shows a validator that is slashed or leaving: it gets no ether.
    error Leaving(bytes32 pubkeyRoot);
    /// @notice The proof shows a validator that is not leaving.
    error NotLeaving(bytes32 pubkeyRoot);
    /// @notice The proof shows a validator that is not slashed.
    error NotSlashed(bytes32 pubkeyRoot);
    /// @notice A top-up, or a consolidation, would leave its bounds, in Gwei.
    error FundingOutOfBounds(bytes32 pubkeyRoot, uint64 afterGwei, uint64 minGwei, uint64 maxGwei);
    /// @notice One operator would hold too much of the pool, in Gwei.
    error OperatorShareReached(uint32 operatorId, uint256 fundedGwei, uint256 maxGwei);
    /// @notice Another operator, with capacity, comes first.
    error NotItsTurn(uint32 operatorId, uint32 nextOperatorId);
    /// @notice More is asked for than is left of the turn, in Gwei.
    error TurnExceeded(uint32 operatorId, uint64 amountGwei, uint64 leftGwei);
    /// @notice Ether still moves to the validator, so its own must not move on.
    error ConsolidationIncoming(bytes32 pubkeyRoot, uint64 incomingGwei);
    /// @notice A parameter is outside of its hard bounds.
    error ParameterOutOfBounds(uint256 got, uint256 min, uint256 max);

    /// @notice The first ether of a validator was deposited.
    event Predeposited(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint32 batchId, bytes pubkey);
    /// @notice A revealed key got no deposit. `reason`: 1 the key is known, 2 its signature is wrong.
    event KeySkipped(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint32 batchId, uint8 reason);
    /// @notice The validator's credentials were proven to be ours.
    event CredentialsProven(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint40 index);
    /// @notice The validator carries foreign credentials: its key was used by somebody else first.
    event CredentialsForeign(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, bytes32 credentials);
    /// @notice A proof showed a validator that is slashed or leaving.
    event LeavingProven(uint32 indexed operatorId, bytes32 indexed pubkeyRoot);
    /// @notice A proof showed a slashed validator. How much bond was locked for it, the registry says.
    event SlashingProven(uint32 indexed operatorId, bytes32 indexed pubkeyRoot);
    /// @notice A validator was topped up.
    event Funded(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint64 amountGwei, uint64 depositedGwei);
    /// @notice The turn went to another operator, or begins anew; `leftGwei` can be funded in it.
    event TurnMoved(uint32 indexed operatorId, uint64 leftGwei);
    /// @notice A full exit was asked for by EIP-7002; the validator had `balanceGwei`.
    event ExitRequested(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint64 balanceGwei);
    /// @notice A partial withdrawal was asked for by EIP-7002.
    event PartialWithdrawalRequested(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint64 amountGwei);
    /// @notice A consolidation was asked for by EIP-7251: `amountGwei` is now booked at the target.
    event ConsolidationRequested(
        uint32 indexed operatorId,
        bytes32 indexed sourceRoot,
        bytes32 indexed targetRoot,
        uint64 amountGwei
    );
    /// @notice A consolidation will not come: its ether is booked at the source again.
    event ConsolidationCancelled(
        uint32 indexed operatorId,
        bytes32 indexed sourceRoot,
        bytes32 indexed targetRoot,
        uint64 amountGwei
    );
    /// @notice The final withdrawal of a validator was settled. `freedGwei` of its principal needs no bond any more: not what
    /// has moved to another validator, or still moves here.
    event ValidatorExited(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint64 freedGwei);
    event ParametersChanged(ManagerParameters parameters);

    /// @notice Reveals the next keys of a batch, verifies each deposit signature on chain and deposits 1 ETH for each.
    /// Keys that are known, and those whose signature or bytes the beacon chain would refuse, are skipped, with an event:
    /// they are used up. Reverts on a hint that is wrong, and on a point off its curve or out of its group, which prove
    /// nothing; when the batch, the stock, the bond, the buffer or a pause do not allow it.
    /// @param operatorId Whose batch.
    /// @param batchId Which of its batches.
    /// @param pubkeys 48 bytes each, one after the other, in the order of the batch.
    /// @param signatures 96 bytes each.
    /// @param tail What the batch commits to after these keys.
    /// @param hints Y coordinates for each key and signature.
    function predeposit(
        uint32 operatorId,
        uint32 batchId,
        bytes calldata pubkeys,
        bytes calldata signatures,
        bytes26 tail,
        SignatureHint[] calldata hints
    ) external;

    /// @notice Proves what credentials predeposited validators carry. Right: `Active`. Foreign: `Faulty`, bond locked. Others
    /// in the proof are passed over, so that nobody can spoil it by proving one of them first.
    function proveCredentials(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external;

    /// @notice Proves that Active validators are leaving. They get no ether, and their operator is not waited for.
    function proveLeaving(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external;

    /// @notice Proves that validators were slashed: locks bond for `slashedLockBps` of the effective balance and stops the
    /// operator's stake. Each validator once; those that were proven, or are gone, are passed over.
    function proveSlashed(BeaconAnchor calldata anchor, ValidatorMultiproof calldata proof) external;

    /// @notice Tops up validators of one operator, when it is its turn. The proof must show each with our credentials,
    /// unslashed and not leaving; predeposited validators are proven in the same call. Reverts when another operator with
    /// capacity comes first, or when bond, client cap, share, turn or buffer do not allow the sum.
    /// @param amountsGwei One for each validator of the proof.
    function fund(
        uint32 operatorId,
        BeaconAnchor calldata anchor,
        ValidatorMultiproof calldata proof,
        uint64[] calldata amountsGwei
    ) external;

    /// @notice Passes the turn over operators without capacity, so that the next one can be found with less gas.
    /// @param limit How many are looked at, at the most.
    function advanceTurn(uint256 limit) external;

    /// @notice Books a full exit and asks the chain for it (EIP-7002). Only ValidatorExits; the value is the fee.
    /// @param balanceGwei What it gives back, in Gwei.
    function sendExit(bytes32 pubkeyRoot, bytes calldata pubkey, uint64 balanceGwei) external payable;

    /// @notice Books a partial withdrawal and asks the chain for it (EIP-7002). Only ValidatorExits; the value is the fee.
    /// @param amountGwei What is asked for, in Gwei.
    /// @param waitingGwei The same with all that was asked for before and may still be paid, in Gwei.
    function sendPartialWithdrawal(
        bytes32 pubkeyRoot,
        bytes calldata pubkey,
        uint64 amountGwei,
        uint64 waitingGwei
    ) external payable;

    /// @notice Books a consolidation and asks the chain for it (EIP-7251). Reverts when both do not fit into one validator,
    /// and while ether moves to the source. Only ValidatorExits; the value is the fee.
    function sendConsolidation(
        bytes32 sourceRoot,
        bytes calldata sourcePubkey,
        bytes32 targetRoot,
        bytes calldata targetPubkey
    ) external payable;

    /// @notice Books that the chain has ignored a consolidation. Only ValidatorExits.
    function takeConsolidationBack(bytes32 sourceRoot) external;

    /// @notice Books the final withdrawals of a settled report. Only RewardDistribution.
    /// @param exits Public key roots of the validators.
    function settleExits(bytes32[] calldata exits) external;

    /// @notice Changes the parameters. Administrator.
    function setParameters(ManagerParameters calldata parameters) external;
}
