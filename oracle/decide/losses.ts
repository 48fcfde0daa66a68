import type { Loss } from "../../chain/report/report.ts";
import { gweiToWei } from "../../chain/units.ts";
import { countPendingDeposits } from "./counted-deposits.ts";
import { attestationPenaltiesGwei, correlationPenaltyGwei } from "./penalties.ts";
import { MIN_SLASHING_PENALTY_QUOTIENT } from "./rules.ts";
import type { OurValidator, Snapshot } from "./snapshot.ts";
import { valueValidator } from "./valuation.ts";

/**
 * The losses of the window that have a name, summed by operator, ascending:
 * deposits of ours that went to a key that is not ours, and what validators that were slashed lost and will lose.
 */
export function namedLosses(snapshot: Snapshot): Loss[] {
  const byOperator = new Map<number, bigint>();
  for (const validator of snapshot.validators) {
    const lossGwei = misdirectedGwei(validator, snapshot) + slashedGwei(validator, snapshot);
    if (lossGwei > 0n) byOperator.set(validator.operatorId, (byOperator.get(validator.operatorId) ?? 0n) + lossGwei);
  }
  return [...byOperator]
    .sort(([a], [b]) => a - b)
    .map(([operatorId, lossGwei]) => ({ operatorId, amountWei: gweiToWei(lossGwei) }));
}

/** What the pool deposited for a validator in the window. */
function depositedInWindowGwei({ deposits }: OurValidator, { previous, cutoff }: Snapshot): bigint {
  return deposits
    .filter(({ blockNumber }) => blockNumber > previous.cutoffBlockNumber && blockNumber <= cutoff.blockNumber)
    .reduce((sum, { amountGwei }) => sum + amountGwei, 0n);
}

function misdirectedGwei(validator: OurValidator, snapshot: Snapshot): bigint {
  return countPendingDeposits(validator, snapshot).ours ? 0n : depositedInWindowGwei(validator, snapshot);
}

/** True when a validator may have been slashed after the previous reference slot: only then its past is looked at. */
export function maybeSlashedInWindow(
  { record }: Pick<OurValidator, "record">,
  slashingsLength: number,
  previousEpoch: number,
): boolean {
  // slash_validator sets withdrawable_epoch to at least the epoch of the slashing plus the length of the vector.
  return record?.slashed === true && record.withdrawableEpoch - slashingsLength >= previousEpoch;
}

// The fall in value: before + deposits - now. Ether that was paid out to the vault in between is no loss, and the state
// does not say how much that was; so the fall counts up to what a slashing can cost at the most.
function slashedGwei(validator: OurValidator, snapshot: Snapshot): bigint {
  const { record, before } = validator;
  if (record?.slashed !== true || before === undefined || before.record?.slashed === true) return 0n;
  const now = valueValidator(validator, snapshot, snapshot.penalties);
  if (!now.ours) return 0n;

  const beforeGwei = valueValidator(before, snapshot, snapshot.penalties).totalGwei;
  const fallGwei = beforeGwei + depositedInWindowGwei(validator, snapshot) - now.totalGwei;
  const mostGwei = greatestPenaltyGwei(validator, snapshot);
  const lossGwei = fallGwei < mostGwei ? fallGwei : mostGwei;
  return lossGwei > 0n ? lossGwei : 0n;
}

function greatestPenaltyGwei({ record, before }: OurValidator, { grid, previous, penalties }: Snapshot): bigint {
  if (record === undefined) return 0n;
  const effectiveBalanceGwei = before?.record?.effectiveBalanceGwei ?? record.effectiveBalanceGwei;
  const slashed = { effectiveBalanceGwei, withdrawableEpoch: record.withdrawableEpoch };
  const previousEpoch = Math.floor(previous.refSlot / grid.slotsPerEpoch);
  return (
    effectiveBalanceGwei / MIN_SLASHING_PENALTY_QUOTIENT +
    correlationPenaltyGwei(slashed, penalties) +
    attestationPenaltiesGwei(slashed, penalties, previousEpoch)
  );
}
