import { SLOTS_PER_DAY } from "./days.ts";

/** How long a fault lasts, in slots, and whether it keeps reports from coming: two such never meet. */
type Shape = { minSlots: number; maxSlots: number; stopsReports: boolean };

const brief = (minSlots: number, maxSlots: number): Shape => ({ minSlots, maxSlots, stopsReports: false });
const grave = (minSlots: number, maxSlots: number): Shape => ({ minSlots, maxSlots, stopsReports: true });

/** Everything that goes wrong, by name. */
export const FAULTS = {
  /** Most stakers ask for 30 % at once. */
  "bank-run": brief(0, 0),
  /** The validators of one operator sign nothing. */
  offline: brief(8, 36),
  /** A validator signs two blocks of one slot, and the proof is included. */
  slashing: brief(0, 0),
  /** Every other slot has no block. */
  "missed-slots": brief(8, 24),
  /** More than a third of the network is off: nothing becomes final. */
  "lost-finality": grave(32, 48),
  /** Programs cannot reach the beacon node. */
  "beacon-restart": brief(4, 16),
  /** Programs cannot reach the execution node. */
  "execution-restart": brief(4, 16),
  /** One oracle member is killed, and started again later. */
  "oracle-crash": brief(6, 60),
  /** The keeper is killed, and started again later. */
  "keeper-crash": brief(4, 40),
  /** The base fee rises far above what the keeper pays. */
  "fee-spike": brief(16, 36),
  /** Ether is forced into a contract. */
  "forced-ether": brief(0, 0),
  /** A stranger deposits for one of our validators. */
  "gift-deposit": brief(0, 0),
  /** Validators of others leave, and stand before ours in the exit queue. */
  "exit-queue": brief(0, 0),
  /** Two of three members are killed: no quorum, a report is late or left out. */
  "missing-report": grave(SLOTS_PER_DAY, SLOTS_PER_DAY + SLOTS_PER_DAY / 2),
} as const satisfies Record<string, Shape>;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];
