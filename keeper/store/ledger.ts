import { z } from "zod";

import type { OpenTransaction, Outcome, TransactionLedger } from "../../chain/execution/ledger.ts";
import { openTransactionsError } from "../../chain/execution/recover.ts";
import type { Signed } from "../../chain/execution/submit.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Database, Queries, Row } from "../../runtime/database/database.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { leadLostError } from "./schema.ts";

/** The ledger of all keepers of a deployment. */
export type KeeperLedger = {
  /** Begins a term: whoever held an older one can write nothing any more. */
  beginTerm(): Promise<void>;
  /** The ledger as one job writes it. */
  of(job: string): TransactionLedger;
};

const hex = z.templateLiteral(["0x", z.string()]);
const openRow = z
  .object({
    account: hex,
    nonce: z.coerce.number(),
    hash: hex,
    raw: hex,
    what: z.string(),
    recorded_at: z.coerce.number(),
  })
  .transform(({ recorded_at: recordedAt, ...rest }): OpenTransaction => ({ ...rest, recordedAt }));

/** Keeps the ledger of a deployment. */
export function createKeeperLedger(database: Database, deployment: string, clock: Clock): KeeperLedger {
  let term: number | undefined;
  const now = () => Math.floor(clock.now());

  /** Holds the row of the lead until the end of the transaction, so that nobody begins a term meanwhile. */
  const assertLead = async ({ query }: Queries) => {
    const [row] = await query("SELECT term FROM keeper_lead WHERE name = $1 FOR UPDATE", [deployment]);
    const current = Number(row?.["term"] ?? -1);
    if (current !== term) throw leadLostError({ term, current });
  };
  const insert = async ({ query }: Queries, job: string, signed: Signed, isReplacement: boolean) => {
    const { hash, account, nonce, what, raw } = signed;
    await query(
      `INSERT INTO keeper_transactions
         (hash, deployment, account, nonce, job, what, raw, is_replacement, term, recorded_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [hash, deployment, account.toLowerCase(), nonce, job, what, raw, isReplacement, term ?? 0, now()],
    );
  };
  const open = async ({ query }: Queries): Promise<OpenTransaction[]> => {
    const rows = await query(
      `SELECT account, nonce, hash, raw, what, recorded_at FROM keeper_transactions
       WHERE deployment = $1 AND outcome = 'open' ORDER BY account, nonce, recorded_at`,
      [deployment],
    );
    return rows.map(parseOpen);
  };
  const assertUnused = async ({ query }: Queries, { account, nonce }: Signed) => {
    const [row] = await query(
      `SELECT hash FROM keeper_transactions
       WHERE account = $1 AND nonce = $2 AND outcome IN ('mined', 'reverted')`,
      [account.toLowerCase(), nonce],
    );
    if (row === undefined) return;
    const message = `Wait for the node, or name another: it is behind, since nonce ${nonce} of ${account} is in a block`;
    throw new EthStakeError("NONCE_USED", message, { details: { nonce, account, ...row }, retryable: true });
  };

  return {
    beginTerm: async () => {
      const [row] = await database.query(
        `INSERT INTO keeper_lead VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET term = keeper_lead.term + 1 RETURNING term`,
        [deployment],
      );
      term = Number(row?.["term"]);
    },
    of: (job) => ({
      record: async (signed) => {
        await database.transaction(async (queries) => {
          await assertLead(queries);
          const others = await open(queries);
          if (others.length > 0) throw openTransactionsError(others);
          await assertUnused(queries, signed);
          await insert(queries, job, signed, false);
        });
        await database.flush();
      },
      recordReplacement: async (signed) => {
        await database.transaction(async (queries) => {
          await assertLead(queries);
          await assertUnused(queries, signed);
          await insert(queries, job, signed, true);
        });
        await database.flush();
      },
      close: async (hash, outcome) => {
        await database.query(
          `UPDATE keeper_transactions
           SET outcome = $2, closed_at = $3, replaced_by = $4, block_number = $5, gas_used = $6, cost_wei = $7
           WHERE hash = $1 AND outcome = 'open'`,
          [hash, outcome.kind, now(), ...columnsOf(outcome)],
        );
      },
      open: () => open(database),
    }),
  };
}

function columnsOf(outcome: Outcome): (string | null)[] {
  if (outcome.kind === "replaced") return [outcome.by ?? null, null, null, null];
  if (outcome.kind === "refused") return [null, null, null, null];
  return [null, ...[outcome.blockNumber, outcome.gasUsed, outcome.costWei].map(String)];
}

function parseOpen(row: Row): OpenTransaction {
  const result = openRow.safeParse(row);
  if (result.success) return result.data;
  throw new EthStakeError("STORE_DAMAGED", "Look at the row of keeper_transactions: it cannot be read", {
    details: { hash: row["hash"], issue: result.error.issues[0]?.message },
  });
}
