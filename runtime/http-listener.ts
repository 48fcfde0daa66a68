import { createServer, type RequestListener } from "node:http";

import { EthStakeError } from "./errors.ts";

/** Where a server listens. */
export type ListenAddress = { host: string; port: number };
export type HttpListener = { readonly url: string; close(): Promise<void> };

/** Listens; port 0 takes a free one. `setting` is what a person changes when that fails. */
export async function listenHttp(
  { host, port }: ListenAddress,
  setting: string,
  onRequest: RequestListener,
): Promise<HttpListener> {
  const server = createServer(onRequest);
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new EthStakeError("LISTEN_FAILED", `Choose another ${setting}: ${host}:${port} cannot be listened on`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
