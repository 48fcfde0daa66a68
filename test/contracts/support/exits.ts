// Requests to leave, with the fresh proof that each of them needs.
import type { Hex } from "viem";

import type { Actor } from "./accounts.ts";
import { sight, type BeaconRecord, type BeaconSight } from "./beacon.ts";
import { validatorOf, type Protocol } from "./protocol.ts";

export type AskOptions = {
  /** A stranger unless told. */
  by?: Actor;
  /** What the caller pays at the most for a request; 1 wei unless told, the fee of an idle chain. */
  maxFeeWei?: bigint;
  /** Ether sent; the most for each request unless told. */
  value?: bigint;
  /** Where records differ from those of active validators that have what was deposited. */
  record?: Partial<BeaconRecord>;
};

/** Shows validators with the balances that were deposited for them. */
export async function sightOf(p: Protocol, pubkeys: readonly Hex[], record: Partial<BeaconRecord> = {}) {
  const records = pubkeys.map(async (pubkey) => {
    const { depositedGwei } = await validatorOf(p, pubkey);
    return { pubkey, effectiveBalanceGwei: depositedGwei, ...record };
  });
  return sight(p, await Promise.all(records), { ageSlots: 1 });
}

/** Asks the chain to exit validators. */
export async function requestExit(p: Protocol, pubkeys: readonly Hex[], options: AskOptions = {}): Promise<Hex> {
  const { anchor, proof, count } = await sightOf(p, pubkeys, options.record);
  const { maxFeeWei, transaction } = terms(p, count, options);
  return p.exits.write.requestExit([anchor, proof, maxFeeWei], transaction);
}

/** Asks the chain to pay out parts of balances. */
export async function requestPartial(
  p: Protocol,
  pubkeys: readonly Hex[],
  amountsGwei: readonly bigint[],
  options: AskOptions = {},
): Promise<Hex> {
  const { anchor, proof, count } = await sightOf(p, pubkeys, options.record);
  const { maxFeeWei, transaction } = terms(p, count, options);
  return p.exits.write.requestPartialWithdrawal([anchor, proof, amountsGwei, maxFeeWei], transaction);
}

/** Asks the chain to move the ether of one validator that the sight shows to the other one. */
export async function requestConsolidation(
  p: Protocol,
  { anchor, proof }: BeaconSight,
  sourceRoot: Hex,
  options: AskOptions = {},
): Promise<Hex> {
  const { maxFeeWei, transaction } = terms(p, 1, options);
  return p.exits.write.requestConsolidation([anchor, proof, sourceRoot, maxFeeWei], transaction);
}

function terms(p: Protocol, count: number, options: AskOptions) {
  const { by = p.accounts.stranger, maxFeeWei = 1n, value = maxFeeWei * BigInt(count) } = options;
  return { maxFeeWei, transaction: { account: by.account, value } };
}
