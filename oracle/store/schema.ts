import type { Database } from "../../runtime/database/database.ts";
import { migrate, type Migration } from "../../runtime/database/migrate.ts";
import { EthStakeError } from "../../runtime/errors.ts";

/** The tables of the oracle, the same embedded and on a server. docs/oracle/store.md says how large they become. */
export const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: "epochs, frames and what was signed",
    sql: [
      `CREATE TABLE oracle_identity (name text PRIMARY KEY, value text NOT NULL)`,
      // One row an epoch: an operator's part is read only together with all others'.
      `CREATE TABLE oracle_epochs (
         epoch integer PRIMARY KEY,
         block_root text NOT NULL,
         assigned_gwei numeric(39) NOT NULL,
         attested_gwei numeric(39) NOT NULL,
         operators text NOT NULL)`,
      `CREATE TABLE oracle_frames (
         member text NOT NULL,
         ref_slot bigint NOT NULL,
         previous_ref_slot bigint NOT NULL,
         report text NOT NULL,
         leaves text NOT NULL,
         signatures text NOT NULL,
         saved_at timestamptz NOT NULL DEFAULT now(),
         PRIMARY KEY (member, ref_slot))`,
      // Everything that a report was made of, compressed, so that it can be made again.
      `CREATE TABLE oracle_inputs (
         ref_slot bigint NOT NULL,
         previous_ref_slot bigint NOT NULL,
         snapshot bytea NOT NULL,
         PRIMARY KEY (ref_slot, previous_ref_slot))`,
      // A member signs one report per frame and previous report. The row is there before the signature is.
      `CREATE TABLE oracle_signed (
         member text NOT NULL,
         ref_slot bigint NOT NULL,
         previous_ref_slot bigint NOT NULL,
         report_hash text NOT NULL,
         PRIMARY KEY (member, ref_slot, previous_ref_slot))`,
    ],
  },
];

/** Which deployment the rows are of. */
export type StoreIdentity = { chainId: number; distribution: string };

/** Brings the tables up to date, and refuses a database that holds the epochs of another deployment. */
export async function prepareStore(database: Database, { chainId, distribution }: StoreIdentity): Promise<void> {
  await migrate(database, "oracle", MIGRATIONS);
  const want = `${chainId}/${distribution.toLowerCase()}`;
  await database.query("INSERT INTO oracle_identity VALUES ('deployment', $1) ON CONFLICT (name) DO NOTHING", [want]);
  const [row] = await database.query("SELECT value FROM oracle_identity WHERE name = 'deployment'");
  const got = row?.["value"];
  if (got === want) return;
  throw new EthStakeError("STORE_OF_ANOTHER", "Name another database: this one is of another deployment", {
    details: { want, got },
  });
}
