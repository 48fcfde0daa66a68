// How long ether takes from a request to the vault, by the rules of the chain.

/** The exit queue of the whole network, as a state has it. */
export type ExitQueue = {
  /** The epoch that exits and partial withdrawals are being booked to. */
  earliestEpoch: number;
  /** What can still be booked to it, in Gwei. */
  balanceToConsumeGwei: bigint;
};

export type ExitRules = {
  /** The least that leaves in an epoch: what really does is no less, so that a forecast from it is not too early. */
  churnGwei: bigint;
  /** Epochs before an exit begins at the earliest (MAX_SEED_LOOKAHEAD + 1). */
  lookaheadEpochs: number;
  /** Epochs between an exit and the withdrawal (MIN_VALIDATOR_WITHDRAWABILITY_DELAY). */
  withdrawableDelayEpochs: number;
};

/**
 * The epoch in which ether that is asked for now can be withdrawn, exits and partial withdrawals alike. This is
 * `compute_exit_epoch_and_update_churn` of Electra:
 * https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#new-compute_exit_epoch_and_update_churn
 */
export function withdrawableEpoch(queue: ExitQueue, rules: ExitRules, epoch: number, amountGwei: bigint): number {
  const soonest = epoch + rules.lookaheadEpochs;
  const begun = queue.earliestEpoch >= soonest;
  let exitEpoch = begun ? queue.earliestEpoch : soonest;
  const leftGwei = begun ? queue.balanceToConsumeGwei : rules.churnGwei;
  if (amountGwei > leftGwei) {
    const beyondGwei = amountGwei - leftGwei;
    exitEpoch += Number((beyondGwei - 1n) / rules.churnGwei) + 1;
  }
  return exitEpoch + rules.withdrawableDelayEpochs;
}

/** Withdrawals that one payload pays (MAX_WITHDRAWALS_PER_PAYLOAD). */
const WITHDRAWALS_PER_PAYLOAD = 16;

/**
 * Slots until the sweep has passed every validator once, when each it meets has something to pay: whole validators are
 * paid by it alone. Partial withdrawals are not: they are paid from a queue of their own.
 */
export function sweepSlots(validatorCount: number): number {
  return Math.ceil(validatorCount / WITHDRAWALS_PER_PAYLOAD);
}
