// Everything a report is made of, and nothing else: the same snapshot gives the same report.
import type { Hex } from "viem";

import type { PendingDeposit, Validator } from "../../chain/beacon/types.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { EpochResult } from "./epoch-result.ts";
import type { UnpaidProposal } from "./thefts.ts";

/** The grid of frames, from the contracts and the chain. */
export type FrameGrid = { slotsPerEpoch: number; slotsPerFrame: number; framesPerPeriod: number };

/** The record of one of our validators in the reference state, and what belongs to it there. */
export type ValidatorRecord = Omit<Validator, "pubkey"> & {
  balanceGwei: bigint;
  /** Sum of its pending partial withdrawals. */
  pendingPartialsGwei: bigint;
  /** True while its ether waits to be moved to another validator (EIP-7251). */
  consolidating: boolean;
};

/** A public key for which the pool has deposited. */
export type OurValidator = {
  pubkey: Hex;
  pubkeyRoot: Hex;
  operatorId: number;
  /** What the pool deposited for it, up to the cut-off. */
  deposits: readonly { blockNumber: number; amountGwei: bigint }[];
  /** True once its credentials were proven on chain, up to the cut-off: only then has the contract counted it. */
  proven: boolean;
  /** True once a settled report has named its final withdrawal. */
  exitSettled: boolean;
  /** Undefined while the beacon chain has no record of the key. */
  record: ValidatorRecord | undefined;
  /** Its pending deposits, whoever sent them, in the order of the state. */
  pendingDeposits: readonly PendingDeposit[];
  /** Where it stood in the reference state before; given for validators that may have been slashed since. */
  before?: { record: ValidatorRecord | undefined; pendingDeposits: readonly PendingDeposit[] } | undefined;
};

/** What the penalties of slashed validators are projected from. */
export type PenaltyBasis = {
  /** Epoch of the reference state. */
  epoch: number;
  /** Effective balances slashed, by epoch modulo the length. */
  slashingsGwei: readonly bigint[];
  totalActiveBalanceGwei: bigint;
  /** What of it is slashed, by the epoch in which it stops to be active. */
  slashedLeaving: readonly { exitEpoch: number; effectiveBalanceGwei: bigint }[];
};

/** The last settled report, as far as the next one builds on it; before the first, what the contract begins with. */
export type PreviousReport = {
  refSlot: number;
  cutoffTimestamp: number;
  /** The last block that it contained; before the first report, the block before the deployment. */
  cutoffBlockNumber: number;
  withdrawalReceiptsWei: bigint;
  executionReceiptsWei: bigint;
  leaves: readonly RewardsLeaf[];
};

export type Snapshot = {
  refSlot: number;
  grid: FrameGrid;
  blockRoot: Hex;
  /** The execution block that the reference state names. */
  cutoff: { timestamp: number; blockHash: Hex; blockNumber: number };
  /** Credentials that make a validator ours. */
  withdrawalCredentials: Hex;
  /** Deposits are signed over it. */
  genesisForkVersion: Hex;
  previous: PreviousReport;
  /** Fee shares minted in settlements up to the cut-off. */
  cumulativeFeeShares: bigint;
  /** Balance of the vault at the cut-off plus all it ever gave to the pool. */
  withdrawalReceiptsWei: bigint;
  executionReceiptsWei: bigint;
  penalties: PenaltyBasis;
  /** Proposals of the window that did not pay the rewards vault. */
  unpaidProposals: readonly UnpaidProposal[];
  validators: readonly OurValidator[];
  /** What the epochs of the window and of the periods that ended in it gave; see neededEpochs. */
  epochs: readonly EpochResult[];
};
