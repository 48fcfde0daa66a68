import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";

import { expect } from "chai";

import { createGate, type Gate } from "../../scripts/simulate/gate.ts";

describe("simulation, gate", () => {
  let server: Server;
  let gate: Gate;
  const ask = async () => (await fetch(gate.url)).text();

  before(async () => {
    server = createServer((_, response) => response.end("here"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    gate = await createGate(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  after(async () => {
    await gate.close();
    server.closeAllConnections();
    server.close();
  });

  it("lets through while it is open, nobody while it is shut, and everybody again", async () => {
    expect(await ask()).to.equal("here");
    gate.shut();
    expect(gate.open).to.equal(false);
    expect(await ask().catch(() => "nobody")).to.equal("nobody");
    gate.reopen();
    expect(await ask()).to.equal("here");
  });

  it("drops a connection that is open when it shuts", async () => {
    const { port } = new URL(gate.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nhost: here\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    gate.shut();
    await closed;
    expect(socket.destroyed).to.equal(true);
    gate.reopen();
  });
});
