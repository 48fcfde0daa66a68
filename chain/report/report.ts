// The report as the contracts know it: contracts/types/ReportTypes.sol and OperatorTypes.sol.
import type { Hex } from "viem";

/** The rules and the encoding that this code follows. A member of another version signs another digest. */
export const REPORT_VERSION = 3;

/** A loss that has a name. */
export type Loss = { operatorId: number; amountWei: bigint };

/** An operator's validators did less than was asked for in an SLA period. */
export type Breach = {
  operatorId: number;
  /** Counted from genesis. */
  period: number;
  uptimePpm: number;
  thresholdPpm: number;
  /** Duties missed beyond the allowance: effective balance, summed over epochs. */
  missedGweiEpochs: bigint;
};

/** A block of an operator that paid somebody else than the rewards vault. */
export type Theft = { operatorId: number; slot: bigint; amountWei: bigint };

/** What the oracle says of a frame. Members agree on its hash; see docs/oracle-report.md for every field. */
export type Report = {
  refSlot: bigint;
  /** Of the settled report that this one builds on. */
  previousRefSlot: bigint;
  cutoffTimestamp: bigint;
  cutoffBlockHash: Hex;
  blockRoot: Hex;
  consensusBalanceGwei: bigint;
  exitingGwei: bigint;
  withdrawalReceiptsWei: bigint;
  executionReceiptsWei: bigint;
  rewardsRoot: Hex;
  rewardsTotalShares: bigint;
  losses: readonly Loss[];
  breaches: readonly Breach[];
  thefts: readonly Theft[];
  exits: readonly Hex[];
};

/** What members sign: the report's place in time, and its hash. */
export type ReportId = {
  refSlot: bigint;
  blockRoot: Hex;
  cutoffTimestamp: bigint;
  version: number;
  reportHash: Hex;
};
