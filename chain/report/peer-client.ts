import type { Hex } from "viem";
import { z } from "zod";

import { parseForeignJson, readBoundedText } from "../../runtime/bounded-body.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { originOf } from "../../runtime/redact.ts";
import { bytes32Json, memberSignaturesJson, reportJson, rewardsLeavesJson, type MemberSignature } from "./json.ts";
import type { Report } from "./report.ts";
import type { RewardsLeaf } from "./rewards-tree.ts";

/** What a member of the oracle answers for a frame. Nothing of it is to be believed before it is checked. */
export type PeerReport = {
  report: Report;
  reportHash: Hex;
  signatures: MemberSignature[];
  /** The tree of operator rewards behind `report.rewardsRoot`; empty when the member does not show it. */
  leaves: RewardsLeaf[];
};

const peerReport: z.ZodType<PeerReport> = z.object({
  report: reportJson,
  reportHash: bytes32Json,
  signatures: memberSignaturesJson,
  leaves: rewardsLeavesJson.default([]),
});

/** A report with thousands of operators has about a megabyte. */
const MAX_BODY_BYTES = 8_000_000;

/**
 * Asks an oracle member for its report of a frame; undefined when it has none. Throws PEER_UNREACHABLE (retryable) or
 * PEER_BAD_ANSWER.
 */
export async function fetchPeerReport(
  peerUrl: string,
  refSlot: bigint,
  { signal, timeoutMs = 10_000 }: { signal?: AbortSignal | undefined; timeoutMs?: number } = {},
): Promise<PeerReport | undefined> {
  const peer = originOf(peerUrl);
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
  const response = await fetch(`${peerUrl.replace(/\/+$/, "")}/v1/reports/${refSlot}`, {
    signal: AbortSignal.any(limits),
  }).catch((cause: unknown) => {
    throw new EthStakeError("PEER_UNREACHABLE", `Start the oracle member at ${peer} or name another: it is not there`, {
      cause,
      details: { peer },
      retryable: true,
    });
  });
  if (response.status === 404) return void (await response.body?.cancel());
  const result = peerReport.safeParse(await readBody(response));
  if (result.success) return result.data;
  throw new EthStakeError("PEER_BAD_ANSWER", `Look at the oracle member at ${peer}: its answer is not a report`, {
    details: { peer, status: response.status, issue: result.error.issues[0]?.message },
  });
}

async function readBody(response: Response): Promise<unknown> {
  if (!response.ok || response.body === null) return void (await response.body?.cancel());
  return readBoundedText(response.body, MAX_BODY_BYTES)
    .then(parseForeignJson)
    .catch(() => undefined);
}
