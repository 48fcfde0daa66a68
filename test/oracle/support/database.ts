import { prepareStore } from "../../../oracle/store/schema.ts";
import type { Database } from "../../../runtime/database/database.ts";
import { openDatabase } from "../../../runtime/database/open.ts";

export const IDENTITY = { chainId: 32382, distribution: "0xD1" };
let opened: Promise<Database> | undefined;

/** The same tables, with what is in them. */
export function sharedStore(): Promise<Database> {
  opened ??= openDatabase({}).then(async (database) => {
    await prepareStore(database, IDENTITY);
    return database;
  });
  return opened;
}

/** The oracle's tables, empty. One database in memory for all tests of a process, as making one takes a second. */
export async function emptyStore(): Promise<Database> {
  const database = await sharedStore();
  for (const table of ["oracle_epochs", "oracle_frames", "oracle_inputs", "oracle_signed"])
    await database.query(`DELETE FROM ${table}`);
  return database;
}
