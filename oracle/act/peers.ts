import type { z } from "zod";

import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import { originOf } from "../../runtime/redact.ts";
import { parseForeignJson, readBoundedText } from "./http-body.ts";
import {
  MAX_REPORT_BODY_BYTES,
  publishedReportJson,
  REPORTS_PATH,
  SIGNATURES_PATH,
  type PublishedReport,
  type SignatureMessage,
} from "./wire.ts";

/** Another member, as seen from here. */
export type Peer = {
  /** Scheme and host. */
  readonly name: string;
  /** What it has for a frame; undefined when it has nothing yet. */
  report(refSlot: number): Promise<PublishedReport | undefined>;
  sendSignature(message: SignatureMessage): Promise<void>;
};

/** Connects to a peer. Failures are EthStakeErrors: PEER_UNREACHABLE (retryable), PEER_REFUSED, PEER_BAD_ANSWER. */
export function createPeer(url: string, { timeoutMs = 5_000, signal }: PeerOptions = {}): Peer {
  const name = originOf(url);
  const ask = async (path: string, body?: SignatureMessage) => {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      return await fetch(`${url.replace(/\/+$/, "")}${path}`, {
        method: body === undefined ? "GET" : "POST",
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
        ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: stringifyJson(body) }),
      });
    } catch (cause) {
      throw new EthStakeError("PEER_UNREACHABLE", `Ask the member at ${name} to start its oracle: it is not there`, {
        cause,
        details: { peer: name },
        retryable: true,
      });
    }
  };
  return {
    name,
    report: async (refSlot) => {
      const response = await ask(`${REPORTS_PATH}${refSlot}`);
      if (response.status === 404) return void (await response.body?.cancel());
      if (!response.ok || response.body === null) throw await refused(name, response);
      return decode(publishedReportJson, await readBoundedText(response.body, MAX_REPORT_BODY_BYTES), name);
    },
    sendSignature: async (message) => {
      const response = await ask(SIGNATURES_PATH, message);
      if (!response.ok) throw await refused(name, response);
      await response.body?.cancel();
    },
  };
}

export type PeerOptions = { timeoutMs?: number; signal?: AbortSignal | undefined };

async function refused(name: string, response: Response): Promise<EthStakeError> {
  await response.body?.cancel();
  return new EthStakeError("PEER_REFUSED", `The member at ${name} answers ${response.status}`, {
    details: { peer: name, status: response.status },
  });
}

function decode<T>(schema: z.ZodType<T>, text: string, name: string): T {
  try {
    return schema.parse(parseForeignJson(text));
  } catch (error) {
    throw new EthStakeError("PEER_BAD_ANSWER", `Ask the member at ${name} which version it runs: its answer is wrong`, {
      cause: toEthStakeError(error),
      details: { peer: name },
    });
  }
}
