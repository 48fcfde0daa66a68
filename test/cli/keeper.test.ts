import { join } from "node:path";

import { expect } from "chai";

import { STALE_ANSWERS, wei } from "../keeper/samples.ts";
import { createWorld, type World } from "./world.ts";

const SENT = {
  ...STALE_ANSWERS,
  "pool.totalPooledEther": wei(100),
  "queue.finalizationHint": 7n,
};

describe("ethstake keeper", () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld(SENT);
  });
  afterEach(() => world.close());

  it("tells what it would send where it has no key, and says so in one line", async () => {
    const env = { ETHSTAKE_PRIVATE_KEY_FILE: "" };
    const { status, stdout, stderr } = await world.run(["keeper", "once", "--jobs", "stale"], env);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.match(
      /^Dry run, since there is no key: to send, set KEEPER_PRIVATE_KEY [^\n]+\nstale would send: /,
    );
    expect(stderr.match(/NO_KEY/g)).to.have.length(1);
    const json = await world.run(["keeper", "once", "--jobs", "stale", "--json"], env);
    const document = JSON.parse(json.stdout) as Record<string, unknown>;
    expect(document).to.deep.include({ dryRun: true, errors: [] });
    expect(document["notice"]).to.include({ code: "NO_KEY" });
    expect(world.node.sent).to.be.empty;
    const withKey = await world.run(["keeper", "once", "--jobs", "stale", "--dry-run", "--json"]);
    expect(JSON.parse(withKey.stdout)).not.to.have.property("notice");
  });

  it("runs on without a key until it is told to stop, and sends nothing", async () => {
    const stop = new AbortController();
    const io = { signal: stop.signal, clock: { now: () => 2_000_000, sleep: async () => stop.abort() } };
    const { status, stderr } = await world.run(
      ["keeper", "run", "--jobs", "stale"],
      { ETHSTAKE_PRIVATE_KEY_FILE: "", METRICS_LISTEN: "off", HEALTH_LISTEN: "off" },
      io,
    );
    expect(status, stderr).to.equal(0);
    expect(stderr)
      .to.match(/NO_KEY/)
      .and.to.match(/Would send/);
    expect(world.node.sent).to.be.empty;
  });

  it("waits for a node that is not there yet, when it is to run on; once, it says so and ends", async () => {
    const stop = new AbortController();
    let waits = 0;
    const sleep = async () => {
      waits += 1;
      if (waits === 3) stop.abort();
    };
    const env = { ETHSTAKE_PRIVATE_KEY_FILE: "", CONSENSUS_CLIENT_URI: "http://127.0.0.1:1" };
    const io = { signal: stop.signal, clock: { now: () => 2_000_000, sleep } };
    const running = await world.run(["keeper", "run"], env, io);
    expect(running.stderr.match(/Not started yet[^\n]+BEACON_UNREACHABLE/g)).to.have.length(3);
    expect(running.stderr).to.match(/error: Stopped on request/);
    const once = await world.run(["keeper", "once"], env);
    expect(once.status).to.equal(1);
    expect(once.stderr).to.match(/error: Start the beacon node at http:\/\/127.0.0.1:1/);
  });

  it("refuses a key file that cannot be read: somebody wanted to send", async () => {
    const { status, stderr } = await world.run(["keeper", "once"], {
      KEEPER_PRIVATE_KEY_FILE: join(world.folder, "none"),
    });
    expect(status).to.equal(1);
    expect(stderr).to.match(/^error: Make the file that KEEPER_PRIVATE_KEY_FILE names readable/);
  });

  it("tells what a keeper has sent from its database, and nothing of a dry run", async () => {
    const env = { KEEPER_DATA_DIR: join(world.folder, "keeper") };
    const once = ["keeper", "once", "--jobs", "stale"];
    const empty = await world.run(["keeper", "costs"], env);
    expect([empty.status, empty.stdout]).to.deep.equal([0, "In all: 0.000000 ETH\n"]);
    expect((await world.run([...once, "--dry-run"], env)).stdout).to.match(/would send/);
    expect((await world.run(once, env)).status).to.equal(0);
    expect(world.node.sent.map(({ functionName }) => functionName)).to.deep.equal(["finalizeStale"]);
    const told = await world.run(["keeper", "costs", "--days", "2"], env);
    expect(told.stdout).to.match(/^\d{4}-\d\d-\d\d stale: 1 transactions, \d+ gas, 0\.\d+ ETH\nIn all: 0\.\d+ ETH\n$/);
    // Making an embedded database takes long on a busy machine.
  }).timeout(180_000);
});
