import type { z } from "zod";

import { createSystemClock, type Clock } from "../../runtime/clock.ts";
import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError, abortedError } from "../../runtime/errors.ts";
import { originOf } from "../../runtime/redact.ts";
import { retry } from "../../runtime/retry.ts";

export type HttpOptions = {
  url: string;
  timeoutMs?: number;
  /** Tries per request, on errors that may pass. Default 3. */
  attempts?: number;
  signal?: AbortSignal | undefined;
  clock?: Clock;
  fetch?: typeof fetch;
};

type Request = { path: string; body?: unknown; accept?: string; timeoutMs?: number };

/** Requests to one beacon node. Every failure is an EthStakeError that names the node and the path. */
export type BeaconHttp = {
  /** Scheme and host of the node, to be shown. */
  readonly node: string;
  json<T>(schema: z.ZodType<T>, path: string, body?: unknown, timeoutMs?: number): Promise<T>;
  /** Sends something; the answer says no more than that it was taken. */
  post(path: string, body: unknown): Promise<void>;
  /** The body as bytes with the fork that the node says it is of. */
  bytes(path: string, timeoutMs?: number): Promise<{ bytes: Uint8Array; fork: string }>;
  /** Hands the body on as it comes. `open` is called for each try, as a broken one leaves its reader half full. */
  stream<T>(path: string, open: (fork: string) => ByteReader<T>, timeoutMs?: number): Promise<T>;
};

/** Takes bytes in their order and makes something of them. */
export type ByteReader<T> = { write(bytes: Uint8Array): void; end(): T };

const SSZ = "application/octet-stream";

/** Makes the wire to one beacon node: time limit, retries, error codes. */
export function createBeaconHttp(options: HttpOptions): BeaconHttp {
  const { url, clock = createSystemClock(), attempts = 3, signal } = options;
  const node = originOf(url);
  const run = <T>(path: string, read: () => Promise<T>) =>
    retry(() => read().catch((error: unknown) => fail(node, path, error, signal)), { clock, attempts, signal });

  return {
    node,
    json: (schema, path, body, timeoutMs) =>
      run(path, async () => {
        const limit = timeoutMs ? { timeoutMs } : {};
        const response = await request(
          options,
          node,
          body === undefined ? { path, ...limit } : { path, body, ...limit },
        );
        return decodeJson(schema, await response.text(), (problem) => badAnswer(node, path, problem));
      }),
    post: (path, body) => run(path, async () => void (await (await request(options, node, { path, body })).text())),
    bytes: (path, timeoutMs) =>
      run(path, async () => {
        const response = await request(options, node, { path, accept: SSZ, ...(timeoutMs ? { timeoutMs } : {}) });
        return { fork: forkOf(response, node, path), bytes: new Uint8Array(await response.arrayBuffer()) };
      }),
    stream: (path, open, timeoutMs) =>
      run(path, async () => {
        const response = await request(options, node, { path, accept: SSZ, ...(timeoutMs ? { timeoutMs } : {}) });
        const reader = open(forkOf(response, node, path));
        for await (const bytes of response.body ?? []) reader.write(bytes);
        return reader.end();
      }),
  };
}

function forkOf(response: Response, node: string, path: string): string {
  const type = response.headers.get("content-type");
  if (type?.startsWith("application/json"))
    throw new EthStakeError("BEACON_UNSUPPORTED", `${node} does not serve ${path} as SSZ`, { details: { node, path } });
  const fork = response.headers.get("eth-consensus-version");
  if (fork === null) throw badAnswer(node, path, "the header Eth-Consensus-Version is missing");
  return fork;
}

async function request(options: HttpOptions, node: string, asked: Request): Promise<Response> {
  const { path, body, accept = "application/json" } = asked;
  const limits = [AbortSignal.timeout(asked.timeoutMs ?? options.timeoutMs ?? 30_000)];
  if (options.signal) limits.push(options.signal);
  const response = await (options.fetch ?? fetch)(`${options.url.replace(/\/+$/, "")}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { accept, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.any(limits),
  });
  if (response.ok) return response;
  throw statusError(node, path, response.status, (await response.text()).slice(0, 200));
}

function statusError(node: string, path: string, status: number, answer: string): EthStakeError {
  const details = { node, path, status, answer };
  // Lodestar says so of what it has let go, and would say so again.
  const isGone = status === 404 || /State is unavailable/.test(answer);
  if (isGone) return new EthStakeError("BEACON_NOT_FOUND", `${node} does not have ${path}`, { details });
  if (status === 406 || status === 415)
    return new EthStakeError("BEACON_UNSUPPORTED", `${node} cannot serve ${path} as asked`, { details });
  // 408, 429 and everything from 500 on may pass; other refusals say that the question was wrong.
  const retryable = status === 408 || status === 429 || status >= 500;
  const advice = retryable ? "look at its log or use another node" : "this client and the node disagree";
  return new EthStakeError(retryable ? "BEACON_FAILED" : "BEACON_REFUSED", `${node} answers ${status}: ${advice}`, {
    details,
    retryable,
  });
}

function badAnswer(node: string, path: string, problem: string): EthStakeError {
  return new EthStakeError("BEACON_BAD_ANSWER", `Use a beacon node that follows the Beacon API: ${node} does not`, {
    details: { node, path, problem },
  });
}

/** Names what fetch threw: stopped by us, too slow, or not there. */
function fail(node: string, path: string, error: unknown, signal?: AbortSignal): never {
  if (error instanceof EthStakeError) throw error;
  if (signal?.aborted) throw abortedError(signal);
  const slow = error instanceof Error && error.name === "TimeoutError";
  throw new EthStakeError(
    slow ? "BEACON_TIMEOUT" : "BEACON_UNREACHABLE",
    slow
      ? `${node} takes too long; look at its load`
      : `Start the beacon node at ${node} or name another: it is not there`,
    { details: { node, path }, cause: error, retryable: true },
  );
}
