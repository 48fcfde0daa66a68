import { expect } from "chai";

import { startHealthServer, type Health } from "../../runtime/health-server.ts";
import { startMetricsServer } from "../../runtime/metrics-server.ts";

const any = { host: "127.0.0.1", port: 0 };

describe("runtime, servers for operators", () => {
  it("serves metrics, and nothing else", async () => {
    let fails = false;
    const server = await startMetricsServer(any, async () => {
      if (fails) throw new Error("no");
      return "up 1\n";
    });
    const answer = await fetch(`${server?.url}/metrics`);
    expect([answer.status, await answer.text()]).to.deep.equal([200, "up 1\n"]);
    expect(answer.headers.get("content-type")).to.match(/^text\/plain/);
    expect((await fetch(`${server?.url}/`)).status).to.equal(404);
    expect((await fetch(`${server?.url}/metrics`, { method: "POST" })).status).to.equal(404);
    fails = true;
    expect((await fetch(`${server?.url}/metrics`)).status).to.equal(500);
    await server?.close();
  });

  it("says whether all is well, and that the process lives even when not", async () => {
    let health: Health = { ok: true, problems: [] };
    const server = await startHealthServer(any, () => health);
    expect((await fetch(`${server?.url}/health`)).status).to.equal(200);
    health = { ok: false, problems: ["no node is in order"] };
    const answer = await fetch(`${server?.url}/health`);
    expect([answer.status, await answer.json()]).to.deep.equal([503, health]);
    expect((await fetch(`${server?.url}/live`)).status).to.equal(200);
    await server?.close();
  });

  it("listens on nothing when nobody is to be told, and says which setting is taken", async () => {
    expect(await startMetricsServer(undefined, async () => "")).to.equal(undefined);
    const server = await startHealthServer(any, () => ({ ok: true, problems: [] }));
    const taken = { host: "127.0.0.1", port: Number(new URL(server?.url ?? "").port) };
    const error = await startMetricsServer(taken, async () => "").catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "LISTEN_FAILED" });
    expect(String(error)).to.include("METRICS_LISTEN");
    await server?.close();
  });
});
