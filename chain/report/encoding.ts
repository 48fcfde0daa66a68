import { encodeAbiParameters, getAbiItem, keccak256, type Hex } from "viem";

import { iRewardDistributionAbi } from "../abi/IRewardDistribution.ts";
import { REPORT_VERSION, type Report, type ReportId } from "./report.ts";

// Taken from the contract's own ABI, so that the two cannot drift apart.
const [reportParameter] = getAbiItem({ abi: iRewardDistributionAbi, name: "settleRewards" }).inputs;

/** `abi.encode(report)`: one byte string for one report, whatever machine made it. */
export function encodeReport(report: Report): Hex {
  return encodeAbiParameters([reportParameter], [report]);
}

/** `keccak256(abi.encode(report))`. */
export function hashReport(report: Report): Hex {
  return keccak256(encodeReport(report));
}

/** What a member signs for this report. */
export function reportIdOf(report: Report): ReportId {
  const { refSlot, blockRoot, cutoffTimestamp } = report;
  return { refSlot, blockRoot, cutoffTimestamp, version: REPORT_VERSION, reportHash: hashReport(report) };
}
