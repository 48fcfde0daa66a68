// A snapshot as text: what `ethstake oracle report --inputs FILE` writes and `replay FILE` reads.
import { z } from "zod";

import { hexOf } from "../../chain/beacon/codecs.ts";
import { bytes32Json, rewardsLeavesJson } from "../../chain/report/json.ts";
import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { stringifyJson } from "../../runtime/json.ts";
import type { Snapshot } from "../decide/snapshot.ts";

/** Of this layout; another one is refused. */
const FORMAT = "ethstake-oracle-inputs/3";

const whole = z.int().nonnegative();
/** A whole amount as a decimal string. */
export const amountJson = z
  .string()
  .regex(/^\d{1,78}$/, "is not a decimal number")
  .transform((text) => BigInt(text));
const epoch = z.union([whole, z.literal("Infinity").transform(() => Infinity)]);
const participation = { assignedGwei: amountJson, attestedGwei: amountJson };

/** The grid of frames. */
export const gridJson = z.object({ slotsPerEpoch: whole, slotsPerFrame: whole, framesPerPeriod: whole });
/** Results of epochs. */
export const epochResultsJson = z.array(
  z.object({
    epoch: whole,
    blockRoot: bytes32Json,
    network: z.object(participation),
    operators: z.array(z.object({ operatorId: whole, weightGwei: amountJson, ...participation })),
  }),
);

const pendingDeposit = z.object({
  pubkey: hexOf(48),
  withdrawalCredentials: bytes32Json,
  amountGwei: amountJson,
  signature: hexOf(96),
  slot: whole,
});
// JSON leaves out what is undefined; our types say that it is there and undefined.
const withRecord = <T extends { record?: unknown }>(value: T) => ({ ...value, record: value.record as T["record"] });
const record = z.object({
  withdrawalCredentials: bytes32Json,
  effectiveBalanceGwei: amountJson,
  slashed: z.boolean(),
  activationEligibilityEpoch: epoch,
  activationEpoch: epoch,
  exitEpoch: epoch,
  withdrawableEpoch: epoch,
  balanceGwei: amountJson,
  pendingPartialsGwei: amountJson,
  consolidating: z.boolean(),
});
const inState = { record: record.optional(), pendingDeposits: z.array(pendingDeposit) };
const validator = z
  .object({
    pubkey: hexOf(48),
    pubkeyRoot: bytes32Json,
    operatorId: whole,
    deposits: z.array(z.object({ blockNumber: whole, amountGwei: amountJson })),
    proven: z.boolean(),
    exitSettled: z.boolean(),
    ...inState,
    before: z.object(inState).transform(withRecord).optional(),
  })
  .transform(withRecord);
const snapshotJson: z.ZodType<Snapshot> = z.object({
  refSlot: whole,
  grid: gridJson,
  blockRoot: bytes32Json,
  cutoff: z.object({ timestamp: whole, blockHash: bytes32Json, blockNumber: whole }),
  withdrawalCredentials: bytes32Json,
  genesisForkVersion: hexOf(4),
  previous: z.object({
    refSlot: whole,
    cutoffTimestamp: whole,
    cutoffBlockNumber: z.int().min(-1),
    withdrawalReceiptsWei: amountJson,
    executionReceiptsWei: amountJson,
    leaves: rewardsLeavesJson,
  }),
  cumulativeFeeShares: amountJson,
  withdrawalReceiptsWei: amountJson,
  executionReceiptsWei: amountJson,
  penalties: z.object({
    epoch: whole,
    slashingsGwei: z.array(amountJson),
    totalActiveBalanceGwei: amountJson,
    slashedLeaving: z.array(z.object({ exitEpoch: whole, effectiveBalanceGwei: amountJson })),
  }),
  unpaidProposals: z.array(z.object({ operatorId: whole, slot: whole, tipsWei: amountJson })),
  validators: z.array(validator),
  epochs: epochResultsJson,
});
const file = z.object({ format: z.literal(FORMAT), snapshot: snapshotJson });

/** Everything that a report is made of, as JSON. */
export function stringifySnapshot(snapshot: Snapshot): string {
  return stringifyJson({ format: FORMAT, snapshot });
}

/** Reads it back: INPUTS_INVALID when it is something else. */
export function parseSnapshot(text: string): Snapshot {
  return decodeJson(file, text, invalid).snapshot;
}

function invalid(problem: string): EthStakeError {
  return new EthStakeError("INPUTS_INVALID", `Give a file that "ethstake oracle report --inputs" wrote: ${problem}`, {
    details: { problem },
  });
}
