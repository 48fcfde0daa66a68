import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

import { PGlite } from "@electric-sql/pglite";

/** A PostgreSQL server on loopback that can go away and come back with its data. */
export type PostgresServer = {
  readonly url: string;
  /** Breaks all connections and refuses new ones. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
};

const SSL_REQUEST = 80877103;

/** Speaks the wire protocol of PostgreSQL in front of an embedded one, one connection after the other. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const pglite = await PGlite.create();
  const sockets = new Set<Socket>();
  // The embedded database has one session: whoever is in a transaction keeps it until it ends.
  let turn: Promise<unknown> = Promise.resolve();

  const serve = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    let release: (() => void) | undefined;
    socket.on("close", () => {
      sockets.delete(socket);
      if (release !== undefined) void pglite.exec("ROLLBACK").then(release, release);
    });
    let started = false;
    let last: Promise<void> = Promise.resolve();
    socket.on("data", (data) => {
      last = last.then(async () => {
        if (!started && data.readUInt32BE(4) === SSL_REQUEST) return void socket.write("N");
        if (release === undefined) {
          const before = turn;
          turn = new Promise<void>((resolve) => (release = resolve));
          await before;
        }
        started = true;
        const answer = await pglite.execProtocolRaw(data);
        socket.write(answer);
        // ReadyForQuery with status I: no transaction is open.
        if (answer.at(-1) !== 0x49 || answer.at(-6) !== 0x5a) return;
        release?.();
        release = undefined;
      });
    });
  };
  const listen = (port: number) =>
    new Promise<Server>((resolve) => {
      const server = createServer(serve);
      server.listen(port, "127.0.0.1", () => resolve(server));
    });

  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const goAway = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    goAway,
    comeBack: async () => void (server = await listen(port)),
    close: async () => {
      await goAway();
      await pglite.close();
    },
  };
}
