import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Seen = { method: string; path: string; body: string };
export type TestServer = { url: string; seen: Seen[]; close: () => Promise<void> };
type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | "hang";

/** A real HTTP server on loopback whose answers a test decides: the wire is the only thing that is replaced. */
export async function startServer(answer: (request: Seen) => Answer | Promise<Answer>): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => void handle(request, response));
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const one = {
      method: request.method ?? "",
      path: request.url ?? "",
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(one);
    const result = await answer(one);
    if (result === "hang") return;
    response.writeHead(result.status ?? 200, result.headers);
    const { body } = result;
    response.end(body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body));
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
