import { getAddress, isAddress, type Address, type Hex } from "viem";
import { z } from "zod";

/** A member's agreement to a report. */
export type MemberSignature = { member: Address; signature: Hex };

/** 65 bytes in lower-case hex; whether it is valid is found out by recovering the signer. */
export const signatureJson = z
  .string()
  .regex(/^0x[0-9a-fA-F]{130}$/, "is not hex of 65 bytes")
  .transform((text): Hex => `0x${text.slice(2).toLowerCase()}`);

const addressJson = z
  .string()
  .refine((text) => isAddress(text), "is not an address")
  .transform((text): Address => getAddress(text));

/** A committee has far fewer members. */
const MAX_SIGNATURES = 256;

export const signaturesJson: z.ZodType<MemberSignature[]> = z
  .array(z.object({ member: addressJson, signature: signatureJson }))
  .max(MAX_SIGNATURES);
