import type { Address, Hex } from "viem";

/** What a member may be doing. */
export const ORACLE_PHASES = [
  /** Nothing was read yet. */
  "starting",
  /** The next frame is not final. */
  "waiting",
  /** A settlement is in a block that is not final: the next report builds on it. */
  "confirming",
  /** Reads the chain and builds the report. */
  "building",
  /** Collects signatures. */
  "collecting",
  /** Enough agree: somebody's turn to submit. */
  "agreed",
  /** A report waits for review: nothing can be settled until it is confirmed, dropped, or the time for it is over. */
  "reviewing",
  /** Built only; nothing is signed. */
  "dry-run",
  "stopped",
] as const;
export type OraclePhase = (typeof ORACLE_PHASES)[number];

export type PeerStatus = { peer: string; ok: boolean; error?: string };

/** Answer to `GET /v1/status`. */
export type OracleStatus = {
  phase: OraclePhase;
  /** Undefined without a key. */
  member: Address | undefined;
  dryRun: boolean;
  /** What its account has to pay for transactions; undefined without a key. */
  balanceWei: bigint | undefined;
  finalizedSlot: number | undefined;
  lastSettledRefSlot: number | undefined;
  frame: { refSlot: number; reportHash: Hex; signatures: number; quorum: number; disagreements: number } | undefined;
  peers: PeerStatus[];
  /** Unix seconds. */
  startedAt: number;
  /** When a step succeeded last, in unix seconds. */
  lastStepAt: number | undefined;
  lastError: { code: string; message: string; at: number } | undefined;
};
