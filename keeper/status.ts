import type { EthStakeError } from "../runtime/errors.ts";
import type { JobName } from "./job-names.ts";

/** What is known of a keeper at one moment. Times in Unix seconds. */
export type KeeperStatus = {
  startedAt: number;
  /** When a run last did its jobs, or left them to the replica that leads. */
  lastRunAt: number | undefined;
  /** Undefined before the first run. */
  leading: boolean | undefined;
  /** Undefined without a key. */
  balanceWei: bigint | undefined;
  /** Why the last run did nothing, or what ended it. */
  lastProblem: { code: string; message: string } | undefined;
  /** Jobs whose last run failed: since when they have, and with what. */
  failing: ReadonlyMap<JobName, { since: number; error: EthStakeError }>;
};
