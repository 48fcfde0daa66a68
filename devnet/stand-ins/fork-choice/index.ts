// Stand-in for @lodestar/fork-choice, for forks up to Fulu: LMD-GHOST with FFG checkpoints as in the
// consensus specification, on a plain tree instead of a proto-array. It leaves out what only a network with
// late or lying peers needs: proposer re-orgs, optimistic sync, fast confirmation, and the Gloas payload votes.

export { BlockTree as ProtoArray } from "./block-tree.ts";
export {
  AncestorStatus,
  EpochDifference,
  ExecutionStatus,
  NotReorgedReason,
  PayloadStatus,
  UpdateHeadOpt,
} from "./constants.ts";
export { ForkChoiceError, ForkChoiceErrorCode } from "./errors.ts";
export { ForkChoice, type ForkChoiceOpts } from "./fork-choice.ts";
export { getForkChoiceMetrics, getSafeExecutionBlockHash } from "./for-the-node.ts";
export { ForkChoiceStore } from "./store.ts";
export type {
  AncestorResult,
  BlockExecutionStatus,
  CheckpointWithHex,
  ForkChoiceMetrics,
  ForkChoiceStateGetter,
  IForkChoice,
  JustifiedBalancesGetter,
  LVHInvalidResponse,
  LVHValidResponse,
  PayloadExecutionStatus,
  ProtoBlock,
} from "./types.ts";
