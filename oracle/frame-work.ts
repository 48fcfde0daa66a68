import type { Hex } from "viem";

import { reportIdOf } from "../chain/report/encoding.ts";
import type { RewardsLeaf } from "../chain/report/rewards-tree.ts";
import type { Report, ReportId } from "../chain/report/report.ts";
import { reportDigest } from "../chain/report/typed-data.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { createSignaturePool, type SignaturePool } from "./act/signature-pool.ts";
import { agreeOn, type BuiltView } from "./decide/agree.ts";
import { buildReport } from "./decide/build-report.ts";
import { checkReport } from "./decide/check-report.ts";
import { performanceOf } from "./decide/performance.ts";
import type { MemberOptions } from "./member.ts";
import type { Committee } from "./read/committee.ts";
import type { NamedReading, Progress } from "./read/oracle-chain.ts";
import type { OracleStatus } from "./status.ts";
import type { FrameStore, StoredFrame } from "./store/frame-store.ts";

/** The frame that a member works on: its report, and how far the agreement is. Times are of the chain, in seconds. */
export type FrameWork = {
  refSlot: number;
  previousRefSlot: number;
  report: Report;
  leaves: readonly RewardsLeaf[];
  id: ReportId;
  digest: Hex;
  committee: Committee;
  pool: SignaturePool;
  /** When the report was built. */
  builtAt: number;
  /** When enough agreed, as seen from here. */
  agreedAt: number | undefined;
  /** Not before this is a settlement tried again. */
  retryAt: number;
  /** True when a report was found to wait for review; looked at again with each try. */
  isReviewing: boolean;
  /** Signatures that are on disk. */
  savedSignatures: number;
  /** Peers whose report for this frame is another one, with its hash. */
  disagreements: Map<string, Hex>;
};

/** Reads the chain and builds the report of a frame; takes up what this member did for it before a restart. */
export async function prepareFrame(options: MemberOptions, refSlot: number, progress: Progress): Promise<FrameWork> {
  const { chain, frames, chainId, logger } = options;
  const startedAt = performance.now();
  const readings = await chain.readings(refSlot, progress);
  const views = readings.map(buildView);
  const built = agreeOn(views, { singleNode: options.singleNode });
  const { report, leaves } = built;
  for (const { snapshot } of readings.slice(0, 1)) {
    await options.inputs.save(snapshot);
    await options.publish(performanceOf(snapshot, built));
  }

  const committee = await chain.committee(refSlot);
  const id = reportIdOf(report);
  const digest = reportDigest({ chainId, committee: committee.address }, id);
  if (digest !== (await chain.digestOf(committee.address, id)))
    throw new EthStakeError("VERSION_UNKNOWN", "Update ethstake: the committee signs reports of another version", {
      details: { committee: committee.address, version: id.version },
    });

  const pool = createSignaturePool(digest, committee.members);
  const stored = await frames.load(refSlot);
  if (stored !== undefined && stored.previousRefSlot === progress.lastRefSlot) {
    const isSame = reportIdOf(stored.report).reportHash === id.reportHash;
    if (isSame) for (const { signature } of stored.signatures) await pool.add(signature);
  }
  const milliseconds = Math.round(performance.now() - startedAt);
  options.metrics.reportBuilt(milliseconds / 1000, report);
  logger.info("Report built", {
    refSlot,
    previousRefSlot: progress.lastRefSlot,
    reportHash: id.reportHash,
    milliseconds,
    report,
  });
  return {
    refSlot,
    previousRefSlot: progress.lastRefSlot,
    report,
    leaves,
    id,
    digest,
    committee,
    pool,
    builtAt: await chain.chainTime(),
    agreedAt: undefined,
    retryAt: 0,
    isReviewing: false,
    savedSignatures: -1,
    disagreements: new Map(),
  };
}

function buildView({ snapshot, ...source }: NamedReading): BuiltView {
  const built = buildReport(snapshot);
  checkReport(built.report, snapshot);
  return { ...source, built };
}

/** What of the work is kept on disk and served to peers. */
export function storedFrame({ refSlot, previousRefSlot, report, leaves, pool }: FrameWork): StoredFrame {
  return { refSlot, previousRefSlot, report, leaves, signatures: pool.all() };
}

/** Writes the frame when there is something new. */
export async function saveFrame(frames: FrameStore, work: FrameWork): Promise<void> {
  const frame = storedFrame(work);
  if (frame.signatures.length === work.savedSignatures) return;
  await frames.save(frame);
  work.savedSignatures = frame.signatures.length;
}

/** The work as the status shows it. */
export function frameStatus(work: FrameWork | undefined): OracleStatus["frame"] {
  if (work === undefined) return undefined;
  const { refSlot, id, pool, committee, disagreements } = work;
  return {
    refSlot,
    reportHash: id.reportHash,
    signatures: pool.all().length,
    quorum: committee.quorum,
    disagreements: disagreements.size,
  };
}
