import { fetchPeerReport, type PeerReport } from "../../chain/report/peer-client.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { originOf } from "../../runtime/redact.ts";
import { SIGNATURES_PATH, type SignatureMessage } from "./wire.ts";

/** Another member, as seen from here. */
export type Peer = {
  /** Scheme and host. */
  readonly name: string;
  /** What it has for a frame; undefined when it has nothing yet. */
  report(refSlot: number): Promise<PeerReport | undefined>;
  sendSignature(message: SignatureMessage): Promise<void>;
};

export type PeerOptions = { timeoutMs?: number; signal?: AbortSignal | undefined };

/** Connects to a peer. Failures are EthStakeErrors: PEER_UNREACHABLE (retryable), PEER_REFUSED, PEER_BAD_ANSWER. */
export function createPeer(url: string, { timeoutMs = 5_000, signal }: PeerOptions = {}): Peer {
  const name = originOf(url);
  return {
    name,
    report: (refSlot) => fetchPeerReport(url, BigInt(refSlot), { timeoutMs, signal }),
    sendSignature: async (message) => {
      const limits = [AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])];
      const response = await fetch(`${url.replace(/\/+$/, "")}${SIGNATURES_PATH}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: stringifyJson(message),
        signal: AbortSignal.any(limits),
      }).catch((cause: unknown) => {
        throw new EthStakeError("PEER_UNREACHABLE", `Ask the member at ${name} to start its oracle: it is not there`, {
          cause,
          details: { peer: name },
          retryable: true,
        });
      });
      await response.body?.cancel();
      if (response.ok) return;
      throw new EthStakeError("PEER_REFUSED", `The member at ${name} answers ${response.status}`, {
        details: { peer: name, status: response.status },
      });
    },
  };
}
