import { PublicKey, Signature, verify } from "@chainsafe/blst";
import { hexToBytes, type Hex } from "viem";

import { depositSigningRoot } from "./ssz/domains.ts";

/** What a deposit carries to the beacon chain. */
export type SignedDeposit = { pubkey: Hex; withdrawalCredentials: Hex; amountGwei: bigint; signature: Hex };

/**
 * Whether the beacon chain makes a validator of this deposit when its key has none yet:
 * https://github.com/ethereum/consensus-specs/blob/master/specs/electra/beacon-chain.md#new-is_valid_deposit_signature
 */
export function isValidDepositSignature(deposit: SignedDeposit, genesisForkVersion: Hex): boolean {
  try {
    // `true`: the group check that KeyValidate and signature verification of the specification contain.
    const pubkey = PublicKey.fromBytes(hexToBytes(deposit.pubkey, { size: 48 }), true);
    const signature = Signature.fromBytes(hexToBytes(deposit.signature, { size: 96 }), true);
    return verify(depositSigningRoot(deposit, genesisForkVersion), pubkey, signature);
  } catch {
    // Not a point of the curve or of the group: invalid like a wrong signature.
    return false;
  }
}
