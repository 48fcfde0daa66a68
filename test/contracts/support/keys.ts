import { keccak256, stringToBytes, toBytes, type Hex } from "viem";
import { SecretKey } from "@chainsafe/blst";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { PREDEPOSIT_GWEI } from "../../../chain/keys/deposit-signature.ts";
import { signDeposit } from "../../../deposits/deposit-data.ts";

/** What a predeposit's signature covers beside the key. */
export type KeyTerms = { withdrawalCredentials: Hex; genesisForkVersion: Hex };

/** Keys with real signatures over a predeposit; the same name gives the same keys. */
export function createKeys(terms: KeyTerms, name: string, count: number): BatchKey[] {
  return Array.from({ length: count }, (_, i) => createKey(terms, `${name} key ${i}`));
}

/** One key with a signature over a deposit; 1 ETH unless told. */
export function createKey(terms: KeyTerms, name: string, amountGwei: bigint = PREDEPOSIT_GWEI): BatchKey {
  const secretKey = SecretKey.fromKeygen(toBytes(keccak256(stringToBytes(name)))).toBytes();
  const { pubkey, signature } = signDeposit(secretKey, { ...terms, amountGwei });
  return { pubkey, signature };
}
