import type { Database } from "./database.ts";

export type DatabaseOptions = {
  /** A PostgreSQL server; any number of processes share it. */
  url?: string | undefined;
  /** Where the embedded database lives when there is no server; in memory without it. */
  folder?: string | undefined;
};

/**
 * Opens the database of a program.
 *
 * @example
 * const database = await openDatabase({ url: env.DATABASE_URL, folder: "data/oracle/database" });
 * await migrate(database, "oracle", ORACLE_MIGRATIONS);
 */
export async function openDatabase({ url, folder }: DatabaseOptions): Promise<Database> {
  // Each is loaded only where it is used: the embedded one brings 27 MB of code.
  if (url !== undefined) return (await import("./server.ts")).openServer(url);
  return (await import("./embedded.ts")).openEmbedded(folder);
}
