import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";

/** What a request does; the body has been read as JSON. */
export type ControlHandler = (body: unknown) => Promise<unknown>;

export interface ControlServer {
  port: number;
  close(): void;
}

const MAX_BODY_BYTES = 10_000_000;

/**
 * Serves the control API on loopback. `routes` are keyed "METHOD /path". Requests are answered one after the
 * other: two callers who advance time at once each get all of their slots.
 */
export async function startControlServer(port: number, routes: Record<string, ControlHandler>): Promise<ControlServer> {
  let queue: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    queue = queue.then(() => answer(request, response, routes));
  });
  server.keepAliveTimeout = 600_000;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Record<string, ControlHandler>,
): Promise<void> {
  try {
    const route = `${request.method} ${request.url}`;
    const handler = routes[route];
    if (handler === undefined) {
      const known = Object.keys(routes).join(", ");
      throw new EthStakeError("CONTROL_NO_ROUTE", `The devnet has no ${route}; it has ${known}`);
    }
    send(response, 200, await handler(await readJson(request)));
  } catch (error) {
    const { status, code, message } = describe(error);
    send(response, status, { code, message });
  }
}

function describe(error: unknown): { status: number; code: string; message: string } {
  if (error instanceof z.ZodError) return { status: 400, code: "CONTROL_BAD_REQUEST", message: z.prettifyError(error) };
  const { code, message } = toEthStakeError(error, "DEVNET_FAILED");
  return { status: code === "CONTROL_NO_ROUTE" ? 404 : code.startsWith("CONTROL") ? 400 : 500, code, message };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = chunk as Buffer;
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new EthStakeError("CONTROL_BODY_TOO_LARGE", "Send less in one request");
    chunks.push(part);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new EthStakeError("CONTROL_BAD_JSON", "Send a JSON body", { cause });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body ?? {}));
}
