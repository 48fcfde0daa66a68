// What the beacon chain tells us, in our types. Slots, epochs and indices are numbers, amounts are bigint Gwei.
import type { Address, Hex } from "viem";

import type { Preset } from "../networks.ts";

/** "head", "finalized", "justified", "genesis", a slot, or a root (of a state or of a block, as the endpoint says). */
export type BeaconId = "head" | "finalized" | "justified" | "genesis" | number | Hex;

export type BeaconGenesis = { genesisTime: number; genesisValidatorsRoot: Hex; genesisForkVersion: Hex };

export type BeaconSpec = {
  preset: Preset;
  secondsPerSlot: number;
  slotsPerEpoch: number;
  depositContract: Address;
  depositChainId: number;
  genesisForkVersion: Hex;
  capellaForkVersion: Hex;
  /** Everything that the node said, for values that only one reader needs. */
  raw: Readonly<Record<string, unknown>>;
};

/** The five fields whose root is the block root. */
export type BeaconBlockHeader = {
  slot: number;
  proposerIndex: number;
  parentRoot: Hex;
  stateRoot: Hex;
  bodyRoot: Hex;
};
export type HeaderAnswer = {
  root: Hex;
  canonical: boolean;
  /** False unless the node says that it is. */
  finalized: boolean;
  /** True when the execution client has not verified the block yet: not to be reported. */
  executionOptimistic: boolean;
  header: BeaconBlockHeader;
};

export type Withdrawal = { index: number; validatorIndex: number; address: Address; amountGwei: bigint };
export type DepositRequest = {
  pubkey: Hex;
  withdrawalCredentials: Hex;
  amountGwei: bigint;
  signature: Hex;
  index: number;
};
export type WithdrawalRequest = { sourceAddress: Address; pubkey: Hex; amountGwei: bigint };
export type ConsolidationRequest = { sourceAddress: Address; sourcePubkey: Hex; targetPubkey: Hex };

export type BeaconBlock = {
  fork: string;
  slot: number;
  proposerIndex: number;
  parentRoot: Hex;
  stateRoot: Hex;
  graffiti: Hex;
  executionPayload: {
    blockHash: Hex;
    blockNumber: number;
    timestamp: number;
    feeRecipient: Address;
    gasUsed: bigint;
    baseFeePerGasWei: bigint;
    withdrawals: Withdrawal[];
  };
  executionRequests: {
    deposits: DepositRequest[];
    withdrawals: WithdrawalRequest[];
    consolidations: ConsolidationRequest[];
  };
};

/** Which execution blocks a beacon block names. */
export type BlockExecution = {
  /** The last one whose effects are in the state after this block: the cut-off of a report on that state. */
  cutoffBlockHash: Hex;
  /** The one that this block carries or, since Gloas (EIP-7732), orders: whether it comes, the next block says. */
  payloadBlockHash: Hex;
  isOrdered: boolean;
};

export type Checkpoint = { epoch: number; root: Hex };
export type FinalityCheckpoints = {
  previousJustified: Checkpoint;
  currentJustified: Checkpoint;
  finalized: Checkpoint;
};

/** The record of a validator; epochs not yet known are FAR_FUTURE_EPOCH. */
export type Validator = {
  pubkey: Hex;
  withdrawalCredentials: Hex;
  effectiveBalanceGwei: bigint;
  slashed: boolean;
  activationEligibilityEpoch: number;
  activationEpoch: number;
  exitEpoch: number;
  withdrawableEpoch: number;
};
export const VALIDATOR_STATUSES = [
  "pending_initialized",
  "pending_queued",
  "active_ongoing",
  "active_exiting",
  "active_slashed",
  "exited_unslashed",
  "exited_slashed",
  "withdrawal_possible",
  "withdrawal_done",
] as const;
export type ValidatorStatus = (typeof VALIDATOR_STATUSES)[number];
export type ValidatorAnswer = { index: number; status: ValidatorStatus; balanceGwei: bigint; validator: Validator };

export type PendingDeposit = {
  pubkey: Hex;
  withdrawalCredentials: Hex;
  amountGwei: bigint;
  signature: Hex;
  /** Slot of the block that carried it. */
  slot: number;
};
export type PendingPartialWithdrawal = { validatorIndex: number; amountGwei: bigint; withdrawableEpoch: number };

export type SyncStatus = {
  headSlot: number;
  syncDistanceSlots: number;
  isSyncing: boolean;
  isOptimistic: boolean;
  elOffline: boolean;
};
/** What a validator earned (or lost, below zero) by attesting in one epoch. */
export type AttestationReward = {
  validatorIndex: number;
  headGwei: bigint;
  targetGwei: bigint;
  sourceGwei: bigint;
  inactivityGwei: bigint;
};
/** Who attests together in a slot, in the order of the bits. */
export type Committee = { slot: number; index: number; validators: number[] };
/** An attestation in a block (EIP-7549): bits of the committees, then those of their members one after the other. */
export type BlockAttestation = {
  slot: number;
  targetEpoch: number;
  targetRoot: Hex;
  committeeBits: Uint8Array;
  aggregationBits: Uint8Array;
};
export type NodeVersion = {
  /** For instance "Lodestar/v1.44.0". */
  consensus: string;
  /** Undefined when the node does not tell (no /eth/v2/node/version). */
  execution: string | undefined;
};
