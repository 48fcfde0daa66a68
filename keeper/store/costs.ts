import { z } from "zod";

import type { Database } from "../../runtime/database/database.ts";

/** What the transactions of one job took on one day (UTC). */
export type DailyCost = {
  /** For instance 2026-11-21. */
  day: string;
  job: string;
  /** In a block, reverted ones and replacements included. */
  transactions: number;
  reverted: number;
  gasUsed: bigint;
  costWei: bigint;
};

const row = z.object({
  day: z.coerce.number(),
  job: z.string(),
  transactions: z.coerce.number(),
  reverted: z.coerce.number(),
  gas_used: z.coerce.bigint(),
  cost_wei: z.coerce.bigint(),
});

const SECONDS_PER_DAY = 86_400;

/** Gas and its cost by day and job, newest day first, from a time on (Unix seconds). */
export async function readCosts(
  { query }: Pick<Database, "query">,
  deployment: string,
  fromSeconds: number,
): Promise<DailyCost[]> {
  const rows = await query(
    `SELECT closed_at / ${SECONDS_PER_DAY} AS day, job, count(*) AS transactions,
       count(*) FILTER (WHERE outcome = 'reverted') AS reverted,
       sum(gas_used)::text AS gas_used, sum(cost_wei)::text AS cost_wei
     FROM keeper_transactions
     WHERE deployment = $1 AND closed_at >= $2 AND outcome IN ('mined', 'reverted')
     GROUP BY 1, 2 ORDER BY 1 DESC, 2`,
    [deployment, Math.floor(fromSeconds)],
  );
  return z
    .array(row)
    .parse(rows)
    .map(({ day, job, transactions, reverted, gas_used, cost_wei }) => ({
      day: new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10),
      job,
      transactions,
      reverted,
      gasUsed: gas_used,
      costWei: cost_wei,
    }));
}
