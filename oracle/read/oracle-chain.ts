import type { Address, Hex } from "viem";

import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { ReportId } from "../../chain/report/report.ts";
import { toEthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import { epochsOf } from "../decide/frames.ts";
import type { FrameGrid } from "../decide/snapshot.ts";
import { readCommittee, type Committee } from "./committee.ts";
import type { EpochCollector } from "./epoch-collector.ts";
import { createFinalityReader, type Finality } from "./finality.ts";
import type { SettledReport } from "./protocol-events.ts";
import { readSnapshot, type Reading } from "./snapshot.ts";
import type { ReadyView, Sources } from "./sources.ts";

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

/** What one view says of a frame, and which software said it. */
export type NamedReading = Reading & { consensusClient: string; executionNode: string };

/** All that a member reads. */
export type OracleChain = {
  progress(): Promise<Progress>;
  /** What the report of a frame is made of, from every view that is in order; the progress must be confirmed. */
  readings(refSlot: number, progress: Pick<Progress, "settled" | "lastRefSlot">): Promise<NamedReading[]>;
  committee(refSlot: number): Promise<Committee>;
  /** What the committee contract would have signed for this id: differs when its version is not ours. */
  digestOf(committee: Address, id: ReportId): Promise<Hex>;
  lastRefSlot(): Promise<number>;
  /** Timestamp of the newest block, in seconds: the clock that turns are measured by. */
  chainTime(): Promise<number>;
  /** Judges the epochs that became final since the last call, so that frames find most of their epochs judged. */
  collectNewEpochs(finalizedEpoch: number): Promise<void>;
};

export type OracleChainOptions = {
  sources: Sources;
  grid: FrameGrid;
  epochs: EpochCollector;
  leavesOf: (view: ReadyView, settled: SettledReport) => Promise<readonly RewardsLeaf[]>;
  logger: Logger;
};

/** Makes the reader of all nodes. Where one answer is enough, the first node in order gives it. */
export function createOracleChain({ sources, grid, epochs, leavesOf, logger }: OracleChainOptions): OracleChain {
  const finalityOf = createFinalityReaders();
  const first = async () => (await sources.ready())[0];
  const lastRefSlotOf = async ({ protocol }: ReadyView) =>
    Number(await protocol.distribution.read.lastRefSlot().catch(failWith("Reading lastRefSlot")));
  let finalBlock = -1;
  let newestEpoch = -1;

  return {
    lastRefSlot: async () => lastRefSlotOf(await first()),
    progress: async () => {
      const view = await first();
      const finality = await finalityOf(view);
      finalBlock = Math.max(finalBlock, finality.executionBlockNumber, view.deployment.deployedAtBlock - 1);
      const settled = (await view.events(finalBlock)).reports.at(-1);
      const lastRefSlot = await lastRefSlotOf(view);
      return {
        finalizedEpoch: finality.epoch,
        finalizedSlot: finality.slot,
        settled,
        lastRefSlot,
        isConfirmed:
          settled === undefined
            ? !(await hasSettlementAfter(view, finalBlock))
            : Number(settled.report.refSlot) === lastRefSlot,
      };
    },
    readings: async (refSlot, progress) => {
      const readings: NamedReading[] = [];
      const failures: unknown[] = [];
      // One after the other: each streams a state of hundreds of megabytes.
      for (const view of await sources.ready()) {
        const { consensusClient, executionNode, events } = view;
        const leaves = (settled: SettledReport) => leavesOf(view, settled);
        try {
          const reading = await readSnapshot({ view, grid, events, epochs, leavesOf: leaves }, refSlot, progress);
          readings.push({ ...reading, consensusClient, executionNode });
        } catch (error) {
          // What one view cannot say, others may; whether they are enough is decided by who they are.
          logger.error("A view could not be read", { source: view.name, refSlot, error });
          failures.push(error);
        }
      }
      if (readings.length === 0) throw toEthStakeError(failures[0]);
      return readings;
    },
    committee: async (refSlot) => readCommittee(await first(), refSlot),
    digestOf: async (committee, id) =>
      (await first()).protocol.client
        .readContract({ address: committee, abi: iOracleCommitteeAbi, functionName: "digestOf", args: [id] })
        .catch(failWith("Asking the committee for its digest")),
    chainTime: async () => {
      const { client } = (await first()).protocol;
      const block = await client.getBlock({ blockTag: "latest" }).catch(failWith("Reading the newest block"));
      return Number(block.timestamp);
    },
    collectNewEpochs: async (finalizedEpoch) => {
      // Its attestations may come until the end of the next epoch, whose last slot must be final too.
      const epoch = finalizedEpoch - 2;
      if (epoch < 0 || epoch <= newestEpoch) return;
      const { keys } = await (await first()).events(finalBlock);
      // What was missed before a start is collected when a frame needs it; most epochs are never needed.
      const from = newestEpoch < 0 ? epoch : newestEpoch + 1;
      if (keys.length > 0) await epochs.collect(epochsOf({ first: from, last: epoch }));
      newestEpoch = epoch;
    },
  };
}

/** One finality reader per view, so that each checkpoint is looked up once. */
function createFinalityReaders(): (view: ReadyView) => Promise<Finality> {
  const readers = new Map<string, () => Promise<Finality>>();
  return (view) => {
    const reader = readers.get(view.name) ?? createFinalityReader(view);
    readers.set(view.name, reader);
    return reader();
  };
}

// Before the first final settlement, the contract's first value and a fresh one look the same.
async function hasSettlementAfter({ protocol }: ReadyView, block: number): Promise<boolean> {
  const logs = await protocol.distribution.getEvents
    .RewardSettled({}, { fromBlock: BigInt(block + 1) })
    .catch(failWith("Looking for a settlement"));
  return logs.length > 0;
}

function failWith(what: string): (error: unknown) => never {
  return (error) => {
    throw toExecutionError(error, what);
  };
}
