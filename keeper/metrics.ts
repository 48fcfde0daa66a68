// Prometheus metrics of a keeper; docs/keeper/metrics.md explains each. Labels are few and fixed: none per validator,
// operator or ticket.
import { formatEther, formatGwei } from "viem";

import { createMetricSet, setIfKnown } from "../runtime/metrics.ts";
import { JOB_NAMES } from "./job-names.ts";
import type { KeeperRun } from "./run-jobs.ts";
import type { KeeperStatus } from "./status.ts";

/** What is counted while it happens; the rest is looked up when it is asked for. */
export type KeeperMetrics = {
  runDone(seconds: number, run: KeeperRun): void;
  runFailed(seconds: number, code: string): void;
  text(status: KeeperStatus): Promise<string>;
};

const RUN_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900];
const RUN_OUTCOMES = ["done", "left-out", "failed"] as const;
/** `pending`: sent, and no receipt came in time. What becomes of it is in the ledger. */
const TRANSACTION_OUTCOMES = ["mined", "reverted", "pending"] as const;

/** Makes the metrics of one keeper. */
export function createKeeperMetrics(): KeeperMetrics {
  const { gauge, counter, histogram, text } = createMetricSet("ethstake_keeper");
  const runs = counter("runs_total", "Runs by what came of them", ["outcome"]);
  const runSeconds = histogram("run_seconds", "How long a run takes", RUN_SECONDS);
  const lastRun = gauge(
    "last_run_timestamp_seconds",
    "When a run last did its jobs, or left them to the replica that leads",
  );
  const leading = gauge("leading", "1 when this replica runs the jobs, 0 when another leads");
  const decisions = counter("decisions_total", "What jobs decided to send, in dry runs too", ["job"]);
  const waits = counter("waits_total", "Reasons why a job did no more, by their code", ["job", "code"]);
  const transactions = counter("transactions_total", "Transactions of jobs that were sent, by outcome", ["outcome"]);
  const gasUsed = counter("gas_used_total", "Gas of mined transactions");
  const gasCost = counter("gas_cost_gwei_total", "What that gas cost, in gwei");
  const balance = gauge("account_balance_eth", "What the account has to pay for transactions, in ether");
  const errors = counter("errors_total", "Jobs and runs that failed, by the code of the error", ["code"]);
  // Labels that are known begin at zero, so that the first event is an increase.
  for (const outcome of RUN_OUTCOMES) runs.inc({ outcome }, 0);
  for (const outcome of TRANSACTION_OUTCOMES) transactions.inc({ outcome }, 0);
  for (const job of JOB_NAMES) decisions.inc({ job }, 0);

  const failed = (code: string) => {
    errors.inc({ code });
    if (code === "TRANSACTION_REVERTED") transactions.inc({ outcome: "reverted" });
    if (code === "TRANSACTION_PENDING") transactions.inc({ outcome: "pending" });
  };
  return {
    runDone: (seconds, { actions, results, skipped }) => {
      runSeconds.observe(seconds);
      runs.inc({ outcome: skipped === undefined ? "done" : "left-out" });
      for (const { job, mined } of actions) {
        decisions.inc({ job });
        if (mined === undefined) continue;
        transactions.inc({ outcome: "mined" });
        gasUsed.inc(Number(mined.gasUsed));
        gasCost.inc(Number(formatGwei(mined.costWei)));
      }
      for (const { job, reasons, failures, error } of results) {
        for (const { code } of reasons) waits.inc({ job, code });
        for (const one of [...failures, ...(error ? [error] : [])]) failed(one.code);
      }
    },
    runFailed: (seconds, code) => {
      runSeconds.observe(seconds);
      runs.inc({ outcome: "failed" });
      failed(code);
    },
    text: async (status) => {
      setIfKnown(lastRun, status.lastRunAt);
      if (status.leading !== undefined) leading.set(Number(status.leading));
      if (status.balanceWei !== undefined) balance.set(Number(formatEther(status.balanceWei)));
      return text();
    },
  };
}
