import { EthStakeError } from "../errors.ts";
import type { Database } from "./database.ts";

/** One step of a schema. What has been released is never changed: the next step mends it. */
export type Migration = { id: number; name: string; sql: readonly string[] };

/** Of our own choosing: whoever migrates takes this lock first. */
const LOCK = 4_788_7002;

/**
 * Brings a schema up to date, in one transaction; of several processes that start at once, one does it. `schema` names
 * whose steps these are. Refuses a database that a newer version has written.
 */
export async function migrate(database: Database, schema: string, migrations: readonly Migration[]): Promise<void> {
  await database.transaction(async ({ query }) => {
    await query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
    await query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
         schema text NOT NULL, id integer NOT NULL, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),
         PRIMARY KEY (schema, id))`,
    );
    const rows = await query("SELECT id FROM schema_migrations WHERE schema = $1 ORDER BY id", [schema]);
    const applied = new Set(rows.map(({ id }) => Number(id)));
    const unknown = [...applied].find((id) => !migrations.some((migration) => migration.id === id));
    if (unknown !== undefined)
      throw new EthStakeError("DATABASE_NEWER", "Update ethstake: a newer version has written this database", {
        details: { schema, unknown },
      });
    for (const { id, name, sql } of migrations) {
      if (applied.has(id)) continue;
      for (const statement of sql) await query(statement);
      await query("INSERT INTO schema_migrations (schema, id, name) VALUES ($1, $2, $3)", [schema, id, name]);
    }
  });
}
