import type { EffectiveBalanceIncrements, IBeaconStateView } from "@lodestar/state-transition";
import type { Epoch, RootHex, Slot, phase0 } from "@lodestar/types";
import type { AncestorStatus, ExecutionStatus, PayloadStatus } from "./constants.ts";
import type { ForkChoice } from "./fork-choice.ts";

export type CheckpointWithHex = phase0.Checkpoint & { rootHex: RootHex };

/** What the fork choice keeps of a block. */
export interface ProtoBlock {
  slot: Slot;
  blockRoot: RootHex;
  parentRoot: RootHex;
  stateRoot: RootHex;
  targetRoot: RootHex;
  timeliness: boolean;
  justifiedEpoch: Epoch;
  justifiedRoot: RootHex;
  finalizedEpoch: Epoch;
  finalizedRoot: RootHex;
  unrealizedJustifiedEpoch: Epoch;
  unrealizedJustifiedRoot: RootHex;
  unrealizedFinalizedEpoch: Epoch;
  unrealizedFinalizedRoot: RootHex;
  executionPayloadBlockHash: RootHex | null;
  executionPayloadNumber?: number;
  executionPayloadGasLimit?: number;
  executionStatus: ExecutionStatus;
  dataAvailabilityStatus: string;
  payloadStatus: PayloadStatus;
  parentBlockHash: RootHex | null;
}

export type JustifiedBalancesGetter = (
  checkpoint: CheckpointWithHex,
  state: IBeaconStateView,
) => EffectiveBalanceIncrements;

export type ForkChoiceStateGetter = (of: {
  stateRoot?: RootHex;
  checkpoint?: CheckpointWithHex;
}) => IBeaconStateView | null;

export type AncestorResult =
  | { code: typeof AncestorStatus.CommonAncestor; depth: number }
  | { code: Exclude<(typeof AncestorStatus)[keyof typeof AncestorStatus], "common_ancestor"> };

export type IForkChoice = ForkChoice;
export type ForkChoiceMetrics = Record<string, never>;
export type BlockExecutionStatus = ExecutionStatus;
export type PayloadExecutionStatus = ExecutionStatus;
export interface LVHValidResponse {
  executionStatus: typeof ExecutionStatus.Valid;
  latestValidExecHash: RootHex;
}
export interface LVHInvalidResponse {
  executionStatus: typeof ExecutionStatus.Invalid;
  latestValidExecHash: RootHex | null;
  invalidateFromParentBlockRoot: RootHex;
}
