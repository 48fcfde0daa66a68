// The report as JSON: amounts as decimal strings, since they do not fit a JSON number.
import { getAddress, isAddress, type Address, type Hex } from "viem";
import { z } from "zod";

import type { Report } from "./report.ts";
import type { RewardsLeaf } from "./rewards-tree.ts";

const decimal = z
  .string()
  .regex(/^\d{1,39}$/, "is not a decimal number")
  .transform((text) => BigInt(text));
const uint32 = z.int().min(0).max(0xffffffff);
/** 32 bytes in lower-case hex. */
export const bytes32Json = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, "is not hex of 32 bytes")
  .transform((text): Hex => `0x${text.slice(2).toLowerCase()}`);

/** 65 bytes in lower-case hex; whether it is valid is found out by recovering the signer. */
export const signatureJson = z
  .string()
  .regex(/^0x[0-9a-fA-F]{130}$/, "is not hex of 65 bytes")
  .transform((text): Hex => `0x${text.slice(2).toLowerCase()}`);
const addressJson = z
  .string()
  .refine((text) => isAddress(text), "is not an address")
  .transform((text): Address => getAddress(text));

/** Most losses, breaches, thefts or exits that we read of a report: far more than a transaction could carry. */
const MAX_ITEMS = 20_000;

/** Decodes a report; encode with stringifyJson of runtime/json.ts. */
export const reportJson: z.ZodType<Report> = z.object({
  refSlot: decimal,
  previousRefSlot: decimal,
  cutoffTimestamp: decimal,
  cutoffBlockHash: bytes32Json,
  blockRoot: bytes32Json,
  consensusBalanceGwei: decimal,
  exitingGwei: decimal,
  withdrawalReceiptsWei: decimal,
  executionReceiptsWei: decimal,
  rewardsRoot: bytes32Json,
  rewardsTotalShares: decimal,
  losses: z.array(z.object({ operatorId: uint32, amountWei: decimal })).max(MAX_ITEMS),
  breaches: z
    .array(
      z.object({
        operatorId: uint32,
        period: uint32,
        uptimePpm: uint32,
        thresholdPpm: uint32,
        missedGweiEpochs: decimal,
      }),
    )
    .max(MAX_ITEMS),
  thefts: z.array(z.object({ operatorId: uint32, slot: decimal, amountWei: decimal })).max(MAX_ITEMS),
  exits: z.array(bytes32Json).max(MAX_ITEMS),
});

/** Decodes the leaves of a rewards tree; encode with stringifyJson. */
export const rewardsLeavesJson: z.ZodType<RewardsLeaf[]> = z
  .array(z.object({ operatorId: uint32, cumulativeShares: decimal }))
  .max(100_000);

/** A member's agreement to a report, as members hand it on. Not to be believed before the signer is recovered. */
export type MemberSignature = { member: Address; signature: Hex };

/** A committee has at most 64 members. */
const MAX_SIGNATURES = 64;

/** Decodes signatures of members. */
export const memberSignaturesJson: z.ZodType<MemberSignature[]> = z
  .array(z.object({ member: addressJson, signature: signatureJson }))
  .max(MAX_SIGNATURES);
