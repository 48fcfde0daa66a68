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
  const dueEpoch = correlationEpoch(validator, basis);
  const activeGwei = activeAtGwei(basis, dueEpoch);
  const adjustedGwei = min(slashedAtGwei(basis, dueEpoch) * PROPORTIONAL_SLASHING_MULTIPLIER, activeGwei);
  const perIncrementGwei = adjustedGwei / (activeGwei / EFFECTIVE_BALANCE_INCREMENT_GWEI);
  return perIncrementGwei * (validator.effectiveBalanceGwei / EFFECTIVE_BALANCE_INCREMENT_GWEI);
}

/** Penalties for source and target in every epoch from `fromEpoch` until the validator is withdrawable. */
export function attestationPenaltiesGwei(validator: Slashed, basis: PenaltyBasis, fromEpoch: number): bigint {
  const activeGwei = activeAtGwei(basis, correlationEpoch(validator, basis));
  const perIncrementGwei = (EFFECTIVE_BALANCE_INCREMENT_GWEI * BASE_REWARD_FACTOR) / integerSqrt(activeGwei);
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

// Others come and go until then, but who was slashed goes for certain, and takes the same part of the divisor along.
function activeAtGwei({ totalActiveBalanceGwei, slashedLeaving }: PenaltyBasis, at: number): bigint {
  const leftGwei = slashedLeaving
    .filter(({ exitEpoch }) => exitEpoch <= at)
    .reduce((sum, { effectiveBalanceGwei }) => sum + effectiveBalanceGwei, 0n);
  return atLeastOneIncrement(totalActiveBalanceGwei - leftGwei);
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

// get_total_active_balance never answers less than one increment.
function atLeastOneIncrement(balanceGwei: bigint): bigint {
  return balanceGwei < EFFECTIVE_BALANCE_INCREMENT_GWEI ? EFFECTIVE_BALANCE_INCREMENT_GWEI : balanceGwei;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
