import type { Address, Hex } from "viem";

import { iOracleCommitteeAbi } from "../../chain/abi/IOracleCommittee.ts";
import { hashReport, reportIdOf } from "../../chain/report/encoding.ts";
import { fetchPeerReport, type PeerReport } from "../../chain/report/peer-client.ts";
import type { Report } from "../../chain/report/report.ts";
import { packSignatures, recoverSigner } from "../../chain/report/signatures.ts";
import { reportDigest } from "../../chain/report/typed-data.ts";
import { toEthStakeError } from "../../runtime/errors.ts";
import { readMoment, type KeeperContext, type Moment } from "../context.ts";
import { dueFrames } from "./due-frames.ts";

/** Flag of the pause that stops settlements (PAUSE_SETTLE of types/PoolTypes.sol). */
const PAUSE_SETTLE = 8;

/** A report that some member holds, with the signatures that count. */
export type Proposal = {
  report: Report;
  reportHash: Hex;
  /** 65 bytes each, in ascending order of member. */
  signatures: Hex;
  signers: Address[];
  /** The committee counts signatures and votes on chain as enough. */
  agreed: boolean;
};
export type DueFrame = { refSlot: bigint; proposals: Proposal[] };

export type SettleSnapshot = {
  /** How many oracle members are asked. */
  peerCount: number;
  /** Unix seconds until which settlements are paused; 0 when they are not. */
  pausedUntil: number;
  /** Unix seconds until which a report waits for review; 0 when none does. Nothing else is settled meanwhile. */
  reviewUntil: number;
  /** Unsettled frames that are past their grace time, newest first; no older than the first one with an agreement. */
  frames: DueFrame[];
};

export type SettleSources = { peers: readonly string[]; graceSeconds: number; signal?: AbortSignal | undefined };

/** Gathers reports of frames that nobody has settled in time. */
export async function readSettle(context: KeeperContext, sources: SettleSources): Promise<SettleSnapshot> {
  const { distribution, pool } = context.protocol;
  const moment = await readMoment(context);
  const at = { blockNumber: moment.blockNumber };
  const [lastRefSlot, slotsPerFrame, genesisTime, secondsPerSlot, pausedUntil, [, reviewUntil]] = await Promise.all([
    distribution.read.lastRefSlot(at),
    distribution.read.slotsPerFrame(at),
    distribution.read.genesisTime(at),
    distribution.read.secondsPerSlot(at),
    pool.read.pausedUntil([PAUSE_SETTLE], at),
    distribution.read.heldReport(at),
  ]);
  const grid = { lastRefSlot, slotsPerFrame, genesisTime, secondsPerSlot };
  const frames: DueFrame[] = [];
  for (const refSlot of dueFrames(grid, BigInt(moment.timestamp), BigInt(sources.graceSeconds))) {
    const proposals = await readProposals(context, sources, refSlot, moment);
    frames.push({ refSlot, proposals });
    if (proposals.some(({ agreed }) => agreed)) break;
  }
  const ahead = (until: number) => (until > moment.timestamp ? until : 0);
  return {
    peerCount: sources.peers.length,
    pausedUntil: ahead(pausedUntil),
    reviewUntil: ahead(reviewUntil),
    frames,
  };
}

async function readProposals(
  { protocol, deployment, logger }: KeeperContext,
  { peers, signal }: SettleSources,
  refSlot: bigint,
  moment: Moment,
): Promise<Proposal[]> {
  const at = { blockNumber: moment.blockNumber };
  const address = await protocol.distribution.read.committeeFor([refSlot], at);
  const committee = { address, abi: iOracleCommitteeAbi } as const;
  const answers = await Promise.all(
    peers.map(async (peer) => {
      try {
        return await fetchPeerReport(peer, refSlot, { signal });
      } catch (error) {
        // A member that is down, or lies about the shape of its answer, must not keep the others' report from settling.
        const { code, message } = toEthStakeError(error);
        logger.warn("Oracle member passed over", { code, message });
        return undefined;
      }
    }),
  );
  return Promise.all(
    groupByReport(answers, refSlot).map(async ({ report, reportHash, signatures }) => {
      const id = reportIdOf(report);
      const digest = reportDigest({ chainId: deployment.chainId, committee: address }, id);
      const signers = new Map<Address, Hex>();
      for (const signature of signatures) {
        const signer = await recoverSigner(digest, signature).catch(() => undefined);
        if (signer !== undefined) signers.set(signer, signature);
      }
      for (const signer of signers.keys()) {
        const call = { ...committee, functionName: "isActiveMember", args: [signer], ...at } as const;
        if (!(await protocol.client.readContract(call))) signers.delete(signer);
      }
      const packed = packSignatures(signers);
      const call = { ...committee, functionName: "isAgreed", args: [id, packed], ...at } as const;
      const agreed = await protocol.client.readContract(call);
      return { report, reportHash, signatures: packed, signers: [...signers.keys()], agreed };
    }),
  );
}

type Group = { report: Report; reportHash: Hex; signatures: Hex[] };

/** Joins what members say of the same report. Its hash is computed here: a peer's word for it is not taken. */
function groupByReport(answers: readonly (PeerReport | undefined)[], refSlot: bigint): Group[] {
  const groups = new Map<Hex, Group>();
  for (const answer of answers) {
    if (answer === undefined || answer.report.refSlot !== refSlot) continue;
    const reportHash = hashReport(answer.report);
    const group = groups.get(reportHash) ?? { report: answer.report, reportHash, signatures: [] };
    group.signatures.push(...answer.signatures.map(({ signature }) => signature));
    groups.set(reportHash, group);
  }
  return [...groups.values()];
}
