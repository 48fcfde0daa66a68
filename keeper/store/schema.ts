import type { Database } from "../../runtime/database/database.ts";
import { migrate, type Migration } from "../../runtime/database/migrate.ts";
import { openDatabase, type DatabaseOptions } from "../../runtime/database/open.ts";
import { EthStakeError } from "../../runtime/errors.ts";

/** The tables of keepers, the same embedded and on a server. */
export const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: "terms and transactions",
    sql: [
      // Who leads counts here: a row of an older term is never written.
      `CREATE TABLE keeper_lead (name text PRIMARY KEY, term bigint NOT NULL)`,
      // A row is there before its transaction leaves, and says at last what became of it.
      `CREATE TABLE keeper_transactions (
         hash text PRIMARY KEY,
         deployment text NOT NULL,
         account text NOT NULL,
         nonce bigint NOT NULL,
         job text NOT NULL,
         what text NOT NULL,
         raw text NOT NULL,
         is_replacement boolean NOT NULL,
         term bigint NOT NULL,
         recorded_at bigint NOT NULL,
         outcome text NOT NULL DEFAULT 'open'
           CHECK (outcome IN ('open', 'mined', 'reverted', 'replaced', 'refused')),
         replaced_by text,
         block_number bigint,
         gas_used numeric(39),
         cost_wei numeric(78),
         closed_at bigint)`,
      // Of one nonce, one is in a block, and one waits besides those that should take its place.
      `CREATE UNIQUE INDEX keeper_transactions_included ON keeper_transactions (account, nonce)
         WHERE outcome IN ('mined', 'reverted')`,
      `CREATE UNIQUE INDEX keeper_transactions_waiting ON keeper_transactions (account, nonce)
         WHERE outcome = 'open' AND NOT is_replacement`,
      `CREATE INDEX keeper_transactions_open ON keeper_transactions (deployment) WHERE outcome = 'open'`,
      `CREATE INDEX keeper_transactions_closed ON keeper_transactions (deployment, closed_at)`,
    ],
  },
  {
    id: 2,
    name: "published exits",
    sql: [
      `CREATE TABLE keeper_published_exits (
         deployment text NOT NULL,
         validator_index bigint NOT NULL,
         published_at bigint NOT NULL,
         PRIMARY KEY (deployment, validator_index))`,
    ],
  },
];

/** Which deployment rows are of: chain and pool. One database may hold several. */
export function deploymentKey({ chainId, contracts }: { chainId: number; contracts: { pool: string } }): string {
  return `${chainId}/${contracts.pool.toLowerCase()}`;
}

/** Brings the tables up to date. */
export async function prepareKeeperStore(database: Database): Promise<void> {
  await migrate(database, "keeper", MIGRATIONS);
}

/** Opens the database of keepers, up to date. */
export async function openKeeperStore(options: DatabaseOptions): Promise<Database> {
  const database = await openDatabase(options);
  await prepareKeeperStore(database);
  return database;
}

/** What a replica that has been overtaken gets instead of a transaction. */
export function leadLostError(details: Record<string, unknown>): EthStakeError {
  return new EthStakeError("LEAD_LOST", "Leave it to the replica that leads now: this one was overtaken", { details });
}
