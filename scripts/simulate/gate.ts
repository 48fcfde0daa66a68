import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A door between programs and a node: while it is shut, the node is not there for them. */
export type Gate = {
  readonly url: string;
  readonly open: boolean;
  /** Drops every connection and takes no new one, as a node that restarts. */
  shut(): void;
  reopen(): void;
  close(): Promise<void>;
};

/** Opens a gate on loopback to a node's address. */
export async function createGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let open = true;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The other side notices by itself that a connection has ended.
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((incoming) => {
    keep(incoming);
    if (!open) {
      incoming.resetAndDestroy();
      return;
    }
    const outgoing = connect(Number(port), hostname);
    keep(outgoing);
    incoming.once("close", () => outgoing.destroy());
    outgoing.once("close", () => incoming.destroy());
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get open() {
      return open;
    },
    shut: () => {
      open = false;
      drop();
    },
    reopen: () => {
      open = true;
    },
    close: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
