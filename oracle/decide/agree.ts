// One node can lie or be broken. So a report is built from several views, and is signed only when they say the same.
import type { Hex } from "viem";

import { hashReport } from "../../chain/report/encoding.ts";
import { reportDifferences, type Difference } from "../../chain/report/differences.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { BuiltReport } from "./build-report.ts";

/** What was built from one view. */
export type BuiltView = {
  source: string;
  consensusClient: string;
  executionNode: string;
  stateRoot: Hex;
  built: BuiltReport;
};

export type AgreementRules = {
  /** True when one node is believed. */
  singleNode: boolean;
};

/**
 * The report on which all views agree, in state root and report hash. Throws NODES_DISAGREE with the exact difference,
 * or AGREEMENT_MISSING when too few kinds of nodes said anything.
 */
export function agreeOn(views: readonly BuiltView[], { singleNode }: AgreementRules): BuiltReport {
  const [first, ...others] = views;
  if (first === undefined) throw missing(views, "no view could be read");
  for (const other of others) {
    const difference = differenceOf(first, other);
    if (difference !== undefined) throw disagreement(first, other, difference);
  }
  if (singleNode) return first.built;
  if (new Set(views.map(({ consensusClient }) => consensusClient)).size < 2)
    throw missing(views, "beacon nodes of two different clients are needed");
  if (new Set(views.map(({ executionNode }) => executionNode)).size < 2)
    throw missing(views, "two execution nodes are needed");
  return first.built;
}

function differenceOf(a: BuiltView, b: BuiltView): Record<string, Difference> | undefined {
  const isSameReport = hashReport(a.built.report) === hashReport(b.built.report);
  if (isSameReport && a.stateRoot === b.stateRoot) return undefined;
  return {
    ...(a.stateRoot === b.stateRoot ? {} : { stateRoot: { ours: a.stateRoot, theirs: b.stateRoot } }),
    ...reportDifferences(a.built.report, b.built.report),
  };
}

function disagreement(a: BuiltView, b: BuiltView, differences: Record<string, Difference>): EthStakeError {
  const fields = Object.keys(differences).join(", ");
  return new EthStakeError(
    "NODES_DISAGREE",
    `Find out which node is wrong; nothing is signed: they differ in ${fields}`,
    {
      details: { ours: a.source, theirs: b.source, differences },
      retryable: true,
    },
  );
}

function missing(views: readonly BuiltView[], problem: string): EthStakeError {
  return new EthStakeError(
    "AGREEMENT_MISSING",
    `Start more nodes or set ORACLE_SINGLE_NODE to believe one; nothing is signed: ${problem}`,
    {
      details: { views: views.map(({ source, consensusClient }) => ({ source, consensusClient })), problem },
      retryable: true,
    },
  );
}
