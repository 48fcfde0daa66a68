import type { LocalAccount } from "viem";

import { reportIdOf } from "../chain/report/encoding.ts";
import { createSystemClock, type Clock } from "../runtime/clock.ts";
import { EthStakeError, toEthStakeError } from "../runtime/errors.ts";
import type { Logger } from "../runtime/logger.ts";
import { pullSignatures } from "./act/exchange.ts";
import { isAgreed, settleInTurn, signOnce, voteWhenLate } from "./act/agreement.ts";
import type { Publish } from "./act/publish.ts";
import type { Peer } from "./act/peers.ts";
import type { OracleSender } from "./act/sender.ts";
import type { Exchange } from "./act/server.ts";
import { latestFrameEnd } from "./decide/frames.ts";
import type { FrameGrid } from "./decide/snapshot.ts";
import type { OracleMetrics } from "./metrics.ts";
import { frameStatus, prepareFrame, saveFrame, storedFrame, type FrameWork } from "./frame-work.ts";
import type { OracleChain } from "./read/oracle-chain.ts";
import type { OracleStatus } from "./status.ts";
import type { FrameStore } from "./store/frame-store.ts";
import type { InputStore } from "./store/input-store.ts";
import type { Retention } from "./store/retention.ts";

/** The key of a member and what it sends with; a member without it only builds reports. */
export type Signer = { account: LocalAccount; sender: OracleSender };

export type MemberOptions = {
  chain: OracleChain;
  frames: FrameStore;
  inputs: Pick<InputStore, "save">;
  publish: Publish;
  /** Called when a frame's work begins. */
  retain: Retention;
  peers: readonly Peer[];
  /** Undefined: dry run. */
  signer: Signer | undefined;
  grid: FrameGrid;
  chainId: number;
  /** How long a member waits for each one before it in the row, by the time of the chain. */
  turnSeconds: number;
  /** How long signatures are waited for until the member votes on chain. */
  voteAfterSeconds: number;
  /** True when one node is believed; see decide/agree.ts. */
  singleNode: boolean;
  metrics: Pick<OracleMetrics, "reportBuilt">;
  logger: Logger;
  clock?: Clock;
};

const systemClock = createSystemClock();

/** One member of the committee: call `step` again and again. */
export type Member = Exchange & {
  /** Does what can be done now. Answers whether this frame is done, for `--once`. */
  step(): Promise<{ done: boolean }>;
  stopped(): void;
};

/** Makes a member. It never acts twice for the same: what it signed is on disk, what was settled is on chain. */
export function createMember(options: MemberOptions): Member {
  const { chain, frames, peers, signer, grid, chainId, logger } = options;
  const now = () => (options.clock ?? systemClock).now();
  let work: FrameWork | undefined;
  const status: Omit<OracleStatus, "frame"> = {
    phase: "starting",
    member: signer?.account.address,
    dryRun: signer === undefined,
    balanceWei: undefined,
    finalizedSlot: undefined,
    lastSettledRefSlot: undefined,
    peers: peers.map(({ name }) => ({ peer: name, ok: false })),
    startedAt: now(),
    lastStepAt: undefined,
    lastError: undefined,
  };

  const step = async (): Promise<{ done: boolean }> => {
    const progress = await chain.progress();
    status.balanceWei = await signer?.sender.balanceWei();
    status.finalizedSlot = progress.finalizedSlot;
    status.lastSettledRefSlot = progress.lastRefSlot;
    const refSlot = latestFrameEnd(grid, progress.finalizedSlot);

    // The next report builds on the last settlement, so that one must not be able to disappear any more.
    if (!progress.isConfirmed || refSlot === undefined || refSlot <= progress.lastRefSlot) {
      status.phase = progress.isConfirmed ? "waiting" : "confirming";
      await chain.collectNewEpochs(progress);
      return { done: true };
    }
    if (work?.refSlot !== refSlot || work.previousRefSlot !== progress.lastRefSlot) {
      status.phase = "building";
      work = await prepareFrame(options, refSlot, progress);
      await saveFrame(frames, work);
      await options.retain(work);
    }
    if (signer === undefined) {
      status.phase = "dry-run";
      await chain.collectNewEpochs(progress);
      return { done: true };
    }
    // Building takes minutes, and a frame before may be settled meanwhile: what does not build on it is not signed.
    if ((await chain.lastRefSlot()) !== work.previousRefSlot) return { done: false };
    await signOnce(options, signer, work);
    status.peers = await pullSignatures(peers, work, chainId, logger);
    await saveFrame(frames, work);
    status.phase = (await isAgreed(options, signer, work)) ? "agreed" : "collecting";
    if (status.phase === "agreed") {
      await settleInTurn(options, signer, work);
      if (work.isReviewing) status.phase = "reviewing";
    } else await voteWhenLate(options, signer, work);
    await chain.collectNewEpochs(progress);
    return { done: false };
  };

  return {
    step: async () => {
      try {
        const result = await step();
        status.lastError = undefined;
        status.lastStepAt = now();
        return result;
      } catch (error) {
        const { code, message } = toEthStakeError(error);
        status.lastError = { code, message, at: now() };
        throw error;
      }
    },
    stopped: () => void (status.phase = "stopped"),
    status: () => ({ ...status, frame: frameStatus(work) }),
    published: async (refSlot) => {
      const frame = work?.refSlot === refSlot ? storedFrame(work) : await frames.load(refSlot);
      if (frame === undefined) return undefined;
      const { report, leaves, signatures } = frame;
      return { report, reportHash: reportIdOf(report).reportHash, signatures: [...signatures], leaves: [...leaves] };
    },
    accept: async ({ refSlot, reportHash, signature }) => {
      if (work?.refSlot !== refSlot)
        throw new EthStakeError("REPORT_UNKNOWN", `Send it later: no report for slot ${refSlot} was built here yet`);
      if (work.id.reportHash !== reportHash)
        throw new EthStakeError(
          "REPORT_DISAGREEMENT",
          `Compare with ${work.id.reportHash}: the report here is another`,
        );
      await work.pool.add(signature);
    },
  };
}
