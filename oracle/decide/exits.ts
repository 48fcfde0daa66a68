import type { Hex } from "viem";

import type { Snapshot } from "./snapshot.ts";

/**
 * Public key roots of our validators whose final withdrawal is in the vault and was not named before, ascending.
 * While a deposit for the key waits, more will come out, so that one is not final.
 */
export function finalExits(snapshot: Snapshot): Hex[] {
  const { validators, withdrawalCredentials, penalties } = snapshot;
  return validators
    .filter(({ record, proven, exitSettled, pendingDeposits }) => {
      if (record === undefined || record.withdrawalCredentials !== withdrawalCredentials) return false;
      if (!proven || exitSettled || pendingDeposits.length > 0) return false;
      return record.balanceGwei === 0n && record.withdrawableEpoch <= penalties.epoch;
    })
    .map(({ pubkeyRoot }) => pubkeyRoot)
    .sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}
