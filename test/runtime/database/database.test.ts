import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import type { Database } from "../../../runtime/database/database.ts";
import { toDatabaseError } from "../../../runtime/database/database.ts";
import { migrate, type Migration } from "../../../runtime/database/migrate.ts";
import { openDatabase } from "../../../runtime/database/open.ts";
import { EthStakeError } from "../../../runtime/errors.ts";
import { startPostgresServer, type PostgresServer } from "../../support/postgres-server.ts";

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof EthStakeError ? error.code : String(error)),
  );
const STEPS: Migration[] = [
  { id: 1, name: "items", sql: ["CREATE TABLE items (id integer PRIMARY KEY, data bytea)"] },
  { id: 2, name: "names", sql: ["ALTER TABLE items ADD COLUMN name text"] },
];

for (const kind of ["embedded", "server"] as const)
  describe(`runtime/database, ${kind}`, () => {
    let server: PostgresServer | undefined;
    let database: Database;
    before(async () => {
      server = kind === "server" ? await startPostgresServer() : undefined;
      database = await openDatabase({ url: server?.url });
    });
    after(async () => {
      await database.close();
      await server?.close();
    });

    it("migrates step by step, once, and refuses what a newer version has written", async () => {
      await migrate(database, "test", STEPS.slice(0, 1));
      await Promise.all([migrate(database, "test", STEPS), migrate(database, "test", STEPS)]);
      await database.query("INSERT INTO items VALUES (1, $1, $2)", [Uint8Array.of(1, 2), "one"]);
      expect(await codeOf(migrate(database, "test", STEPS.slice(0, 1)))).to.equal("DATABASE_NEWER");
      expect(database.kind).to.equal(kind);
    });

    it("applies nothing of a migration that fails", async () => {
      const bad = { id: 3, name: "bad", sql: ["CREATE TABLE half (id integer)", "CREATE NONSENSE"] };
      expect(await codeOf(migrate(database, "test", [...STEPS, bad]))).to.equal("DATABASE_FAILED");
      expect(await codeOf(database.query("SELECT * FROM half"))).to.equal("DATABASE_FAILED");
      await migrate(database, "test", STEPS);
    });

    it("gives back bytes and text as they were", async () => {
      const [row] = await database.query("SELECT data, name FROM items WHERE id = $1", [1]);
      expect(row?.["name"]).to.equal("one");
      expect([...(row?.["data"] as Uint8Array)]).to.deep.equal([1, 2]);
    });

    it("does all of a transaction or nothing", async () => {
      const failing = database.transaction(async ({ query }) => {
        await query("INSERT INTO items (id) VALUES (7)");
        throw new EthStakeError("MY_REASON", "no");
      });
      expect(await codeOf(failing)).to.equal("MY_REASON");
      expect(await database.query("SELECT id FROM items WHERE id = 7")).to.deep.equal([]);
      await database.transaction(({ query }) => query("INSERT INTO items (id) VALUES (8)"));
      expect(await database.query("SELECT id FROM items WHERE id = 8")).to.have.length(1);
    });
  });

describe("runtime/database, a server that goes away", () => {
  it("INV-17 fails as unreachable, and goes on by itself when it is back", async () => {
    const server = await startPostgresServer();
    const database = await openDatabase({ url: server.url });
    await database.query("CREATE TABLE kept (id integer)");
    await server.goAway();
    for (let i = 0; i < 2; i++) {
      const error = await database.query("INSERT INTO kept VALUES (1)").catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: "DATABASE_UNREACHABLE", retryable: true });
    }
    expect(await codeOf(database.transaction(async () => undefined))).to.equal("DATABASE_UNREACHABLE");
    await server.comeBack();
    await database.query("INSERT INTO kept VALUES (2)");
    expect(await database.query("SELECT id FROM kept")).to.deep.equal([{ id: 2 }]);
    await database.close();
    await server.close();
  });
});

describe("runtime/database, embedded in a folder", () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "database-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("INV-17 keeps what was written when its process is killed, and leaves nothing in the way of the next", async () => {
    const script = `
      import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, "../../../runtime/database/open.ts"))};
      const database = await openDatabase({ folder: ${JSON.stringify(folder)} });
      await database.query("CREATE TABLE kept (id integer)");
      await database.query("INSERT INTO kept VALUES (1)");
      await database.flush();
      await database.query("INSERT INTO kept VALUES (2)");
      process.stdout.write("written");
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.stderr.once("data", (text: Buffer) => reject(new Error(text.toString())));
    });
    expect(await codeOf(openDatabase({ folder }))).to.equal("IN_USE");
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const database = await openDatabase({ folder });
    expect(await database.query("SELECT id FROM kept ORDER BY id")).to.deep.equal([{ id: 1 }, { id: 2 }]);
    await database.close();
  });
});

describe("runtime/database, errors", () => {
  it("tells what passes from what does not", () => {
    const of = (code: string, message = "x") => toDatabaseError(Object.assign(new Error(message), { code }));
    expect(of("53100")).to.include({ code: "DATABASE_FULL", retryable: true });
    expect(of("ENOSPC")).to.include({ code: "DATABASE_FULL", retryable: true });
    expect(of("57P01")).to.include({ code: "DATABASE_UNREACHABLE", retryable: true });
    expect(of("40001")).to.include({ code: "DATABASE_CONFLICT", retryable: true });
    expect(of("23505")).to.include({ code: "DATABASE_FAILED", retryable: false });
    expect(toDatabaseError(new Error("Connection terminated unexpectedly"))).to.include({ retryable: true });
  });
});
