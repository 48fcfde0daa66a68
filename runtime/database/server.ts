import pg from "pg";

import { toDatabaseError, type Database, type Parameter, type Queries, type Row } from "./database.ts";

const MAX_CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 60_000;

/** Connects to a PostgreSQL server. A connection that breaks is replaced; what ran on it fails as DATABASE_UNREACHABLE. */
export async function openServer(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "ethstake",
    keepAlive: true,
  });
  // An idle connection that breaks is taken out by the pool; without a listener it would end the process.
  pool.on("error", () => undefined);
  const { query } = queriesOf(pool);
  return {
    kind: "server",
    query,
    transaction: async (run) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw toDatabaseError(error);
      });
      let broken: Error | undefined;
      try {
        await client.query("BEGIN");
        const result = await run(queriesOf(client));
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch((cause: unknown) => {
          broken = toDatabaseError(cause);
        });
        throw toDatabaseError(error);
      } finally {
        client.release(broken);
      }
    },
    session: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw toDatabaseError(error);
      });
      // The next query on it fails, and says so to whom it matters.
      client.on("error", () => undefined);
      // Never back into the pool: what the session holds ends with its connection.
      return { ...queriesOf(client), close: async () => client.release(true) };
    },
    // A server answers a commit when it is on its disk.
    flush: async () => undefined,
    close: () => pool.end(),
  };
}

function queriesOf(on: Pick<pg.Pool | pg.PoolClient, "query">): Queries {
  return {
    query: async (sql, parameters: readonly Parameter[] = []) => {
      try {
        const { rows } = await on.query<Row>(sql, [...parameters]);
        return rows;
      } catch (error) {
        throw toDatabaseError(error);
      }
    },
  };
}
