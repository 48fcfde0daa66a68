import type { Hex } from "viem";

import type { PendingDeposit } from "../../chain/beacon/types.ts";
import { isDepositSignatureValid } from "../../chain/keys/deposit-signature.ts";
import type { OurValidator } from "./snapshot.ts";

/** Which credentials are ours, and over which fork deposits are signed. */
export type DepositRules = { withdrawalCredentials: Hex; genesisForkVersion: Hex };

/** What the pool can count on of a key's ether that waits in `pending_deposits`. */
export type CountedDeposits = {
  pendingGwei: bigint;
  /** False when what is deposited for this key is not, or will not be, ours. */
  ours: boolean;
};

/**
 * Counts the pending deposits of one key, whoever sent them.
 * A record decides for itself. Without one, the first deposit with a valid signature makes it: ours, then that one and
 * all later ones count; foreign, then nothing does. Invalid ones before it are lost to the chain.
 */
export function countPendingDeposits(
  { record, pendingDeposits }: Pick<OurValidator, "record" | "pendingDeposits">,
  rules: DepositRules,
): CountedDeposits {
  if (record !== undefined) {
    const ours = record.withdrawalCredentials === rules.withdrawalCredentials;
    return { pendingGwei: ours ? sum(pendingDeposits) : 0n, ours };
  }
  const first = pendingDeposits.findIndex((deposit) => isDepositSignatureValid(deposit, rules.genesisForkVersion));
  const ours = pendingDeposits[first]?.withdrawalCredentials === rules.withdrawalCredentials;
  return { pendingGwei: ours ? sum(pendingDeposits.slice(first)) : 0n, ours };
}

function sum(deposits: readonly PendingDeposit[]): bigint {
  return deposits.reduce((total, deposit) => total + deposit.amountGwei, 0n);
}
