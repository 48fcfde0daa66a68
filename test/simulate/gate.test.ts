import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

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
});
