import { rewardsRoot, type RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import { slotAtTime } from "../../chain/slots.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import { epochsOf, windowEpochs } from "../decide/frames.ts";
import { divideRewards } from "../decide/rewards.ts";
import type { FrameGrid } from "../decide/snapshot.ts";
import type { FrameStore } from "../store/frame-store.ts";
import type { EpochCollector } from "./epoch-collector.ts";
import type { View } from "./view.ts";
import type { ProtocolEvents, SettledReport } from "./protocol-events.ts";

export type LeavesSources = {
  frames: Pick<FrameStore, "load">;
  /** What peers say that the leaves of a frame are. */
  askPeers: (refSlot: number) => Promise<readonly (readonly RewardsLeaf[])[]>;
  grid: FrameGrid;
  epochs: EpochCollector;
  logger: Logger;
};

type LeavesView = Pick<View, "protocol" | "deployment" | "timing"> & {
  events(toBlock: number): Promise<ProtocolEvents>;
};

/**
 * Finds the leaves of a settled rewards tree. The chain has only their root, so whatever the source (own store, peers,
 * or all reports worked out again from the chain) the root must be the settled one.
 */
export function createLeavesReader(
  sources: LeavesSources,
): (view: LeavesView, settled: SettledReport) => Promise<readonly RewardsLeaf[]> {
  const { frames, askPeers, logger } = sources;
  return async (view, settled) => {
    const { rewardsRoot: want, refSlot } = settled.report;
    const fits = (leaves: readonly RewardsLeaf[]) => rewardsRoot(leaves) === want;
    if (fits([])) return [];

    const own = (await frames.load(Number(refSlot)))?.leaves;
    if (own !== undefined && fits(own)) return own;
    const theirs = (await askPeers(Number(refSlot))).find(fits);
    if (theirs !== undefined) return theirs;

    logger.warn("Nobody has the last rewards tree: working it out from the beginning", { refSlot });
    const again = await deriveLeaves(sources, view, settled);
    if (fits(again)) return again;
    throw new EthStakeError("LEAVES_MISSING", "Name a peer that has the last rewards tree: it cannot be worked out", {
      details: { refSlot, want, got: rewardsRoot(again) },
    });
  };
}

async function deriveLeaves(
  { grid, epochs }: LeavesSources,
  view: LeavesView,
  settled: SettledReport,
): Promise<readonly RewardsLeaf[]> {
  const { reports, keys } = await view.events(settled.blockNumber);
  const firstKeyBlock = keys[0]?.blockNumber ?? Infinity;
  let leaves: readonly RewardsLeaf[] = [];
  let previousRefSlot = await deploymentSlot(view);
  for (const { report, blockNumber } of reports) {
    const refSlot = Number(report.refSlot);
    // A report whose tree did not change, or that was before our first key, divided nothing.
    if (rewardsRoot(leaves) !== report.rewardsRoot && firstKeyBlock < blockNumber) {
      const cutoff = await view.protocol.client.getBlock({ blockHash: report.cutoffBlockHash });
      const minted = await view.protocol.distribution.read.cumulativeFeeShares({ blockNumber: cutoff.number });
      const window = await epochs.collect(epochsOf(windowEpochs(grid, previousRefSlot, refSlot)));
      leaves = divideRewards(leaves, minted, window);
    }
    previousRefSlot = refSlot;
  }
  return leaves;
}

// The window of the first report begins earlier or later than this, but no validator of ours was there before.
async function deploymentSlot({ protocol, deployment, timing }: LeavesView): Promise<number> {
  const { timestamp } = await protocol.client.getBlock({ blockNumber: BigInt(deployment.deployedAtBlock) });
  return slotAtTime(timing, Number(timestamp));
}
