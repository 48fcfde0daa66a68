import type { Hex } from "viem";

import { TIMELY_TARGET_FLAG } from "../../chain/ssz/state-reader.ts";
import type { ValidatorColumns } from "../../chain/ssz/validator-columns.ts";
import type { EpochRange } from "./frames.ts";
import { DUTY_GRACE_EPOCHS } from "./rules.ts";

/** Effective balances times duties. */
export type Participation = { assignedGwei: bigint; attestedGwei: bigint };

/** Timely-target results of one epoch, final: no block can change them any more. */
export type EpochResult = {
  epoch: number;
  /** Root of the block whose state says so: the last one of the next epoch, or before it. */
  blockRoot: Hex;
  network: Participation;
  /** Operators with a validator that was active, ascending. */
  operators: readonly OperatorEpoch[];
};
export type OperatorEpoch = Participation & {
  operatorId: number;
  /** What attested, grace or not: the weight by which fees are divided. */
  weightGwei: bigint;
};

/** Those of these results that a window judges. */
export function epochsOfWindow(results: readonly EpochResult[], { first, last }: EpochRange): EpochResult[] {
  return results.filter(({ epoch }) => epoch >= first && epoch <= last);
}

/** What is read of the state of the last block in (or before) the epoch after the judged one. */
export type DutyState = {
  slot: number;
  validators: ValidatorColumns;
  previousEpochParticipation: Uint8Array;
  currentEpochParticipation: Uint8Array;
};

/**
 * Judges one epoch. `operatorOf` gives the operator of each of our validators by its index.
 * Slashed validators have no duties, neither ours nor others'.
 */
export function judgeEpoch(
  state: DutyState,
  epoch: number,
  slotsPerEpoch: number,
  operatorOf: ReadonlyMap<number, number>,
): Omit<EpochResult, "blockRoot"> {
  const flags = participationOf(state, epoch, slotsPerEpoch);
  const network: Participation = { assignedGwei: 0n, attestedGwei: 0n };
  const operators = new Map<number, OperatorEpoch>();

  const { count, effectiveBalanceGwei, slashed, activationEpoch, exitEpoch } = state.validators;
  for (let index = 0; index < count; index++) {
    const firstEpoch = activationEpoch[index] ?? Infinity;
    if (slashed[index] !== 0 || epoch < firstEpoch || epoch >= (exitEpoch[index] ?? 0)) continue;
    const assignedGwei = effectiveBalanceGwei[index] ?? 0n;
    const attestedGwei = ((flags?.[index] ?? 0) & TIMELY_TARGET_FLAG) === 0 ? 0n : assignedGwei;
    add(network, assignedGwei, attestedGwei);

    const operatorId = operatorOf.get(index);
    if (operatorId === undefined) continue;
    const operator = operators.get(operatorId) ?? { operatorId, weightGwei: 0n, assignedGwei: 0n, attestedGwei: 0n };
    operator.weightGwei += attestedGwei;
    if (epoch >= firstEpoch + DUTY_GRACE_EPOCHS) add(operator, assignedGwei, attestedGwei);
    operators.set(operatorId, operator);
  }
  return { epoch, network, operators: [...operators.values()].sort((a, b) => a.operatorId - b.operatorId) };
}

/**
 * The flags of an epoch. A state says "previous" and "current" from where it stands. When the next epoch had no block at
 * all, the last state is of the judged epoch itself, or, when that had none either, of an earlier one: then nobody
 * attested.
 */
export function participationOf(state: DutyState, epoch: number, slotsPerEpoch: number): Uint8Array | undefined {
  const stateEpoch = Math.floor(state.slot / slotsPerEpoch);
  if (stateEpoch === epoch + 1) return state.previousEpochParticipation;
  return stateEpoch === epoch ? state.currentEpochParticipation : undefined;
}

function add(to: Participation, assignedGwei: bigint, attestedGwei: bigint): void {
  to.assignedGwei += assignedGwei;
  to.attestedGwei += attestedGwei;
}
