import type { Clock } from "../runtime/clock.ts";
import type { EthStakeError } from "../runtime/errors.ts";
import type { Health } from "../runtime/health-server.ts";
import type { Logger } from "../runtime/logger.ts";
import { healthOf } from "./health.ts";
import type { JobName } from "./job-names.ts";
import { createKeeperMetrics } from "./metrics.ts";
import type { KeeperRun } from "./run-jobs.ts";
import type { KeeperStatus } from "./status.ts";
import { troubleOf } from "./trouble.ts";

/** Watches the runs of a keeper. */
export type Monitor = {
  /** Takes note of what comes of a run. A run that fails is logged: the next one may not. */
  watch(run: () => Promise<KeeperRun>): Promise<void>;
  metricsText(): Promise<string>;
  health(): Health;
};

export type MonitorOptions = {
  clock: Clock;
  logger: Logger;
  /** What the account has; undefined without one. */
  readBalanceWei: (() => Promise<bigint>) | undefined;
};

/** Makes a monitor. */
export function createMonitor({ clock, logger, readBalanceWei }: MonitorOptions): Monitor {
  const metrics = createKeeperMetrics();
  const failing = new Map<JobName, { since: number; error: EthStakeError }>();
  const status: KeeperStatus & { failing: typeof failing } = {
    startedAt: clock.now(),
    lastRunAt: undefined,
    leading: undefined,
    balanceWei: undefined,
    lastProblem: undefined,
    failing,
  };

  const note = ({ results, skipped }: KeeperRun) => {
    const now = clock.now();
    status.leading = skipped?.code !== "NOT_LEADING";
    // Who waits for another replica does all that it should; who waits for a transaction does not for long.
    if (skipped === undefined || !status.leading) status.lastRunAt = now;
    status.lastProblem = skipped;
    if (!status.leading) failing.clear();
    for (const { job, error } of results)
      if (error === undefined) failing.delete(job);
      else failing.set(job, { since: failing.get(job)?.since ?? now, error });
  };

  return {
    watch: async (run) => {
      const begun = performance.now();
      const seconds = () => (performance.now() - begun) / 1_000;
      try {
        const done = await run();
        note(done);
        metrics.runDone(seconds(), done);
      } catch (thrown) {
        const error = troubleOf(thrown, "The run");
        status.lastProblem = error;
        metrics.runFailed(seconds(), error.code);
        logger.error("Run failed", { error });
      }
      // Nothing but a figure: a node that is away has been told above.
      status.balanceWei = await readBalanceWei?.().catch(() => status.balanceWei);
    },
    metricsText: () => metrics.text(status),
    health: () => healthOf(status, clock.now()),
  };
}
