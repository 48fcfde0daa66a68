import { keccak256, numberToHex, type Hex } from "viem";

import type { EpochResult, OperatorEpoch } from "../../../oracle/decide/epoch-result.ts";
import type { FrameGrid, OurValidator, Snapshot, ValidatorRecord } from "../../../oracle/decide/snapshot.ts";
import { GENESIS_FORK_VERSION, GWEI_PER_ETH, OUR_CREDENTIALS, validatorKey } from "./deposits.ts";

export const SLOTS_PER_EPOCH = 8;
/** Frames of 4 epochs, periods of 2 frames. */
export const GRID: FrameGrid = { slotsPerEpoch: SLOTS_PER_EPOCH, slotsPerFrame: 32, framesPerPeriod: 2 };
export const SLASHINGS_LENGTH = 64;
export const eth = (amount: number) => BigInt(Math.round(amount * 1000)) * (GWEI_PER_ETH / 1000n);
export const rootOf = (number: number): Hex => keccak256(numberToHex(number));

/** A record of ours: active since epoch 0, 32 ETH. */
export function record(changes: Partial<ValidatorRecord> = {}): ValidatorRecord {
  return {
    withdrawalCredentials: OUR_CREDENTIALS,
    effectiveBalanceGwei: eth(32),
    slashed: false,
    activationEligibilityEpoch: 0,
    activationEpoch: 0,
    exitEpoch: Infinity,
    withdrawableEpoch: Infinity,
    balanceGwei: eth(32),
    pendingPartialsGwei: 0n,
    consolidating: false,
    ...changes,
  };
}

/** A key of operator 1 that was deposited for long ago. */
export function ourValidator(key: number, changes: Partial<OurValidator> = {}): OurValidator {
  return {
    pubkey: validatorKey(key).pubkey,
    pubkeyRoot: rootOf(key),
    operatorId: 1,
    deposits: [{ blockNumber: 1, amountGwei: eth(1) }],
    proven: true,
    exitSettled: false,
    record: record(),
    pendingDeposits: [],
    ...changes,
  };
}

/** Frame 3 (slots 96 to 127), after frame 2 was settled with a cut-off at block 90. */
export function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  const refSlot = changes.refSlot ?? 127;
  return {
    refSlot,
    grid: GRID,
    blockRoot: rootOf(1001),
    cutoff: { timestamp: 10_000 + refSlot * 12, blockHash: rootOf(1002), blockNumber: 120 },
    withdrawalCredentials: OUR_CREDENTIALS,
    genesisForkVersion: GENESIS_FORK_VERSION,
    previous: {
      refSlot: 95,
      cutoffTimestamp: 10_000 + 95 * 12,
      cutoffBlockNumber: 90,
      withdrawalReceiptsWei: 0n,
      executionReceiptsWei: 0n,
      leaves: [],
    },
    cumulativeFeeShares: 0n,
    withdrawalReceiptsWei: 0n,
    executionReceiptsWei: 0n,
    penalties: {
      epoch: 15,
      slashingsGwei: new Array<bigint>(SLASHINGS_LENGTH).fill(0n),
      totalActiveBalanceGwei: eth(32 * 64),
      slashedLeaving: [],
    },
    unpaidProposals: [],
    validators: [],
    epochs: epochResults(0, 14),
    ...changes,
  };
}

/** Epochs in which everybody attested, the network of 64 validators and these operators. */
export function epochResults(
  first: number,
  last: number,
  operators: (epoch: number) => OperatorEpoch[] = () => [],
): EpochResult[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    epoch: first + i,
    blockRoot: rootOf(first + i),
    network: { assignedGwei: eth(2048), attestedGwei: eth(2048) },
    operators: operators(first + i),
  }));
}

/** What one operator did in an epoch: `attested` of `assigned` ETH. */
export function operatorEpoch(operatorId: number, assigned: number, attested: number): OperatorEpoch {
  return { operatorId, assignedGwei: eth(assigned), attestedGwei: eth(attested), weightGwei: eth(attested) };
}
