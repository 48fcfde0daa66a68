import type { NetworkName } from "../../chain/networks.ts";
import type { RoleName } from "../roles.ts";

// Fields that end up in a contract's struct are named and typed as its ABI has them, so that a struct can be passed on
// as it is: up to 48 bits a number, above a bigint.

/** PoolLimits of contracts/types/PoolTypes.sol. */
export type PoolLimits = { stakeCapWei: bigint; stakeAllowanceWei: bigint; maxReportAgeSeconds: number };

/** QueueParameters of contracts/types/QueueTypes.sol. */
export type QueueParameters = { minDelaySeconds: number; minRequestWei: bigint; maxRequestWei: bigint };

/** RegistryParameters of contracts/types/OperatorTypes.sol. */
export type RegistryParameters = {
  faultPenaltyWei: bigint;
  bondMarginWei: bigint;
  bondRateBps: number;
  clientCapBps: number;
  clientCapFloorGwei: bigint;
  minBatchAgeSeconds: number;
  appealWindowSeconds: number;
  bondExitDelaySeconds: number;
  exitDeadlineSeconds: number;
  downtimePenaltyWeiPerEthEpoch: bigint;
  maxDowntimeLockBps: number;
  strikesToDeactivate: number;
  maxPeriodLockWei: bigint;
  theftPenaltyWei: bigint;
};

/** ManagerParameters of contracts/types/ValidatorTypes.sol. */
export type ManagerParameters = {
  maxStock: number;
  maxStockPerOperator: number;
  maxOperatorShareBps: number;
  maxProofAgeSeconds: number;
  minPartialGwei: bigint;
  exitRetrySeconds: number;
  slashedLockBps: number;
  turnGwei: bigint;
};

/** DistributionParameters of contracts/types/ReportTypes.sol. */
export type DistributionParameters = {
  operatorFeeBps: number;
  maxYearlyGrowthBps: number;
  maxLossBps: number;
  claimDelaySeconds: number;
  maxCoverBps: number;
  staleFrames: number;
  staleHaircutBps: number;
  staleDailyWei: bigint;
};

/** What the beacon chain is like, as far as no node tells it; immutable in BeaconProofs and ValidatorExits. */
export type BeaconParameters = {
  slotsPerEpoch: bigint;
  /** Epochs that a validator must be active before it may leave. */
  shardCommitteePeriod: bigint;
  /** StateLayouts of contracts/types/BeaconTypes.sol. */
  containerSlot: bigint;
  progressiveSlot: bigint;
  closingSlot: bigint;
};

/** The rhythm of reports; immutable in RewardDistribution. */
export type FrameParameters = { slotsPerFrame: bigint; framesPerPeriod: bigint };

/** How long people's decisions wait. */
export type DelayParameters = {
  /** Least time between scheduling and executing anything in the administrator's timelock. */
  timelockSeconds: number;
  /** Time that the AccessManager adds for each role. */
  roleSeconds: Readonly<Record<RoleName, number>>;
};

/** Every number that the protocol is deployed with. */
export type ProtocolParameters = {
  network: NetworkName;
  /** Staked at deployment and locked for ever. */
  initialLockedWei: bigint;
  beacon: BeaconParameters;
  frame: FrameParameters;
  pool: PoolLimits;
  queue: QueueParameters;
  registry: RegistryParameters;
  manager: ManagerParameters;
  distribution: DistributionParameters;
  delays: DelayParameters;
};

/** Numbers that replace those of a network, part by part. */
export type ParameterOverrides = {
  [Part in keyof ProtocolParameters]?: ProtocolParameters[Part] extends object
    ? Partial<ProtocolParameters[Part]>
    : ProtocolParameters[Part];
};
