import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Database, Session } from "../../runtime/database/database.ts";
import { openDatabase } from "../../runtime/database/open.ts";

/** One database that several processes share. */
export type SharedPostgres = {
  /** True for PostgreSQL itself; false for a double that has one session and keeps advisory locks beside it. */
  readonly isReal: boolean;
  /** As one process opens it. */
  open(): Promise<Database>;
  /** Breaks the connection that holds a lock, as a network or a server does. */
  breakLeader(): Promise<void>;
  /** Until nobody holds a lock: a server notices the end of a connection a little later. */
  untilFree(): Promise<void>;
  close(): Promise<void>;
};

/** PostgreSQL where the machine has it, else the double: the same tests run on both. */
export async function startSharedPostgres(): Promise<SharedPostgres> {
  const bin = await binaries();
  return bin === undefined ? startDouble() : startReal(bin);
}

async function binaries(): Promise<string | undefined> {
  const root = "/usr/lib/postgresql";
  const versions = await readdir(root).catch(() => []);
  const folders = [...(process.env["PATH"] ?? "").split(":"), ...versions.map((version) => join(root, version, "bin"))];
  for (const folder of folders) {
    const names = await readdir(folder).catch((): string[] => []);
    if (names.includes("initdb") && names.includes("postgres")) return folder;
  }
  return undefined;
}

async function startReal(bin: string): Promise<SharedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "ethstake-postgres-"));
  // PostgreSQL refuses to run as root.
  const nobody = { uid: 65_534, gid: 65_534 };
  const who = userInfo().uid === 0 ? nobody : {};
  if (userInfo().uid === 0) await chown(folder, nobody.uid, nobody.gid);
  const data = join(folder, "data");
  await promisify(execFile)(join(bin, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync"], who);
  const port = await freePort();
  const settings = ["-h", "127.0.0.1", "-p", String(port), "-k", folder, "-F", "-c", "max_connections=30"];
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings], { ...who, stdio: "ignore" });
  const open = () => openDatabase({ url: `postgres://postgres@127.0.0.1:${port}/postgres` });
  const admin = await open();
  await untilReady(admin, server);
  const holders = async () =>
    (await admin.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")).map(({ pid }) => Number(pid));
  const untilNoneOf = async (isAwaited: (pid: number) => boolean) => {
    while ((await holders()).some(isAwaited)) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return {
    isReal: true,
    open,
    breakLeader: async () => {
      const broken = await holders();
      await Promise.all(broken.map((pid) => admin.query("SELECT pg_terminate_backend($1)", [pid])));
      // Another may have taken the lock by now, and keeps it.
      await untilNoneOf((pid) => broken.includes(pid));
    },
    untilFree: () => untilNoneOf(() => true),
    close: async () => {
      await admin.close();
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

async function untilReady(admin: Database, server: ChildProcess): Promise<void> {
  for (;;) {
    const answers = await admin.query("SELECT 1").then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (server.exitCode !== null) throw new Error("PostgreSQL does not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startDouble(): Promise<SharedPostgres> {
  const database = await openDatabase({});
  const locks = new Map<string, { broken: boolean }>();
  const session = async (): Promise<Session> => {
    const self = { broken: false };
    const free = () => {
      for (const [key, holder] of locks) if (holder === self) locks.delete(key);
    };
    return {
      query: async (sql, parameters = []) => {
        if (self.broken) throw new Error("Connection terminated");
        if (!sql.includes("pg_try_advisory_lock")) return sql.startsWith("SET") ? [] : database.query(sql, parameters);
        const key = String(parameters[0]);
        const holder = locks.get(key) ?? self;
        locks.set(key, holder);
        return [{ taken: holder === self }];
      },
      close: async () => free(),
    };
  };
  return {
    isReal: false,
    open: async () => ({ ...database, kind: "server", session, close: async () => undefined }),
    breakLeader: async () => {
      for (const [key, holder] of locks) {
        holder.broken = true;
        locks.delete(key);
      }
    },
    untilFree: async () => undefined,
    close: () => database.close(),
  };
}
