// What a member publishes of each frame for operators, and `ethstake operator performance` reads.
import { z } from "zod";

import { reportJson, rewardsLeavesJson } from "../../chain/report/json.ts";
import { decodeJson } from "../../runtime/decode-json.ts";
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
  return decodeJson(file, text, invalid).performance;
}

function invalid(problem: string): EthStakeError {
  return new EthStakeError("PERFORMANCE_INVALID", `Give a performance file of an oracle member: ${problem}`, {
    details: { problem },
  });
}
