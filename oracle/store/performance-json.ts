// What a member publishes of each frame for operators, and `ethstake operator performance` reads.
import { z } from "zod";

import { reportJson, rewardsLeavesJson } from "../../chain/report/json.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import type { Performance } from "../decide/performance.ts";
import { amountJson, epochResultsJson, gridJson } from "./snapshot-json.ts";

/** Of this layout; another one is refused. */
const FORMAT = "ethstake-operator-performance/1";

const performanceJson: z.ZodType<Performance> = z.object({
  grid: gridJson,
  report: reportJson,
  previousLeaves: rewardsLeavesJson,
  cumulativeFeeShares: amountJson,
  leaves: rewardsLeavesJson,
  epochs: epochResultsJson,
});
const file = z.object({ format: z.literal(FORMAT), performance: performanceJson });

/** Name of the file of a frame. */
export function performanceFileName(refSlot: number | bigint): string {
  return `performance-${refSlot}.json`;
}

/** The record as the text of its file. */
export function stringifyPerformance(performance: Performance): string {
  return `${stringifyJson({ format: FORMAT, performance })}\n`;
}

/** Reads it back: PERFORMANCE_INVALID when it is something else. */
export function parsePerformance(text: string): Performance {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  const result = file.safeParse(value);
  if (result.success) return result.data.performance;
  const issue = result.error.issues[0];
  throw invalid(`${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

function invalid(problem: string, cause?: unknown): EthStakeError {
  return new EthStakeError("PERFORMANCE_INVALID", `Give a performance file of an oracle member: ${problem}`, {
    cause,
    details: { problem },
  });
}
