import { etherToGwei } from "../chain/units.ts";

/** What a keeper may choose; the contracts bound all of it. */
export type KeeperPolicy = {
  /** A validator is filled up to this: 2016 ETH leave room for rewards below the 2048 that still earn. */
  targetGwei: bigint;
  /** Least top-up of a validator that already has its first 32 ETH. */
  minTopUpGwei: bigint;
  /** Validators without their top-up that are kept ahead of demand: the entry queue takes days. */
  stock: number;
  /** Proofs in one transaction. */
  maxProofs: number;
  /** How long after its end a frame is left to the oracle members before a keeper settles it. */
  settleGraceSeconds: number;
  /** Time kept in hand when exits are ordered: the chain's queue may grow, and slots may be missed. */
  exitMarginSeconds: number;
  /** How long claimable ether is left to its owner after the ticket became eligible. */
  claimAfterSeconds: number;
  /** Claims for others in one run. */
  maxClaims: number;
  /** How long the chain has to take an exit that was published; then it is asked for by EIP-7002. */
  exitWaitSeconds: number;
  /** The most that is paid for one EIP-7002 request, besides gas. */
  maxRequestFeeWei: bigint;
};

/** The most that the contracts let a validator be filled to (2048 less room for rewards). */
export const MAX_TARGET_GWEI = etherToGwei(2016);
/** Balance above this is effective nowhere, and swept to the vault (MAX_EFFECTIVE_BALANCE_ELECTRA). */
export const MAX_EFFECTIVE_GWEI = etherToGwei(2048);
/** What a validator needs to become active. */
export const ACTIVATION_GWEI = etherToGwei(32);
/** What a predeposit puts on a validator before its credentials are proven. */
export const PREDEPOSIT_GWEI = etherToGwei(1);

export const DEFAULT_POLICY: KeeperPolicy = {
  targetGwei: MAX_TARGET_GWEI,
  minTopUpGwei: etherToGwei(1),
  stock: 1,
  maxProofs: 16,
  settleGraceSeconds: 1_800,
  exitMarginSeconds: 86_400,
  exitWaitSeconds: 3_600,
  claimAfterSeconds: 14 * 86_400,
  maxClaims: 10,
  maxRequestFeeWei: 10n ** 15n,
};
