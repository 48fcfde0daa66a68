import { join } from "node:path";

import { expect } from "chai";

import { wei } from "../keeper/samples.ts";
import { createWorld, type World } from "./world.ts";

const SENT = {
  "distribution.parameters": {
    operatorFeeBps: 500,
    maxYearlyGrowthBps: 1_000,
    maxLossBps: 500,
    claimDelaySeconds: 0,
    maxCoverBps: 0,
    staleFrames: 3,
    staleHaircutBps: 500,
    staleDailyWei: wei(5),
  },
  "distribution.lastRefSlot": 63n,
  "distribution.slotsPerFrame": 64n,
  "distribution.genesisTime": 1_000_000n,
  "distribution.secondsPerSlot": 12n,
  "distribution.lastCutoffTimestamp": 1_000_700n,
  "distribution.finalizeStale": [wei(2), wei(3)],
  "pool.bufferedWei": wei(50),
  "pool.totalPooledEther": wei(100),
  "pool.totalShares": wei(100),
  "queue.finalizationHint": 7n,
};

describe("ethstake keeper costs", () => {
  let world: World;
  before(async () => {
    world = await createWorld(SENT);
  });
  after(() => world.close());

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
