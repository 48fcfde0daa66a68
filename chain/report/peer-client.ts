import { getAddress, isAddress, type Address, type Hex } from "viem";
import { z } from "zod";

import { EthStakeError } from "../../runtime/errors.ts";
import { originOf } from "../../runtime/redact.ts";
import { hexOf } from "../beacon/codecs.ts";
import { bytes32Json, reportJson, rewardsLeavesJson } from "./json.ts";
import type { Report } from "./report.ts";
import type { RewardsLeaf } from "./rewards-tree.ts";

/** What a member of the oracle answers for a frame. Nothing of it is to be believed before it is checked. */
export type PeerReport = {
  report: Report;
  reportHash: Hex;
  signatures: { member: Address; signature: Hex }[];
  /** The tree of operator rewards behind `report.rewardsRoot`; empty when the member does not show it. */
  leaves: RewardsLeaf[];
};

const memberAddress = z
  .string()
  .refine((text) => isAddress(text), "is not an address")
  .transform((text): Address => getAddress(text));

const peerReport: z.ZodType<PeerReport> = z.object({
  report: reportJson,
  reportHash: bytes32Json,
  signatures: z.array(z.object({ member: memberAddress, signature: hexOf(65) })).max(256),
  leaves: rewardsLeavesJson.default([]),
});

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
  if (response.status === 404) return undefined;
  const result = peerReport.safeParse(response.ok ? await response.json().catch(() => undefined) : undefined);
  if (result.success) return result.data;
  throw new EthStakeError("PEER_BAD_ANSWER", `Look at the oracle member at ${peer}: its answer is not a report`, {
    details: { peer, status: response.status, issue: result.error.issues[0]?.message },
  });
}
