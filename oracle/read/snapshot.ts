import { headerAtOrBefore } from "../../chain/beacon/ancestry.ts";
import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { neededEpochs } from "../decide/breaches.ts";
import { maybeSlashedInWindow } from "../decide/losses.ts";
import type { FrameGrid, OurValidator, PreviousReport, Snapshot } from "../decide/snapshot.ts";
import type { EpochCollector } from "./epoch-collector.ts";
import { readyBeacons, type Nodes } from "./nodes.ts";
import { readPreviousReport } from "./previous.ts";
import type { ProtocolEvents, SettledReport } from "./protocol-events.ts";
import { readReceiptsWei } from "./receipts.ts";
import { readReferenceBlock } from "./reference.ts";
import { readState } from "./states.ts";
import { findInState, ourValidators, penaltyBasis } from "./validators.ts";

export type SnapshotSources = {
  nodes: Nodes;
  grid: FrameGrid;
  events: (toBlock: number) => Promise<ProtocolEvents>;
  epochs: EpochCollector;
  leavesOf: (settled: SettledReport) => Promise<readonly RewardsLeaf[]>;
};

/** Reads all that the report of a frame is made of. `progress` names the last settled one, which must be final. */
export async function readSnapshot(
  { nodes, grid, events, epochs, leavesOf }: SnapshotSources,
  refSlot: number,
  progress: { settled: SettledReport | undefined; lastRefSlot: number },
): Promise<Snapshot> {
  const { protocol, deployment, spec } = nodes;
  const beacons = await readyBeacons(nodes.beacons);
  const block = await readReferenceBlock(beacons, nodes, refSlot);
  const state = await readState(beacons[0], block, nodes);
  const cutoff = state.latestExecutionPayloadHeader;
  await assertSameChain(nodes, cutoff);
  const blockNumber = BigInt(cutoff.blockNumber);

  const [previous, withdrawalCredentials, cumulativeFeeShares, withdrawalReceiptsWei, executionReceiptsWei] =
    await Promise.all([
      readPreviousReport(nodes, progress, leavesOf),
      protocol.manager.read.withdrawalCredentials(),
      protocol.distribution.read.cumulativeFeeSharesAt([BigInt(cutoff.timestamp)]),
      readReceiptsWei(nodes, deployment.contracts.withdrawalVault, blockNumber),
      readReceiptsWei(nodes, deployment.contracts.executionVault, blockNumber),
    ]);

  // Exits are booked by settlements, which may come after the cut-off; so they are looked up until the last one.
  const { exits } = await events(progress.settled?.blockNumber ?? deployment.deployedAtBlock);
  const exitsSettled = new Set(exits.map(({ pubkeyRoot }) => pubkeyRoot));
  const validators = ourValidators(state, await events(cutoff.blockNumber), exitsSettled);
  const records = validators.flatMap(({ record }) => record ?? []);
  return {
    refSlot,
    grid,
    blockRoot: block.root,
    cutoff,
    withdrawalCredentials,
    genesisForkVersion: spec.genesisForkVersion,
    previous,
    cumulativeFeeShares,
    withdrawalReceiptsWei,
    executionReceiptsWei,
    penalties: penaltyBasis(state, grid.slotsPerEpoch),
    validators: await withPast(beacons[0], nodes, validators, previous, state.slashingsGwei.length),
    epochs: await epochs.collect(neededEpochs(grid, previous.refSlot, refSlot, records, withdrawalCredentials)),
  };
}

// The two nodes must be of one chain, and the execution node must have the block.
async function assertSameChain({ protocol }: Nodes, cutoff: Snapshot["cutoff"]): Promise<void> {
  const block = await protocol.client.getBlock({ blockNumber: BigInt(cutoff.blockNumber) }).catch(() => undefined);
  if (block?.hash === cutoff.blockHash) return;
  throw new EthStakeError(
    "NODES_APART",
    "Wait for the execution node, or point it at the chain of the beacon node: it does not have the cut-off block",
    { details: { blockNumber: cutoff.blockNumber, want: cutoff.blockHash, got: block?.hash }, retryable: true },
  );
}

// Where validators stood before they were slashed. Slashings are rare, so this state is read only when one may be new.
async function withPast(
  beacon: BeaconApi,
  nodes: Nodes,
  validators: OurValidator[],
  previous: PreviousReport,
  slashingsLength: number,
): Promise<OurValidator[]> {
  const previousEpoch = Math.floor(previous.refSlot / nodes.timing.slotsPerEpoch);
  const isSuspect = (validator: OurValidator) => maybeSlashedInWindow(validator, slashingsLength, previousEpoch);
  const suspects = validators.filter(isSuspect).map(({ pubkey }) => pubkey);
  if (suspects.length === 0) return validators;
  const state = await readState(beacon, await headerAtOrBefore(beacon, previous.refSlot), nodes);
  const before = findInState(state, suspects);
  return validators.map((validator) =>
    isSuspect(validator) ? { ...validator, before: before(validator.pubkey) } : validator,
  );
}
