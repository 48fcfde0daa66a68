// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BeaconAnchor, ValidatorProof} from "../types/BeaconTypes.sol";
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

    /// @notice Ether on proven validators, in Gwei.
    function fundedGwei() external view returns (uint64);

    /// @notice Ether asked for by EIP-7002 that no settled report has seen arrive or fail, in Gwei.
    function requestedGwei() external view returns (uint64);

    /// @notice When a slashing was last proven, in seconds; zero when none was.
    function lastSlashingAt() external view returns (uint64);

    /// @notice Ether that anyone may ask back from validators now, in Gwei: demand that nothing covers yet.
    function exitDemandGwei() external view returns (uint64);

    /// @notice The parameters an administrator set.
    function parameters() external view returns (ManagerParameters memory);
}

/// @title ValidatorManager: predeposit, prove, fund, exit
/// @notice `None -> Predeposited -> Active -> Exiting -> Exited`, or `Faulty`. Open to all but where said.
interface IValidatorManager is IValidatorManagerReader {
    /// @notice The caller is not the contract of the protocol that this function is for.
    error NotProtocol(address caller);
    /// @notice Lists that belong together have different lengths, or none.
    error LengthMismatch(uint256 got, uint256 want);
    /// @notice Too many unproven validators, of the operator or in all.
    error StockFull(uint32 operatorId, uint256 count, uint256 max);
    /// @notice The proof speaks of a block that is too old.
    error ProofTooOld(uint64 slotTimestamp, uint64 oldest);
    /// @notice The validator is not in the state that the call needs.
    error WrongStatus(bytes32 pubkeyRoot, uint8 status);
    /// @notice The fresh proof shows a validator that must not get more ether.
    error NotFundable(bytes32 pubkeyRoot);
    /// @notice A top-up would leave its bounds, in Gwei.
    error FundingOutOfBounds(bytes32 pubkeyRoot, uint64 afterGwei, uint64 minGwei, uint64 maxGwei);
    /// @notice One operator would hold too much of the pool, in Gwei.
    error OperatorShareReached(uint32 operatorId, uint256 fundedGwei, uint256 maxGwei);
    /// @notice Nobody but the operator may ask for this much, in Gwei.
    error ExitNotNeeded(uint64 amountGwei, uint64 demandGwei);
    /// @notice The exit was asked for a short time ago.
    error ExitAlreadyRequested(bytes32 pubkeyRoot, uint64 retryAt);
    /// @notice A partial withdrawal is too small, in Gwei, or more than the validator can give.
    error PartialOutOfBounds(bytes32 pubkeyRoot, uint64 amountGwei, uint64 minGwei, uint64 maxGwei);
    /// @notice The fee of the withdrawal request contract is above what the caller would pay, in wei.
    error FeeTooHigh(uint256 feeWei, uint256 maxFeeWei);
    /// @notice The ether sent does not pay for the requests, in wei.
    error FeeNotPaid(uint256 sentWei, uint256 wantWei);
    /// @notice A parameter is outside of its hard bound.
    error ParameterOutOfBounds(uint256 got, uint256 bound);

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
    /// @notice A validator was topped up.
    event Funded(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint64 amountGwei, uint64 depositedGwei);
    /// @notice A full exit was asked for by EIP-7002.
    event ExitRequested(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, address indexed caller);
    /// @notice A partial withdrawal was asked for by EIP-7002.
    event PartialWithdrawalRequested(
        uint32 indexed operatorId,
        bytes32 indexed pubkeyRoot,
        uint64 amountGwei,
        address indexed caller
    );
    /// @notice The final withdrawal of a validator was settled.
    event ValidatorExited(uint32 indexed operatorId, bytes32 indexed pubkeyRoot, uint64 depositedGwei);
    event ParametersChanged(ManagerParameters parameters);

    /// @notice Reveals the next keys of a batch, verifies each deposit signature on chain and deposits 1 ETH for each.
    /// Known keys and keys with a wrong signature are skipped, with an event. Malformed points revert.
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

    /// @notice Proves what credentials predeposited validators carry. Right: `Active`. Foreign: `Faulty`, bond locked.
    function proveCredentials(BeaconAnchor calldata anchor, ValidatorProof[] calldata proofs) external;

    /// @notice Tops validators up. Each proof must show our credentials, unslashed and not leaving; predeposited
    /// validators are proven in the same call.
    /// @param pubkeys 48 bytes each, one after the other.
    /// @param amountsGwei One for each proof.
    function fund(
        BeaconAnchor calldata anchor,
        ValidatorProof[] calldata proofs,
        bytes calldata pubkeys,
        uint64[] calldata amountsGwei
    ) external;

    /// @notice Asks the chain to exit validators (EIP-7002). The operator's owner at any time; anyone when demand needs
    /// it, or when the operator was deactivated and its deadline has passed. The fee is paid by the caller; the rest of
    /// the ether sent is returned.
    /// @param pubkeys 48 bytes each, one after the other.
    /// @param maxFeeWei The most that the caller pays for one request, in wei.
    function requestExit(bytes calldata pubkeys, uint256 maxFeeWei) external payable;

    /// @notice Asks the chain to pay out part of validators' balances (EIP-7002). Who may: as with `requestExit`.
    /// @param amountsGwei One for each key.
    function requestPartialWithdrawal(
        bytes calldata pubkeys,
        uint64[] calldata amountsGwei,
        uint256 maxFeeWei
    ) external payable;

    /// @notice Books what a settled report says of validators. Only RewardDistribution.
    /// @param exits Public key roots of validators whose final withdrawal the report contains.
    function settleExits(bytes32[] calldata exits) external;

    /// @notice Changes the parameters. Administrator.
    function setParameters(ManagerParameters calldata parameters) external;
}
