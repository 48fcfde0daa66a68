import type { KeeperContext } from "./context.ts";
import type { Reason } from "./job.ts";
import { JOB_NAMES, USUAL_JOBS, type JobName } from "./job-names.ts";
import type { KeeperAction, KeeperJobResult, KeeperJobs } from "./jobs.ts";
import type { Replica } from "./replica.ts";
import type { SpendLimit } from "./spend-limit.ts";

/** What came of one run over the jobs. */
export type KeeperRun = {
  /** Every transaction, in the order in which they were sent. */
  actions: KeeperAction[];
  /** What each job did, why it did no more, and what went wrong. */
  results: KeeperJobResult[];
  /** Why the whole run was left out; undefined when it was not. */
  skipped: Reason | undefined;
  gasCostWei: bigint;
};

export type RunParts = {
  context: KeeperContext;
  jobs: KeeperJobs;
  limit: SpendLimit;
  /** With a database: who leads, and what earlier transactions came to. */
  replica?: Replica | undefined;
  dryRun: boolean;
  signal: AbortSignal | undefined;
};

/** Runs jobs one after the other, each to its end, whatever came of the one before. */
export async function runJobs(parts: RunParts, names: readonly JobName[] = USUAL_JOBS): Promise<KeeperRun> {
  const { context, jobs, limit, replica, dryRun, signal } = parts;
  limit.reset();
  const run: KeeperRun = { actions: [], results: [], skipped: undefined, gasCostWei: 0n };
  run.skipped = (dryRun ? undefined : await replica?.reasonToWait()) ?? (await reasonToWait(context));
  if (run.skipped !== undefined) {
    if (run.skipped.code === "NOT_LEADING") context.logger.debug("Run left out", { ...run.skipped });
    else context.logger.warn("Run left out", { ...run.skipped });
    return run;
  }
  for (const name of JOB_NAMES.filter((candidate) => names.includes(candidate))) {
    if (signal?.aborted) break;
    const result = await jobs[name].run({ dryRun, signal });
    run.results.push(result);
    run.actions.push(...result.actions);
  }
  run.gasCostWei = limit.spentWei();
  return run;
}

/**
 * A transaction that was sent before a crash may still wait in the pool of the node. What it will do is not on chain
 * yet, so that deciding now could do it twice.
 */
async function reasonToWait({ protocol, transactor, beacon }: KeeperContext): Promise<Reason | undefined> {
  await beacon.assertReady();
  const { address } = transactor.account;
  const [mined, known] = await Promise.all([
    protocol.client.getTransactionCount({ address, blockTag: "latest" }),
    protocol.client.getTransactionCount({ address, blockTag: "pending" }),
  ]);
  if (known <= mined) return undefined;
  const message = `${known - mined} transactions of ${address} wait to be mined: nothing is sent before they are`;
  return { code: "TRANSACTION_PENDING", message, details: { address, mined, known } };
}
