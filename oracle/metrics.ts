// Prometheus metrics of a member; docs/oracle/metrics.md explains each. Labels are few and fixed: none per validator or
// operator.
import { formatEther } from "viem";

import type { Report } from "../chain/report/report.ts";
import { createMetricSet, setIfKnown } from "../runtime/metrics.ts";
import type { OracleLook } from "./health.ts";
import { ORACLE_PHASES } from "./status.ts";

/** What is counted while it happens; the rest is looked up when it is asked for. */
export type OracleMetrics = {
  stepDone(seconds: number): void;
  stepFailed(seconds: number, code: string): void;
  reportBuilt(seconds: number, report: Report): void;
  text(look: OracleLook): Promise<string>;
};

const STEP_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900];
const NODE_KINDS = ["beacon", "execution"] as const;

/** Makes the metrics of one member. */
export function createOracleMetrics(): OracleMetrics {
  const { gauge, counter, histogram, text: registered } = createMetricSet("ethstake_oracle");

  const phase = gauge("phase", "1 for what the member is doing", ["phase"]);
  const finalizedSlot = gauge("finalized_slot", "Last slot that cannot change");
  const settledRefSlot = gauge("settled_ref_slot", "Reference slot of the last settled report");
  const memberBalance = gauge("member_balance_eth", "What the member's account has to pay for transactions, in ether");
  const reportRefSlot = gauge("report_ref_slot", "Reference slot of the report that this member built last");
  const consensusBalance = gauge("report_consensus_balance_eth", "Consensus balance in that report, in ether");
  const exiting = gauge("report_exiting_eth", "Of it, what is on its way out, in ether");
  const entries = gauge("report_entries", "Entries of that report", ["list"]);
  const signatures = gauge("signatures", "Signatures for the present report");
  const quorum = gauge("quorum", "Signatures that are needed");
  const disagreements = gauge("disagreements", "Peers whose members signed another report for the present frame");
  const peers = gauge("peers", "Peers by whether they answered last time", ["answered"]);
  const nodes = gauge("nodes", "Nodes by kind and whether they were in order at the last look", ["kind", "in_order"]);
  const gaps = gauge("epoch_gaps", "Epochs that a report will need and that are not judged yet");
  const lastStep = gauge("last_step_timestamp_seconds", "When a step succeeded last");
  const stepSeconds = histogram("step_seconds", "How long a step takes", STEP_SECONDS);
  const reportSeconds = histogram(
    "report_seconds",
    "How long it takes to read the chain and build a report",
    STEP_SECONDS,
  );
  const errors = counter("errors_total", "Steps that failed, by the code of the error", ["code"]);

  return {
    stepDone: (seconds) => stepSeconds.observe(seconds),
    stepFailed: (seconds, code) => {
      stepSeconds.observe(seconds);
      errors.inc({ code });
    },
    reportBuilt: (seconds, report) => {
      reportSeconds.observe(seconds);
      reportRefSlot.set(Number(report.refSlot));
      consensusBalance.set(etherOf(report.consensusBalanceGwei));
      exiting.set(etherOf(report.exitingGwei));
      for (const list of ["losses", "breaches", "thefts", "exits"] as const) entries.set({ list }, report[list].length);
    },
    text: async ({ status, nodes: found, gaps: missing }) => {
      for (const name of ORACLE_PHASES) phase.set({ phase: name }, Number(name === status.phase));
      setIfKnown(finalizedSlot, status.finalizedSlot);
      setIfKnown(settledRefSlot, status.lastSettledRefSlot);
      if (status.balanceWei !== undefined) memberBalance.set(Number(formatEther(status.balanceWei)));
      setIfKnown(lastStep, status.lastStepAt);
      signatures.set(status.frame?.signatures ?? 0);
      quorum.set(status.frame?.quorum ?? 0);
      disagreements.set(status.frame?.disagreements ?? 0);
      for (const answered of [true, false])
        peers.set({ answered: String(answered) }, status.peers.filter(({ ok }) => ok === answered).length);
      for (const kind of NODE_KINDS)
        for (const ok of [true, false])
          nodes.set(
            { kind, in_order: String(ok) },
            found.filter((node) => node.kind === kind && node.ok === ok).length,
          );
      gaps.set(missing);
      return registered();
    },
  };
}

function etherOf(amountGwei: bigint): number {
  return Number(amountGwei) / 1e9;
}
