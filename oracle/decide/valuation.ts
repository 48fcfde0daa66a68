import { countPendingDeposits, type DepositRules } from "./counted-deposits.ts";
import { penaltiesAheadGwei } from "./penalties.ts";
import { MIN_ACTIVATION_BALANCE_GWEI } from "./rules.ts";
import type { OurValidator, PenaltyBasis, Snapshot, ValidatorRecord } from "./snapshot.ts";

/** What a key is worth to the pool at the reference slot. */
export type Valuation = {
  /** Balance less penalties to come, plus the pending deposits that count. */
  totalGwei: bigint;
  /** The part of it that is on its way out. */
  exitingGwei: bigint;
  /** False when the key is somebody else's: then it is worth nothing. */
  ours: boolean;
};

/** Values one of our keys. A slashed validator is worth its balance less the penalties that lie ahead, at least 0. */
export function valueValidator(
  validator: Pick<OurValidator, "record" | "pendingDeposits">,
  rules: DepositRules,
  penalties: PenaltyBasis,
): Valuation {
  const { pendingGwei, ours } = countPendingDeposits(validator, rules);
  const { record } = validator;
  if (!ours) return { totalGwei: 0n, exitingGwei: 0n, ours };
  if (record === undefined) return { totalGwei: pendingGwei, exitingGwei: 0n, ours };
  const recordGwei = valueRecordGwei(record, penalties);
  return { totalGwei: recordGwei + pendingGwei, exitingGwei: exitingGwei(record, recordGwei), ours };
}

/** `consensusBalanceGwei` and `exitingGwei` of the report. */
export function consensusBalance(snapshot: Snapshot): { consensusBalanceGwei: bigint; exitingGwei: bigint } {
  const values = snapshot.validators.map((validator) => valueValidator(validator, snapshot, snapshot.penalties));
  return {
    consensusBalanceGwei: values.reduce((sum, value) => sum + value.totalGwei, 0n),
    exitingGwei: values.reduce((sum, value) => sum + value.exitingGwei, 0n),
  };
}

function valueRecordGwei(record: ValidatorRecord, penalties: PenaltyBasis): bigint {
  if (!record.slashed) return record.balanceGwei;
  const leftGwei = record.balanceGwei - penaltiesAheadGwei(record, penalties);
  return leftGwei > 0n ? leftGwei : 0n;
}

// All of a validator that leaves; of one that stays, its partial withdrawals as far as they can be paid. One that is
// consolidated leaves too, but its ether goes to another validator of ours; only what is above its effective balance is
// paid out. The chain does not move the ether of a slashed one.
// https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#new-process_pending_consolidations
function exitingGwei(record: ValidatorRecord, recordGwei: bigint): bigint {
  if (record.consolidating && !record.slashed) {
    const restGwei = record.balanceGwei - record.effectiveBalanceGwei;
    return restGwei > 0n ? restGwei : 0n;
  }
  if (record.exitEpoch !== Infinity) return recordGwei;
  const spareGwei = record.balanceGwei - MIN_ACTIVATION_BALANCE_GWEI;
  if (spareGwei <= 0n) return 0n;
  return record.pendingPartialsGwei < spareGwei ? record.pendingPartialsGwei : spareGwei;
}
