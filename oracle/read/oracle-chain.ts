import type { Address, Hex } from "viem";

import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { ReportId } from "../../chain/report/report.ts";
import { toEthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import { epochAtSlot, slotAtTime } from "../../chain/slots.ts";
import { epochsAhead } from "../decide/frames.ts";
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
  /** Fills some of the gaps among the epochs that reports to come will judge, so that frames find them judged. */
  collectNewEpochs(progress: Pick<Progress, "finalizedEpoch" | "lastRefSlot">): Promise<void>;
  /** How many of these epochs were missing at the last look. */
  gaps(): number;
};

export type OracleChainOptions = {
  sources: Sources;
  grid: FrameGrid;
  epochs: EpochCollector;
  leavesOf: (view: ReadyView, settled: SettledReport) => Promise<readonly RewardsLeaf[]>;
  logger: Logger;
};

const MAX_EPOCHS_PER_STEP = 4;

/** Makes the reader of all nodes. Where one answer is enough, the first node in order gives it. */
export function createOracleChain({ sources, grid, epochs, leavesOf, logger }: OracleChainOptions): OracleChain {
  const finalityOf = createFinalityReaders();
  const first = async () => (await sources.ready())[0];
  const lastRefSlotOf = async ({ protocol }: ReadyView) =>
    Number(await protocol.distribution.read.lastRefSlot().catch(failWith("Reading lastRefSlot")));
  let finalBlock = -1;
  let gaps = 0;

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
    collectNewEpochs: async ({ finalizedEpoch, lastRefSlot }) => {
      const view = await first();
      const { keys } = await view.events(finalBlock);
      // No key of ours, no duty: nothing before the first one is ever judged.
      const [firstKey] = keys;
      if (firstKey === undefined) return;
      const wanted = epochsAhead(grid, lastRefSlot, finalizedEpoch, await epochOfBlock(view, firstKey.blockNumber));
      const missing = await epochs.gaps(wanted);
      gaps = missing.length;
      // A few each time: a frame that became final meanwhile must not wait for a month of epochs. The oldest first, as
      // nodes forget them first; one that cannot be had must not stop the others.
      for (const epoch of missing.slice(0, MAX_EPOCHS_PER_STEP)) {
        try {
          await epochs.collect([epoch]);
          gaps--;
        } catch (error) {
          logger.warn("An epoch could not be judged yet", { epoch, error });
        }
      }
    },
    gaps: () => gaps,
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

async function epochOfBlock({ protocol, timing }: ReadyView, blockNumber: number): Promise<number> {
  const block = await protocol.client.getBlock({ blockNumber: BigInt(blockNumber) }).catch(failWith("Reading a block"));
  return epochAtSlot(timing, slotAtTime(timing, Number(block.timestamp)));
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
