// What the exit job reads, as tests of its decision need it.
import type { ExitCandidate, ExitSnapshot } from "../../../keeper/exit/read.ts";
import { eth, keyOf, operator, point } from "../samples.ts";

/** An active validator of operator 1 with so much ether, of whom nothing was asked. */
export const candidate = (n: number, ether: number, changes: Partial<ExitCandidate> = {}): ExitCandidate => ({
  pubkey: keyOf(n),
  operatorId: 1,
  index: n,
  status: "active",
  depositedGwei: eth(ether),
  requestedAt: 0,
  partialGwei: 0n,
  balanceGwei: eth(ether),
  effectiveBalanceGwei: eth(ether),
  requestsFromEpoch: 10,
  leaving: false,
  consolidating: false,
  pendingPartialGwei: 0n,
  unbooked: false,
  heldExit: undefined,
  publishedAt: undefined,
  waitsAtNode: false,
  ...changes,
});
/** Operators 1 and 2, no validators, no demand. */
export const snapshot = (changes: Partial<ExitSnapshot>): ExitSnapshot => ({
  point,
  slotTime: 100_000,
  now: 100_012,
  epoch: 100,
  demandGwei: 0n,
  minPartialGwei: eth(1),
  exitRetrySeconds: 1_000,
  requestFeeWei: 1n,
  operators: [operator(1), operator(2)],
  candidates: [],
  fileReasons: [],
  timing: undefined,
  ...changes,
});
