import { expect } from "chai";
import type { Hex, LocalAccount } from "viem";

import { prepareKeeperStore } from "../../keeper/store/schema.ts";
import type { Database } from "../../runtime/database/database.ts";
import { startSharedPostgres, type SharedPostgres } from "../support/shared-postgres.ts";
import { CRASHED, createCrashPoint } from "../oracle/support/crash.ts";
import { createPoolChain, type PoolChain } from "./support/pool-chain.ts";
import { createTestClock, ITEMS, keeperAccount, startReplica, type TestReplica } from "./support/replicas.ts";

/** A place at which one process stands still until it is told to go on. */
function createGate() {
  let open: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  return { arrived, open: () => open(), pass: () => (arrive(), opened) };
}

describe("two keepers on one PostgreSQL", () => {
  let server: SharedPostgres;
  let databases: Database[];
  let chain: PoolChain;
  const clock = createTestClock();
  before(async () => {
    server = await startSharedPostgres();
    databases = [await server.open(), await server.open()];
    await Promise.all(databases.map((database) => prepareKeeperStore(database)));
  }).timeout(60_000);
  after(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await server.close();
  });
  beforeEach(async () => {
    await databases[0]?.query("DELETE FROM keeper_transactions");
    chain = createPoolChain();
  });

  const started: TestReplica[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((replica) => replica.kill()));
    await server.untilFree();
  });
  const start = (i: number, changes: Partial<Parameters<typeof startReplica>[0]> = {}): TestReplica => {
    const replica = startReplica({ chain, clock, database: databases[i] ?? expect.fail(), ...changes });
    started.push(replica);
    return replica;
  };
  const transactions = async () =>
    (await databases[0]?.query("SELECT outcome, term FROM keeper_transactions ORDER BY nonce")) ?? [];

  it("lets one of them work, and the other take over when it gives up or its connection breaks", async () => {
    const [a, b] = [start(0), start(1)];
    await a.run();
    expect((await b.run()).skipped).to.include({ code: "NOT_LEADING" });
    await server.breakLeader();
    expect((await b.run()).skipped).to.equal(undefined);
    expect((await a.run()).skipped).to.include({ code: "NOT_LEADING" });
    await b.release();
    await server.untilFree();
    expect((await a.run()).skipped).to.equal(undefined);
    await a.release();
    expect(chain.done).to.deep.equal(ITEMS);
  });

  it("INV-17 does everything once when both run all the time and leaders come and go", async () => {
    const [a, b] = [start(0), start(1)];
    chain.minesByItself = false;
    const isOver = async () =>
      (await transactions()).filter(({ outcome }) => outcome === "mined").length === ITEMS.length;
    // A lead that is lost at the wrong moment costs a turn: what is asked is that it ends, and nothing is done twice.
    for (let i = 0; i < 12 || (i < 200 && !(await isOver())); i++) {
      await Promise.all(
        [a.run(), b.run(), ...(i % 3 === 1 ? [server.breakLeader()] : [])].map((it) => it.catch(() => 0)),
      );
      if (i % 2 === 1) chain.mine();
      clock.seconds += 5;
    }
    await Promise.all([a.release(), b.release()]);
    expect(chain.done).to.deep.equal(ITEMS);
    expect((await transactions()).map((row) => row["outcome"])).to.deep.equal(ITEMS.map(() => "mined"));
  });

  it("INV-17 a leader that sleeps before it writes is overtaken, and sends nothing when it wakes", async () => {
    const gate = createGate();
    const account = {
      ...keeperAccount,
      signTransaction: async (...args: Parameters<LocalAccount["signTransaction"]>) => {
        await gate.pass();
        return keeperAccount.signTransaction(...args);
      },
    } as LocalAccount;
    const [a, b] = [start(0, { account }), start(1)];
    const sleeping = a.run();
    await gate.arrived;
    await server.breakLeader();
    await b.run();
    gate.open();
    expect((await sleeping).results[0]?.error).to.include({ code: "LEAD_LOST" });
    await b.release();
    expect(chain.done).to.deep.equal(ITEMS);
    expect(chain.seen.size).to.equal(ITEMS.length);
  });

  it("INV-17 a leader that sleeps before it sends is overtaken by one that sends the same bytes", async () => {
    const gate = createGate();
    const { client } = chain.execution;
    const sendRawTransaction = async (request: { serializedTransaction: Hex }) => {
      await gate.pass();
      return client.sendRawTransaction(request);
    };
    const slow = {
      ...chain,
      execution: { ...chain.execution, client: { ...client, sendRawTransaction } },
    } as PoolChain;
    Object.defineProperty(slow, "done", { get: () => chain.done });
    const [a, b] = [start(0, { chain: slow }), start(1)];
    const sleeping = a.run();
    await gate.arrived;
    await server.breakLeader();
    expect((await b.run()).skipped).to.include({ code: "TRANSACTION_PENDING" });
    chain.mine();
    await b.run();
    gate.open();
    await sleeping;
    await b.release();
    expect(chain.done).to.deep.equal(ITEMS);
    expect(chain.seen.size).to.equal(ITEMS.length);
  });

  it("INV-17 a leader that is killed at any await is followed by one that forgets nothing and sends nothing twice", async () => {
    const attempt = async (at: number) => {
      await databases[0]?.query("DELETE FROM keeper_transactions");
      chain = createPoolChain();
      const crash = createCrashPoint(at, "after");
      const leader = start(0, { crash });
      const error = await leader.run().then(
        ({ results }) => results[0]?.error?.cause ?? results[0]?.error,
        (thrown: unknown) => thrown,
      );
      await leader.kill();
      await server.untilFree();
      const follower = start(1);
      for (let left = 5; left > 0; left--) {
        const { skipped, actions } = await follower.run();
        if (skipped === undefined && actions.length === 0) break;
        chain.mine();
        clock.seconds += 5;
      }
      await follower.release();
      await server.untilFree();
      return { crash, error };
    };
    const { crash: whole } = await attempt(Infinity);
    expect(whole.seen).to.be.greaterThan(30);
    for (let at = 0; at < whole.seen; at++) {
      const { crash, error } = await attempt(at);
      const name = `after await ${at}`;
      expect(crash.happened, name).to.equal(true);
      if (error !== undefined && error !== CRASHED) expect(error, name).to.include({ code: "EXECUTION_FAILED" });
      expect([...chain.done].sort(), name).to.deep.equal(ITEMS);
      expect(chain.pool.size, name).to.equal(0);
      const outcomes = new Set((await transactions()).map((row) => row["outcome"]));
      expect(outcomes.has("open"), name).to.equal(false);
    }
  }).timeout(180_000);
});
