import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { makeChain } from "../oracle/world/chain.ts";
import { startWorld, type World } from "../oracle/world/world.ts";
import { run } from "./run.ts";

const REF_SLOT = 63;

describe("ethstake oracle, what anyone can find out", () => {
  let world: World;
  let folder: string;
  const oracle = (args: string[], env: Record<string, string> = {}) =>
    run(["oracle", ...args], { env: { ...world.env, LOG_LEVEL: "silent", ...env } });
  before(async () => {
    world = await startWorld(await makeChain({ lastSlot: 90, missed: [5, 63] }));
    folder = await mkdtemp(join(tmpdir(), "oracle-cli-"));
  });
  after(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("builds the report of a frame, and replays it from its inputs without a node", async () => {
    const inputs = join(folder, "inputs.json");
    const built = await oracle(["report", "--slot", String(REF_SLOT), "--inputs", inputs, "--json"]);
    expect(built.status, built.stderr).to.equal(0);
    const { reportHash, report, sources } = JSON.parse(built.stdout) as {
      reportHash: string;
      report: object;
      sources: string[];
    };
    expect(report).to.include({ refSlot: "63", previousRefSlot: "31" });
    expect(sources).to.have.length(2);
    const replayed = await run(["oracle", "replay", inputs, "--report-hash", reportHash, "--json"]);
    expect(replayed.status, replayed.stderr).to.equal(0);
    expect(JSON.parse(replayed.stdout)).to.include({ reportHash, same: true });

    const text = await readFile(inputs, "utf8");
    await writeFile(inputs, text.replace('"cumulativeFeeShares":"1', '"cumulativeFeeShares":"2'));
    const changed = await run(["oracle", "replay", inputs, "--report-hash", reportHash]);
    expect(changed.status).to.equal(1);
    expect(changed.stdout).to.include("Different");
    expect((await run(["oracle", "replay", join(folder, "none.json")])).status).to.equal(1);
  });

  it("says what is wrong with a slot", async () => {
    const off = await oracle(["report", "--slot", "60"]);
    expect([off.status, off.stderr]).to.deep.equal([1, "error: Give the last slot of a frame, for instance 63\n"]);
    expect((await oracle(["report", "--slot", "95"])).stderr).to.match(/is final/);
    expect((await oracle(["verify-report", "--ref-slot", "63"])).stderr).to.match(/settled frame/);
    expect((await oracle(["explain", "x"])).status).to.equal(2);
  });

  it("checks the set-up and says what to mend", async () => {
    const { status, stdout } = await oracle(["check", "--json"]);
    const { findings } = JSON.parse(stdout) as { findings: { what: string; ok: boolean; text: string }[] };
    const agreement = findings.find(({ what }) => what === "agreement");
    expect(agreement).to.deep.include({ ok: true, text: "lodestar, teku; 2 execution nodes" });
    expect(findings.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(status).to.equal(0);
    const [, second] = world.beacons;
    if (second !== undefined) second.lie = () => ({ status: 500, body: {} });
    const failed = await oracle(["check"], { CONSENSUS_CLIENT_URI: world.beacons[0]?.url ?? "" });
    expect(failed.status).to.equal(1);
    expect(failed.stdout).to.match(/MEND {2}agreement: two clients/);
  });
});
