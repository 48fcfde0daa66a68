import type { IncomingMessage, ServerResponse } from "node:http";

import type { PeerReport } from "../../chain/report/peer-client.ts";
import { parseForeignJson, readBoundedText } from "../../runtime/bounded-body.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import { createSystemClock, type Clock } from "../../runtime/clock.ts";
import { listenHttp, type HttpListener, type ListenAddress } from "../../runtime/http-listener.ts";
import { stringifyJson } from "../../runtime/json.ts";
import type { Logger } from "../../runtime/logger.ts";
import { createRateLimit } from "../../runtime/rate-limit.ts";
import type { OracleStatus } from "../status.ts";
import {
  MAX_SIGNATURE_BODY_BYTES,
  REPORTS_PATH,
  signatureMessageJson,
  SIGNATURES_PATH,
  STATUS_PATH,
  type SignatureMessage,
} from "./wire.ts";

/** What the server serves. */
export type Exchange = {
  published(refSlot: number): Promise<PeerReport | undefined>;
  /** Throws when the signature is not one for our report. */
  accept(message: SignatureMessage): Promise<void>;
  status(): OracleStatus;
};

/** Of one address. Three members that ask each other every few seconds stay far below. */
const REQUESTS_PER_SECOND = 20;
const REQUEST_BURST = 200;

type Answer = { status: number; body: unknown };

/** Listens for peers. Port 0 takes a free one. */
export async function startExchangeServer(
  exchange: Exchange,
  { host, port, logger, clock = createSystemClock() }: ListenAddress & { logger: Logger; clock?: Clock },
): Promise<HttpListener> {
  const limit = createRateLimit({ perSecond: REQUESTS_PER_SECOND, burst: REQUEST_BURST, clock });
  return listenHttp({ host, port }, "ORACLE_LISTEN", (request, response) => {
    const sender = request.socket.remoteAddress ?? "";
    if (!limit.admits(sender)) return void send(response, { status: 429, body: { code: "TOO_MANY_REQUESTS" } });
    answer(exchange, request)
      .catch((error: unknown) => failure(error, logger))
      .then((result) => send(response, result))
      .catch((error: unknown) => logger.warn("A peer could not be answered", { error }));
  });
}

async function answer(exchange: Exchange, request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (request.method === "POST" && path === SIGNATURES_PATH) {
    const text = await readBoundedText(request, MAX_SIGNATURE_BODY_BYTES);
    const message = signatureMessageJson.safeParse(parseForeignJson(text));
    if (!message.success) throw new EthStakeError("BODY_INVALID", "Send {refSlot, reportHash, signature}");
    await exchange.accept(message.data);
    return { status: 200, body: {} };
  }
  if (request.method !== "GET") return { status: 405, body: { code: "METHOD_NOT_ALLOWED" } };
  if (path === STATUS_PATH) return { status: 200, body: exchange.status() };
  if (path.startsWith(REPORTS_PATH) && /^\d{1,15}$/.test(path.slice(REPORTS_PATH.length))) {
    const published = await exchange.published(Number(path.slice(REPORTS_PATH.length)));
    if (published !== undefined) return { status: 200, body: published };
  }
  return { status: 404, body: { code: "NOT_FOUND" } };
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  BODY_TOO_LARGE: 413,
  BODY_INVALID: 400,
  SIGNATURE_INVALID: 400,
  SIGNER_NOT_MEMBER: 403,
  REPORT_UNKNOWN: 404,
  REPORT_DISAGREEMENT: 409,
};

function failure(error: unknown, logger: Logger): Answer {
  const { code, message } = toEthStakeError(error);
  const status = STATUS_OF_CODE[code];
  if (status !== undefined) return { status, body: { code, message } };
  // Our own trouble is for our log, not for peers.
  logger.warn("A peer's request failed", { error });
  return { status: 500, body: { code: "INTERNAL" } };
}

async function send(response: ServerResponse, { status, body }: Answer): Promise<void> {
  const text = stringifyJson(body);
  const close = status === 413 ? { connection: "close" } : {};
  response.writeHead(status, { "content-type": "application/json", ...close });
  response.end(text);
}
