import type { Hex } from "viem";

import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { neededEpochs } from "../decide/breaches.ts";
import { maybeSlashedInWindow } from "../decide/losses.ts";
import type { FrameGrid, OurValidator, PreviousReport, Snapshot, ValidatorRecord } from "../decide/snapshot.ts";
import type { EpochCollector } from "./epoch-collector.ts";
import { readCutoff, type Cutoff } from "./cutoff.ts";
import { readPreviousReport } from "./previous.ts";
import type { ProtocolEvents, SettledReport } from "./protocol-events.ts";
import { readUnpaidProposals } from "./proposals.ts";
import { readReceipts } from "./receipts.ts";
import { readReferenceBlock } from "./reference.ts";
import { readState } from "./states.ts";
import { findInState, operatorsByIndex, ourValidators, penaltyBasis } from "./validators.ts";
import type { View } from "./view.ts";

export type SnapshotSources = {
  view: View;
  grid: FrameGrid;
  events: (toBlock: number) => Promise<ProtocolEvents>;
  epochs: EpochCollector;
  leavesOf: (settled: SettledReport) => Promise<readonly RewardsLeaf[]>;
};

/** What one view says of a frame. */
export type Reading = {
  /** The nodes that say so. */
  source: string;
  stateRoot: Hex;
  snapshot: Snapshot;
};

/** Reads all that the report of a frame is made of. `progress` names the last settled one, which must be final. */
export async function readSnapshot(
  { view, grid, events, epochs, leavesOf }: SnapshotSources,
  refSlot: number,
  progress: { settled: SettledReport | undefined; lastRefSlot: number },
): Promise<Reading> {
  const { protocol, deployment, spec } = view;
  const block = await readReferenceBlock(view, refSlot);
  const cutoff = await readCutoff(view, block);
  const blockNumber = BigInt(cutoff.blockNumber);
  const known = await events(cutoff.blockNumber);
  const pubkeys = known.keys.map(({ pubkey }) => pubkey);
  const state = await readState(view, block, pubkeys);
  assertCutoff(view, cutoff, state.latestBlockHash);

  const [previous, withdrawalCredentials, cumulativeFeeShares, receipts] = await Promise.all([
    readPreviousReport(view, progress, leavesOf),
    protocol.manager.read.withdrawalCredentials(),
    protocol.distribution.read.cumulativeFeeShares({ blockNumber }),
    readReceipts(view, blockNumber),
  ]);

  // Exits are booked by settlements, which may come after the cut-off; so they are looked up until the last one.
  const { exits } = await events(progress.settled?.blockNumber ?? deployment.deployedAtBlock);
  const exitsSettled = new Set(exits.map(({ pubkeyRoot }) => pubkeyRoot));
  const validators = ourValidators(state, known, exitsSettled);
  const records = validators.flatMap(({ record }) => record ?? []);
  const snapshot: Snapshot = {
    refSlot,
    grid,
    blockRoot: block.root,
    cutoff,
    withdrawalCredentials,
    genesisForkVersion: spec.genesisForkVersion,
    previous,
    cumulativeFeeShares,
    ...receipts,
    penalties: penaltyBasis(state, grid.slotsPerEpoch),
    unpaidProposals: await readUnpaidProposals(view, {
      firstSlot: Math.max(previous.refSlot + 1, firstDutySlot(records, withdrawalCredentials, grid.slotsPerEpoch)),
      last: block,
      operatorOf: operatorsByIndex(state, known.keys, withdrawalCredentials),
    }),
    validators: await withPast(view, validators, previous, state.slashingsGwei.length),
    epochs: await epochs.collect(neededEpochs(grid, previous.refSlot, refSlot, records, withdrawalCredentials)),
  };
  return { source: view.name, stateRoot: block.header.stateRoot, snapshot };
}

// The block said which execution block is the cut-off; the state, which may be verified, must say the same.
function assertCutoff({ beacon }: View, cutoff: Cutoff, latestBlockHash: Hex): void {
  if (cutoff.blockHash === latestBlockHash) return;
  throw new EthStakeError("STATE_WRONG", `Use another beacon node than ${beacon.node}: block and state do not agree`, {
    details: { node: beacon.node, want: cutoff.blockHash, got: latestBlockHash },
    retryable: true,
  });
}

// None of ours has proposed a block before it was active.
function firstDutySlot(records: readonly ValidatorRecord[], credentials: string, slotsPerEpoch: number): number {
  const epochs = records.filter((record) => record.withdrawalCredentials === credentials);
  return epochs.reduce((first, { activationEpoch }) => Math.min(first, activationEpoch * slotsPerEpoch), Infinity);
}

// Where validators stood before they were slashed. Slashings are rare, so this state is read only when one may be new.
async function withPast(
  view: View,
  validators: OurValidator[],
  previous: PreviousReport,
  slashingsLength: number,
): Promise<OurValidator[]> {
  const previousEpoch = Math.floor(previous.refSlot / view.timing.slotsPerEpoch);
  const isSuspect = (validator: OurValidator) => maybeSlashedInWindow(validator, slashingsLength, previousEpoch);
  const suspects = validators.filter(isSuspect).map(({ pubkey }) => pubkey);
  if (suspects.length === 0) return validators;
  const state = await readState(view, await readReferenceBlock(view, previous.refSlot), suspects);
  const before = findInState(state, suspects);
  return validators.map((validator) =>
    isSuspect(validator) ? { ...validator, before: before(validator.pubkey) } : validator,
  );
}
