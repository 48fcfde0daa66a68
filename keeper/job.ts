import { toEthStakeError, throwIfAborted, type EthStakeError } from "../runtime/errors.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Mined } from "../chain/execution/transact.ts";
import type { Patience } from "./gas-policy.ts";
import type { SpendLimit } from "./spend-limit.ts";

/** Why a job does nothing, or not all that it could: a stable code and a sentence that says what would change it. */
export type Reason = { code: string; message: string; details?: Record<string, unknown> };

/** What a pure decision answers: transactions to send, in order, and reasons for those that are not among them. */
export type Decision<Intent> = { intents: Intent[]; reasons: Reason[] };

/** A transaction that a job sent; without `mined` it is what a dry run would have sent. */
export type Action<Name extends string, Intent> = {
  job: Name;
  /** One sentence for people. */
  summary: string;
  intent: Intent;
  mined?: Pick<Mined, "hash" | "gasUsed" | "costWei">;
};

/** What came of one run of a job. `error` is set when it could not finish; the actions before it stand. */
export type JobResult<Name extends string, Intent> = {
  job: Name;
  actions: Action<Name, Intent>[];
  reasons: Reason[];
  error?: EthStakeError;
};

export type JobRunOptions = { dryRun: boolean; signal?: AbortSignal | undefined };

/** A job runs to its end and never throws: what went wrong is in its result. */
export type Job<Name extends string, Intent> = {
  readonly name: Name;
  run(options: JobRunOptions): Promise<JobResult<Name, Intent>>;
};

/** The three parts of a job: `read` gathers, `decide` is pure, `act` sends one transaction. */
export type JobParts<Name extends string, Snapshot, Intent> = {
  name: Name;
  read(): Promise<Snapshot>;
  decide(snapshot: Snapshot): Decision<Intent>;
  /** One sentence for people. */
  describe(intent: Intent): string;
  act(intent: Intent): Promise<Mined>;
  /** What an intent holds up while it waits for cheaper gas; it never waits without. */
  patience?(intent: Intent): Patience | undefined;
  limit: SpendLimit;
  logger: Logger;
};

/**
 * Joins the parts of a job. It keeps nothing between runs: a restart reads the chain again and goes on from there.
 *
 * @example
 * const job = createJob({ name: "prove", read, decide: decideProve, describe, act, limit, logger });
 * const { actions, reasons } = await job.run({ dryRun: true });
 */
export function createJob<Name extends string, Snapshot, Intent>(
  parts: JobParts<Name, Snapshot, Intent>,
): Job<Name, Intent> {
  const { name, logger } = parts;
  return {
    name,
    run: async (options) => {
      const result: JobResult<Name, Intent> = { job: name, actions: [], reasons: [] };
      try {
        const decision = parts.decide(await parts.read());
        result.reasons.push(...decision.reasons);
        for (const reason of decision.reasons) logger.debug("Nothing to do", { job: name, ...reason });
        for (const intent of decision.intents) {
          throwIfAborted(options.signal);
          const action: Action<Name, Intent> = { job: name, summary: parts.describe(intent), intent };
          if (!options.dryRun) action.mined = await act(parts, intent);
          result.actions.push(action);
          logger.info(options.dryRun ? "Would send" : "Sent", { job: name, what: action.summary, ...action.mined });
        }
      } catch (error) {
        result.error = toEthStakeError(error, "JOB_FAILED");
        logger.warn("Job did not finish", { job: name, error: result.error });
      }
      return result;
    },
  };
}

async function act<Name extends string, Snapshot, Intent>(
  { act, limit, patience }: JobParts<Name, Snapshot, Intent>,
  intent: Intent,
): Promise<Pick<Mined, "hash" | "gasUsed" | "costWei">> {
  await limit.assertGasPrice(patience?.(intent));
  const { hash, gasUsed, costWei } = await act(intent);
  limit.add(costWei);
  return { hash, gasUsed, costWei };
}
