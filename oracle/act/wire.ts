// What members say to each other over HTTP. Nothing in it is believed: reports are hashed, signers recovered, leaves
// compared with a settled root. The answer to `GET /v1/reports/:refSlot` is in chain/report/peer-client.ts.
import type { Hex } from "viem";
import { z } from "zod";

import { bytes32Json, signatureJson } from "../../chain/report/json.ts";

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
