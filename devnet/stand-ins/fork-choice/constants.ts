// Values that the beacon node compares with; names and spelling (also "CommonAncenstor") are those of the original.

export const ExecutionStatus = {
  Valid: "Valid",
  Syncing: "Syncing",
  PreMerge: "PreMerge",
  PayloadSeparated: "PayloadSeparated",
  Invalid: "Invalid",
} as const;
export type ExecutionStatus = (typeof ExecutionStatus)[keyof typeof ExecutionStatus];

/** Before Gloas every block carries its payload: always FULL. */
export const PayloadStatus = { PENDING: 0, EMPTY: 1, FULL: 2 } as const;
export type PayloadStatus = (typeof PayloadStatus)[keyof typeof PayloadStatus];

export const EpochDifference = { current: 0, previous: 1 } as const;
export type EpochDifference = (typeof EpochDifference)[keyof typeof EpochDifference];

export const AncestorStatus = {
  Descendant: "descendant",
  CommonAncestor: "common_ancestor",
  NoCommonAncenstor: "no_common_ancestor",
  BlockUnknown: "block_unknown",
} as const;

export const UpdateHeadOpt = {
  GetCanonicalHead: "getCanonicalHead",
  GetProposerHead: "getProposerHead",
  GetPredictedProposerHead: "getPredictedProposerHead",
} as const;

export const NotReorgedReason = {
  Unknown: "unknown",
  NotProposerOfNextSlot: "notProposerOfNextSlot",
  NotShufflingStable: "notShufflingStable",
  ProposerBoostReorgDisabled: "proposerBoostReorgDisabled",
} as const;
export type NotReorgedReason = (typeof NotReorgedReason)[keyof typeof NotReorgedReason];
