// What a slashed validator still loses: https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#modified-process_slashings
import {
  BASE_REWARD_FACTOR,
  EFFECTIVE_BALANCE_INCREMENT_GWEI,
  PROPORTIONAL_SLASHING_MULTIPLIER,
  TIMELY_SOURCE_WEIGHT,
  TIMELY_TARGET_WEIGHT,
  WEIGHT_DENOMINATOR,
} from "./rules.ts";
import type { PenaltyBasis, ValidatorRecord } from "./snapshot.ts";

type Slashed = Pick<ValidatorRecord, "effectiveBalanceGwei" | "withdrawableEpoch">;

/**
 * The penalties that lie ahead of a slashed validator, were nobody else slashed and the chain to go on finalising: the
 * correlation penalty, unless it is paid, and those for attestations, which a slashed validator always misses.
 */
export function penaltiesAheadGwei(validator: Slashed, basis: PenaltyBasis): bigint {
  const unpaid = basis.epoch <= correlationEpoch(validator, basis);
  const correlationGwei = unpaid ? correlationPenaltyGwei(validator, basis) : 0n;
  return correlationGwei + attestationPenaltiesGwei(validator, basis, basis.epoch);
}

/** The correlation penalty, as the slashings known now make it. */
export function correlationPenaltyGwei(validator: Slashed, basis: PenaltyBasis): bigint {
  const slashedGwei = slashedAtGwei(basis, correlationEpoch(validator, basis));
  const adjustedGwei = min(slashedGwei * PROPORTIONAL_SLASHING_MULTIPLIER, basis.totalActiveBalanceGwei);
  const perIncrementGwei = adjustedGwei / (basis.totalActiveBalanceGwei / EFFECTIVE_BALANCE_INCREMENT_GWEI);
  return perIncrementGwei * (validator.effectiveBalanceGwei / EFFECTIVE_BALANCE_INCREMENT_GWEI);
}

/** Penalties for source and target in every epoch from `fromEpoch` until the validator is withdrawable. */
export function attestationPenaltiesGwei(validator: Slashed, basis: PenaltyBasis, fromEpoch: number): bigint {
  const perIncrementGwei =
    (EFFECTIVE_BALANCE_INCREMENT_GWEI * BASE_REWARD_FACTOR) / integerSqrt(basis.totalActiveBalanceGwei);
  const baseRewardGwei = (validator.effectiveBalanceGwei / EFFECTIVE_BALANCE_INCREMENT_GWEI) * perIncrementGwei;
  const perEpochGwei =
    (baseRewardGwei * TIMELY_SOURCE_WEIGHT) / WEIGHT_DENOMINATOR +
    (baseRewardGwei * TIMELY_TARGET_WEIGHT) / WEIGHT_DENOMINATOR;
  return perEpochGwei * BigInt(Math.max(0, validator.withdrawableEpoch - fromEpoch));
}

// The end of this epoch brings the correlation penalty.
function correlationEpoch({ withdrawableEpoch }: Slashed, { slashingsGwei }: PenaltyBasis): number {
  return withdrawableEpoch - slashingsGwei.length / 2;
}

// The vector is a ring over epochs: what is older than its length by then will have been overwritten.
function slashedAtGwei({ epoch, slashingsGwei }: PenaltyBasis, at: number): bigint {
  const length = slashingsGwei.length;
  return slashingsGwei.reduce((total, amountGwei, slot) => {
    const slashedIn = epoch - ((((epoch - slot) % length) + length) % length);
    return slashedIn > at - length ? total + amountGwei : total;
  }, 0n);
}

function integerSqrt(value: bigint): bigint {
  if (value < 2n) return value;
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root--;
  while ((root + 1n) * (root + 1n) <= value) root++;
  return root;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
