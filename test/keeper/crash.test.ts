import { expect } from "chai";

import { prepareKeeperStore } from "../../keeper/store/schema.ts";
import type { Database } from "../../runtime/database/database.ts";
import { openDatabase } from "../../runtime/database/open.ts";
import { createCrashPoint, type CrashPoint } from "../oracle/support/crash.ts";
import { createPoolChain } from "./support/pool-chain.ts";
import { createTestClock, ITEMS, startReplica, STUCK_AFTER_MS } from "./support/replicas.ts";

const MAX_RUNS = 8;

describe("a keeper, a crash at every await", () => {
  let database: Database;
  before(async () => {
    database = await openDatabase({});
    await prepareKeeperStore(database);
  });
  after(() => database.close());
  beforeEach(() => database.query("DELETE FROM keeper_transactions"));

  const outcomes = async () =>
    (await database.query("SELECT outcome, count(*)::int AS count FROM keeper_transactions GROUP BY 1 ORDER BY 1")).map(
      (row) => [row["outcome"], row["count"]],
    );

  /** One run that dies somewhere, then a restart of it, until all is done. */
  async function runWithCrash(crash: CrashPoint, { pool = "kept", secondsDown = 5 } = {}) {
    await database.query("DELETE FROM keeper_transactions");
    const chain = createPoolChain();
    const clock = createTestClock();
    let replica = startReplica({ chain, database, clock, crash });
    let runs = 0;
    for (; runs < MAX_RUNS; runs++) {
      const failed = await replica.run().then(
        () => crash.happened && runs === 0,
        () => true,
      );
      if (!failed && chain.done.length >= ITEMS.length) break;
      clock.seconds += failed ? secondsDown : 60;
      if (failed && pool === "forgotten") chain.pool.clear();
      if (failed && pool === "elsewhere") chain.hide();
      if (failed) replica = startReplica({ chain, database, clock });
      else chain.mine();
    }
    // What is still around must not come later either.
    chain.mine();
    await startReplica({ chain, database, clock }).run();
    return chain;
  }

  const restart = { secondsDown: STUCK_AFTER_MS / 1000 };
  for (const [what, options] of [
    ["that is restarted at once", {}],
    ["whose transactions wait where it cannot see them", { pool: "elsewhere" }],
    ["that is restarted long after, whose node forgets what waits", { pool: "forgotten", ...restart }],
    [
      "that is restarted long after, whose transactions wait where it cannot see them",
      { pool: "elsewhere", ...restart },
    ],
  ] as const)
    it(`INV-17 ${what}, does everything once and forgets nothing`, async () => {
      const whole = createCrashPoint(Infinity, "before");
      expect((await runWithCrash(whole)).done).to.deep.equal(ITEMS);
      expect(await outcomes()).to.deep.equal([["mined", ITEMS.length]]);
      expect(whole.seen).to.be.greaterThan(30);
      for (let at = 0; at < whole.seen; at++)
        for (const when of ["before", "after"] as const) {
          const crash = createCrashPoint(at, when);
          const { done, seen, pool } = await runWithCrash(crash, options);
          const name = `await ${at}, ${when}`;
          expect(crash.happened, name).to.equal(true);
          expect([...done].sort(), name).to.deep.equal(ITEMS);
          expect(pool.size, name).to.equal(0);
          const [row] = await database.query(
            "SELECT count(*) FILTER (WHERE outcome = 'open')::int AS open, count(*)::int AS all FROM keeper_transactions",
          );
          expect(row?.["open"], name).to.equal(0);
          expect(row?.["all"], name).to.be.at.least(seen.size);
        }
    }).timeout(180_000);

  it("replaces a transaction that is stuck with its own nonce, and then does its work anew", async () => {
    const chain = createPoolChain();
    const clock = createTestClock();
    chain.baseFeeWei = 25n;
    const replica = startReplica({ chain, database, clock });
    expect((await replica.run()).results[0]?.error).to.include({ code: "TRANSACTION_PENDING" });
    clock.seconds += 60;
    expect((await replica.run()).skipped).to.include({ code: "TRANSACTION_PENDING" });
    clock.seconds += STUCK_AFTER_MS / 1000;
    expect((await replica.run()).skipped).to.equal(undefined);
    expect(chain.done).to.deep.equal([]);
    expect(await outcomes()).to.deep.equal([
      ["mined", 1],
      ["open", 1],
      ["replaced", 1],
    ]);
    chain.baseFeeWei = 5n;
    chain.mine();
    await replica.run();
    expect(chain.done).to.deep.equal(ITEMS);
  });

  it("sends nothing while one transaction is open, whatever job it is of", async () => {
    const chain = createPoolChain();
    const clock = createTestClock();
    const replica = startReplica({ chain, database, clock });
    chain.minesByItself = false;
    await replica.run();
    clock.seconds += 60;
    await replica.run();
    expect(chain.seen.size).to.equal(1);
  });
});
