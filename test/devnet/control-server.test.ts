import { expect } from "chai";
import { z } from "zod";
import { createControlClient } from "../../devnet/control/client.ts";
import { advanceRequest } from "../../devnet/control/protocol.ts";
import { startControlServer, type ControlServer } from "../../devnet/control/server.ts";
import { EthStakeError } from "../../runtime/errors.ts";

describe("devnet control API", () => {
  const order: string[] = [];
  let controlUrl: string;
  let server: ControlServer;

  before(async () => {
    server = await startControlServer(0, {
      "GET /status": async () => ({ fine: true }),
      "POST /slow": async () => {
        order.push("begin");
        await new Promise((resolve) => setTimeout(resolve, 20));
        order.push("end");
      },
      "POST /advance": async (body) => advanceRequest.parse(body),
      "POST /fail": async () => {
        throw new EthStakeError("CHAIN_BROKEN", "The chain is broken");
      },
    });
    controlUrl = `http://127.0.0.1:${server.port}`;
  });
  after(() => server.close());

  const anything = z.unknown();
  const codeOf = async (promise: Promise<unknown>): Promise<string> => {
    try {
      await promise;
    } catch (error) {
      if (error instanceof EthStakeError) return error.code;
      throw error;
    }
    return "none";
  };

  it("does one thing at a time, also for several callers", async () => {
    const callers = [createControlClient(controlUrl), createControlClient(controlUrl)];
    await Promise.all(callers.map((control) => control("POST", "/slow", {}, anything)));
    expect(order).to.deep.equal(["begin", "end", "begin", "end"]);
  });

  it("fills in what is left out, and takes a request without a content type", async () => {
    const response = await fetch(`${controlUrl}/advance`, { method: "POST" });
    expect(await response.json()).to.deep.equal({ slots: 1, skip: [] });
  });

  it("says what is wrong with a request", async () => {
    const control = createControlClient(controlUrl);
    expect(await codeOf(control("GET", "/nowhere", undefined, anything))).to.equal("CONTROL_NO_ROUTE");
    expect(await codeOf(control("POST", "/advance", { slots: 0 }, anything))).to.equal("CONTROL_BAD_REQUEST");
    expect(await codeOf(control("POST", "/fail", {}, anything))).to.equal("CHAIN_BROKEN");
    const response = await fetch(`${controlUrl}/advance`, { method: "POST", body: "{" });
    expect(response.status).to.equal(400);
    expect(((await response.json()) as { code: string }).code).to.equal("CONTROL_BAD_JSON");
  });

  it("goes on after a failure", async () => {
    const control = createControlClient(controlUrl);
    await codeOf(control("POST", "/fail", {}, anything));
    expect(await control("GET", "/status", undefined, anything)).to.deep.equal({ fine: true });
  });

  it("says that nothing runs where nothing answers", async () => {
    const control = createControlClient("http://127.0.0.1:1");
    expect(await codeOf(control("GET", "/status", undefined, anything))).to.equal("DEVNET_UNREACHABLE");
  });
});
