import { stringifyJson } from "./json.ts";
import { listenHttp, type HttpListener, type ListenAddress } from "./http-listener.ts";

/** Whether a program does its work, and what keeps it from that. */
export type Health = { ok: boolean; problems: string[] };

/**
 * Serves `GET /live` (200 while the process runs) and `GET /health` (200 or 503 with what is wrong); nothing when there
 * is no address.
 */
export async function startHealthServer(
  address: ListenAddress | undefined,
  health: () => Health,
): Promise<HttpListener | undefined> {
  if (address === undefined) return undefined;
  return listenHttp(address, "HEALTH_LISTEN", (request, response) => {
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" || (path !== "/health" && path !== "/live")) return void response.writeHead(404).end();
    const answer = path === "/live" ? { ok: true, problems: [] } : health();
    response.writeHead(answer.ok ? 200 : 503, { "content-type": "application/json" }).end(stringifyJson(answer));
  });
}
