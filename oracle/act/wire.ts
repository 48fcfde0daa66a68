// What members say to each other over HTTP. Nothing in it is believed: reports are hashed, signers recovered, leaves
// compared with a settled root.
import { z } from "zod";

import { reportJson, rewardsLeavesJson, bytes32Json } from "../../chain/report/json.ts";
import type { Report } from "../../chain/report/report.ts";
import type { RewardsLeaf } from "../../chain/report/rewards-tree.ts";
import type { Hex } from "viem";
import { signatureJson, signaturesJson, type MemberSignature } from "../store/member-signature.ts";

/** Answer to `GET /v1/reports/:refSlot`. */
export type PublishedReport = {
  report: Report;
  reportHash: Hex;
  signatures: MemberSignature[];
  leaves: RewardsLeaf[];
};
export const publishedReportJson: z.ZodType<PublishedReport> = z.object({
  report: reportJson,
  reportHash: bytes32Json,
  signatures: signaturesJson,
  leaves: rewardsLeavesJson,
});

/** Body of `POST /v1/signatures`. */
export type SignatureMessage = { refSlot: number; reportHash: Hex; signature: Hex };
export const signatureMessageJson: z.ZodType<SignatureMessage> = z.object({
  refSlot: z.int().nonnegative(),
  reportHash: bytes32Json,
  signature: signatureJson,
});

export const REPORTS_PATH = "/v1/reports/";
export const SIGNATURES_PATH = "/v1/signatures";
export const STATUS_PATH = "/v1/status";

/** A signature message has about 250 bytes. */
export const MAX_SIGNATURE_BODY_BYTES = 4_096;
/** A report with thousands of operators has about a megabyte. */
export const MAX_REPORT_BODY_BYTES = 8_000_000;
