import type { Hex } from "viem";

import { reportDifferences } from "../../chain/report/differences.ts";
import { hashReport, reportIdOf } from "../../chain/report/encoding.ts";
import type { PeerReport } from "../../chain/report/peer-client.ts";
import type { Report } from "../../chain/report/report.ts";
import { recoverSigner } from "../../chain/report/signatures.ts";
import { reportDigest } from "../../chain/report/typed-data.ts";
import { hasCode, toEthStakeError } from "../../runtime/errors.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { FrameWork } from "../frame-work.ts";
import type { PeerStatus } from "../status.ts";
import type { Peer } from "./peers.ts";

/** Sends our signature to every peer; who is away asks for it later. */
export async function pushSignature(
  peers: readonly Peer[],
  { refSlot, id }: FrameWork,
  signature: Hex,
  logger: Logger,
): Promise<void> {
  await Promise.all(
    peers.map(async (peer) => {
      try {
        await peer.sendSignature({ refSlot, reportHash: id.reportHash, signature });
      } catch (error) {
        logger.debug("A peer did not take the signature yet", { peer: peer.name, error });
      }
    }),
  );
}

/** Asks every peer for its signatures over the report, and notices who has another report. */
export async function pullSignatures(
  peers: readonly Peer[],
  work: FrameWork,
  chainId: number,
  logger: Logger,
): Promise<PeerStatus[]> {
  return Promise.all(
    peers.map(async (peer) => {
      try {
        const published = await peer.report(work.refSlot);
        if (published !== undefined) await takeSignatures(peer, published, work, chainId, logger);
        return { peer: peer.name, ok: true };
      } catch (error) {
        return { peer: peer.name, ok: false, error: toEthStakeError(error).code };
      }
    }),
  );
}

async function takeSignatures(
  peer: Peer,
  { report, signatures }: PeerReport,
  work: FrameWork,
  chainId: number,
  logger: Logger,
): Promise<void> {
  const theirHash = hashReport(report);
  const isAnother = theirHash !== work.id.reportHash;
  // Built before or after a late settlement that one of us does not know of yet: that passes by itself.
  if (isAnother && report.previousRefSlot !== work.report.previousRefSlot) {
    work.disagreements.delete(peer.name);
    logger.debug("A peer builds on another settled frame", {
      peer: peer.name,
      refSlot: work.refSlot,
      ours: work.report.previousRefSlot,
      theirs: report.previousRefSlot,
    });
    return;
  }
  if (isAnother) return noteDisagreement(peer, report, signatures, work, chainId, logger);
  work.disagreements.delete(peer.name);
  for (const { signature } of signatures) {
    try {
      await work.pool.add(signature);
    } catch (error) {
      if (!hasCode(error, "SIGNATURE_INVALID") && !hasCode(error, "SIGNER_NOT_MEMBER")) throw error;
      logger.warn("A peer hands on a signature that does not count", { peer: peer.name, error });
    }
  }
}

// Only what a member has signed is a disagreement: anybody can serve a report.
async function noteDisagreement(
  peer: Peer,
  report: Report,
  signatures: PeerReport["signatures"],
  work: FrameWork,
  chainId: number,
  logger: Logger,
): Promise<void> {
  const theirHash = hashReport(report);
  if (work.disagreements.get(peer.name) === theirHash) return;
  const digest = reportDigest({ chainId, committee: work.committee.address }, reportIdOf(report));
  const signers = await Promise.all(
    signatures.map(({ signature }) => recoverSigner(digest, signature).catch(() => undefined)),
  );
  const signer = signers.find((address) => address !== undefined && work.committee.members.includes(address));
  if (signer === undefined) return;
  work.disagreements.set(peer.name, theirHash);
  logger.error("A member signed another report for this frame", {
    code: "REPORT_DISAGREEMENT",
    refSlot: work.refSlot,
    peer: peer.name,
    signer,
    ours: work.id.reportHash,
    theirs: theirHash,
    differences: reportDifferences(work.report, report),
  });
}
