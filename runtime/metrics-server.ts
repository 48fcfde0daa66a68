import { listenHttp, type HttpListener, type ListenAddress } from "./http-listener.ts";

/** Serves `GET /metrics` for Prometheus; nothing when there is no address. */
export async function startMetricsServer(
  address: ListenAddress | undefined,
  text: () => Promise<string>,
): Promise<HttpListener | undefined> {
  if (address === undefined) return undefined;
  return listenHttp(address, "METRICS_LISTEN", (request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics")
      return void response.writeHead(404).end();
    text().then(
      (body) => response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(body),
      () => response.writeHead(500).end(),
    );
  });
}
