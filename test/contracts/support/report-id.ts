import { keccak256, stringToHex } from "viem";

import type { ReportId } from "../../../chain/report/report.ts";

/** A report's place in time and a hash, of nothing in particular. */
export function reportId(changes: Partial<ReportId> = {}): ReportId {
  return {
    refSlot: 1343n,
    blockRoot: keccak256(stringToHex("block")),
    cutoffTimestamp: 1_800_000_000n,
    version: 1,
    reportHash: keccak256(stringToHex("report")),
    ...changes,
  };
}
