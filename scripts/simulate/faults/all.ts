import type { FaultKind } from "../plan/fault-kinds.ts";
import type { Fault } from "./fault.ts";
import { bankRun, forcedEther, giftDeposit } from "./money.ts";
import { beaconRestart, executionRestart, feeSpike, keeperCrash, missingReport, oracleCrash } from "./programs.ts";
import { exitQueue, lostFinality, missedSlots, offline, slashing } from "./validators.ts";

/** How each kind of the plan is made. */
export const FAULT_ACTS: Record<FaultKind, Fault> = {
  "bank-run": bankRun,
  offline,
  slashing,
  "missed-slots": missedSlots,
  "lost-finality": lostFinality,
  "beacon-restart": beaconRestart,
  "execution-restart": executionRestart,
  "oracle-crash": oracleCrash,
  "keeper-crash": keeperCrash,
  "fee-spike": feeSpike,
  "forced-ether": forcedEther,
  "gift-deposit": giftDeposit,
  "exit-queue": exitQueue,
  "missing-report": missingReport,
};
