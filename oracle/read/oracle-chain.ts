import type { Address, Hex } from "viem";

import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { ReportId } from "../../chain/report/report.ts";
import { epochsOf } from "../decide/frames.ts";
import type { FrameGrid, Snapshot } from "../decide/snapshot.ts";
import { readCommittee, type Committee } from "./committee.ts";
import type { EpochCollector } from "./epoch-collector.ts";
import { createFinalityReader } from "./finality.ts";
import { readyBeacons, type Nodes } from "./nodes.ts";
import type { ProtocolEvents, SettledReport } from "./protocol-events.ts";
import { readSnapshot } from "./snapshot.ts";

/** How far both chains are. */
export type Progress = {
  finalizedEpoch: number;
  /** The last slot that cannot change. */
  finalizedSlot: number;
  /** The newest settlement in a final block; undefined before the first. */
  settled: SettledReport | undefined;
  /** The last settled reference slot, at the head of the chain. */
  lastRefSlot: number;
  /** False while `lastRefSlot` comes from a settlement that is not final: the next report builds on it. */
  isConfirmed: boolean;
};

/** All that a member reads. */
export type OracleChain = {
  progress(): Promise<Progress>;
  /** Reads what the report of a frame is made of; the progress must be confirmed. */
  snapshot(refSlot: number, progress: Pick<Progress, "settled" | "lastRefSlot">): Promise<Snapshot>;
  committee(refSlot: number): Promise<Committee>;
  /** What the committee contract would have signed for this id: differs when its version is not ours. */
  digestOf(committee: Address, id: ReportId): Promise<Hex>;
  lastRefSlot(): Promise<number>;
  /** Timestamp of the newest block, in seconds: the clock that turns are measured by. */
  chainTime(): Promise<number>;
  /** Judges the epochs that became final since the last call, so that frames find most of their epochs judged. */
  collectNewEpochs(finalizedEpoch: number): Promise<void>;
};

/** Makes the reader of a pair of nodes. */
export function createOracleChain({
  nodes,
  grid,
  events,
  epochs,
  leavesOf,
}: {
  nodes: Nodes;
  grid: FrameGrid;
  events: (toBlock: number) => Promise<ProtocolEvents>;
  epochs: EpochCollector;
  leavesOf: (settled: SettledReport) => Promise<readonly RewardsLeaf[]>;
}): OracleChain {
  const { client, distribution } = nodes.protocol;
  const readFinality = createFinalityReader(nodes.timing);
  const failWith = (what: string) => (error: unknown) => {
    throw toExecutionError(error, what);
  };
  const lastRefSlot = async () => Number(await distribution.read.lastRefSlot().catch(failWith("Reading lastRefSlot")));
  // Before the first final settlement, the contract's first value and a fresh one look the same.
  const hasSettlementAfter = async (block: number) => {
    const logs = await distribution.getEvents
      .RewardSettled({}, { fromBlock: BigInt(block + 1) })
      .catch(failWith("Looking for a settlement"));
    return logs.length > 0;
  };
  let finalBlock = nodes.deployment.deployedAtBlock - 1;
  let newestEpoch = -1;

  return {
    lastRefSlot,
    progress: async () => {
      const [beacon] = await readyBeacons(nodes.beacons);
      const finality = await readFinality(beacon);
      finalBlock = Math.max(finalBlock, finality.executionBlockNumber);
      const settled = (await events(finalBlock)).reports.at(-1);
      const newest = await lastRefSlot();
      return {
        finalizedEpoch: finality.epoch,
        finalizedSlot: finality.slot,
        settled,
        lastRefSlot: newest,
        isConfirmed:
          settled === undefined ? !(await hasSettlementAfter(finalBlock)) : Number(settled.report.refSlot) === newest,
      };
    },
    snapshot: (refSlot, progress) => readSnapshot({ nodes, grid, events, epochs, leavesOf }, refSlot, progress),
    committee: (refSlot) => readCommittee(nodes, refSlot),
    digestOf: (committee, id) =>
      client
        .readContract({ address: committee, abi: iOracleCommitteeAbi, functionName: "digestOf", args: [id] })
        .catch(failWith("Asking the committee for its digest")),
    chainTime: async () =>
      Number((await client.getBlock({ blockTag: "latest" }).catch(failWith("Reading the newest block"))).timestamp),
    collectNewEpochs: async (finalizedEpoch) => {
      // Its attestations may come until the end of the next epoch, whose last slot must be final too.
      const epoch = finalizedEpoch - 2;
      if (epoch < 0 || epoch <= newestEpoch) return;
      const { keys } = await events(finalBlock);
      // What was missed before a start is collected when a frame needs it; most epochs are never needed.
      const first = newestEpoch < 0 ? epoch : newestEpoch + 1;
      if (keys.length > 0) await epochs.collect(epochsOf({ first, last: epoch }));
      newestEpoch = epoch;
    },
  };
}
