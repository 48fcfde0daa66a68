import { gweiToWei } from "../../../chain/units.ts";
import type { Stage } from "../stage.ts";
import type { BeaconBook, PayloadBook } from "./beacon-book.ts";
import { sum, type EventBook } from "./events.ts";
import type { Gift } from "./memory.ts";

/** Ether that is ours on the beacon chain or in a vault, and that the last settlement did not book. */
export type Unbooked = {
  /** Balances above what was booked: penalties ahead of slashed validators, and what was deferred. */
  balanceWei: bigint;
  /** In the withdrawal vault by the cut-off, and deferred. */
  inVaultWei: bigint;
  /** Forced into the withdrawal vault by the cut-off: a reward as any other. */
  giftsWei: bigint;
  /** What of all this no rule explains; nothing when it is empty. */
  unexplained: string[];
};

/** PROPORTIONAL_SLASHING_MULTIPLIER of the specification. */
const MULTIPLIER = 3n;
/** Effective balances fall with the penalty, and those of the slashed stand for what they were; attestations cost a little. */
const SLACK = 2n;

type Readings = {
  events: EventBook;
  beacon: BeaconBook;
  payloads: PayloadBook;
  cutoff: bigint;
  gifts: readonly Gift[];
};

/** Compares the last report with what this ledger found itself. */
export function readUnbooked({ deployment }: Stage, readings: Readings): Unbooked {
  const { events, beacon, payloads, cutoff, gifts } = readings;
  const last = events.settlements.at(-1)?.args;
  if (last === undefined) throw new Error("No frame was settled");
  const { report, settlement } = last;
  const heldGwei = beacon.balancesGwei + beacon.pendingGwei;
  const aheadGwei = heldGwei - report.consensusBalanceGwei;
  const slashedGwei = sum(beacon.validators.filter(({ slashed }) => slashed).map(({ balanceGwei }) => balanceGwei));
  const mostAheadGwei = mostPenaltyGwei(slashedGwei, beacon.network);
  const giftsWei = sum(
    gifts
      .filter(({ to, blockNumber }) => to === deployment.contracts.withdrawalVault && blockNumber <= cutoff)
      .map(({ amountWei }) => amountWei),
  );
  const collectedWei = sum(events.settlements.map(({ args }) => args.settlement.withdrawalsWei));
  const receivedWei = gweiToWei(payloads.withdrawnGwei) + giftsWei;
  const unexplained: string[] = [];
  if (aheadGwei < 0n || aheadGwei > mostAheadGwei)
    unexplained.push(
      `the report counts ${aheadGwei} gwei less than is there, of ${slashedGwei} slashed ${mostAheadGwei} can be lost`,
    );
  if (settlement.consensusGwei > report.consensusBalanceGwei) unexplained.push("more was booked than was reported");
  if (report.withdrawalReceiptsWei !== receivedWei)
    unexplained.push(`${report.withdrawalReceiptsWei} wei of withdrawals reported, ${receivedWei} received`);
  return {
    balanceWei: gweiToWei(heldGwei - settlement.consensusGwei),
    inVaultWei: receivedWei - collectedWei,
    giftsWei,
    unexplained,
  };
}

/** What slashed validators can still lose, by how much of the network is slashed; an estimate from above. */
function mostPenaltyGwei(balanceGwei: bigint, network: BeaconBook["network"]): bigint {
  if (network === undefined) return 0n;
  const { slashedGwei, activeGwei } = network;
  const lostGwei = activeGwei === 0n ? balanceGwei : (balanceGwei * slashedGwei * MULTIPLIER * SLACK) / activeGwei;
  return lostGwei < balanceGwei ? lostGwei : balanceGwei;
}
