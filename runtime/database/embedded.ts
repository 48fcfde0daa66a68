import { mkdir, open, readdir } from "node:fs/promises";
import { join } from "node:path";

import { PGlite, type Transaction } from "@electric-sql/pglite";

import { acquireExclusively } from "../exclusive.ts";
import { toDatabaseError, type Database, type Parameter, type Queries, type Row } from "./database.ts";

// PGlite's own start, but for less memory: it would set 128 MB aside for a cache that our few rows do not need.
const START = [
  ...["--single", "-F", "-O", "-j"],
  ...[
    "search_path=public",
    "exit_on_error=false",
    "log_checkpoints=false",
    "max_worker_processes=0",
    "max_parallel_workers=0",
    "max_parallel_workers_per_gather=0",
    "max_parallel_maintenance_workers=0",
    "io_method=sync",
    "shared_buffers=16MB",
  ].flatMap((setting) => ["-c", setting]),
];

/**
 * Opens PostgreSQL in this process, in a folder that no other process has open. Without a folder it lives in memory.
 * PGlite hands its writes to the system, so that they survive this process; `flush` makes them survive the machine.
 */
export async function openEmbedded(folder?: string): Promise<Database> {
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = folder === undefined ? undefined : await acquireExclusively(folder);
  const pglite = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: folder }),
    startParams: START,
  }).catch(async (error: unknown) => {
    await lock?.release();
    throw toDatabaseError(error);
  });
  const { query } = queriesOf(pglite);
  return {
    kind: "embedded",
    query,
    transaction: async (run) => {
      try {
        return await pglite.transaction((transaction) => run(queriesOf(transaction)));
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
    session: async () => ({ query, close: async () => undefined }),
    flush: async () => {
      if (folder === undefined) return;
      await query("CHECKPOINT");
      await syncAll(folder);
    },
    close: async () => {
      await pglite.close();
      await lock?.release();
    },
  };
}

function queriesOf(on: Pick<PGlite | Transaction, "query">): Queries {
  return {
    query: async (sql, parameters: readonly Parameter[] = []) => {
      try {
        return (await on.query<Row>(sql, [...parameters])).rows;
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}

/** Syncs each file of a folder, then the folder. */
async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncAll(path);
    else if (entry.isFile()) await sync(path);
  }
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  // The database may have removed it meanwhile.
  if (handle === undefined) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
