import { throwIfAborted, type EthStakeError } from "../runtime/errors.ts";
import type { Logger } from "../runtime/logger.ts";
import type { Mined } from "../chain/execution/transact.ts";
import type { Patience } from "./gas-policy.ts";
import type { SpendLimit } from "./spend-limit.ts";
import { troubleOf } from "./trouble.ts";

/** Why a job does nothing, or not all that it could: a stable code and a sentence that says what would change it. */
export type Reason = { code: string; message: string; details?: Record<string, unknown> };

/** What a pure decision answers: transactions to send, in order, and reasons for those that are not among them. */
export type Decision<Intent> = { intents: Intent[]; reasons: Reason[] };

/** What a job sent; `mined` is there when it was a transaction and no dry run. */
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
  /** Of what stands alone: each is among the reasons too. */
  failures: EthStakeError[];
  error?: EthStakeError;
};

export type JobRunOptions = { dryRun: boolean; signal?: AbortSignal | undefined };

/** A job runs to its end and never throws: what went wrong is in its result. */
export type Job<Name extends string, Intent> = {
  readonly name: Name;
  run(options: JobRunOptions): Promise<JobResult<Name, Intent>>;
};

/** The three parts of a job: `read` gathers, `decide` is pure, `act` sends one thing. */
export type JobParts<Name extends string, Snapshot, Intent> = {
  name: Name;
  read(): Promise<Snapshot>;
  decide(snapshot: Snapshot): Decision<Intent>;
  /** One sentence for people. */
  describe(intent: Intent): string;
  /** Undefined for what is no transaction. */
  act(intent: Intent): Promise<Mined | undefined>;
  /** False for what is no transaction: the price of gas does not matter then. */
  costsGas?(intent: Intent): boolean;
  /** True for what stands alone: when it fails, that is a reason, and the others are sent all the same. */
  standsAlone?(intent: Intent): boolean;
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
      const result: JobResult<Name, Intent> = { job: name, actions: [], reasons: [], failures: [] };
      try {
        const decision = parts.decide(await parts.read());
        result.reasons.push(...decision.reasons);
        for (const reason of decision.reasons) logger.debug("Nothing to do", { job: name, ...reason });
        for (const intent of decision.intents) {
          throwIfAborted(options.signal);
          const action: Action<Name, Intent> = { job: name, summary: parts.describe(intent), intent };
          const failure = options.dryRun ? undefined : await act(parts, action);
          if (failure !== undefined) {
            const reason = { code: failure.code, message: `${action.summary} failed: ${failure.message}` };
            result.reasons.push(reason);
            result.failures.push(failure);
            logger.warn("Left out", { job: name, ...reason });
            continue;
          }
          result.actions.push(action);
          logger.info(options.dryRun ? "Would send" : "Sent", { job: name, what: action.summary, ...action.mined });
        }
      } catch (error) {
        result.error = troubleOf(error, `Job ${name}`);
        logger.warn("Job did not finish", { job: name, error: result.error });
      }
      return result;
    },
  };
}

/** Sends, and notes what it took. Answers the failure of what stands alone; any other is thrown. */
async function act<Name extends string, Snapshot, Intent>(
  { act, limit, patience, costsGas, standsAlone }: JobParts<Name, Snapshot, Intent>,
  action: Action<Name, Intent>,
): Promise<EthStakeError | undefined> {
  const { intent } = action;
  if (costsGas?.(intent) ?? true) await limit.assertGasPrice(patience?.(intent));
  try {
    const mined = await act(intent);
    if (mined === undefined) return undefined;
    const { hash, gasUsed, costWei } = mined;
    limit.add(costWei);
    action.mined = { hash, gasUsed, costWei };
    return undefined;
  } catch (error) {
    if (standsAlone?.(intent) !== true) throw error;
    return troubleOf(error, "Sending");
  }
}
