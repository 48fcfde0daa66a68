import { PublicKey, Signature, verify } from "@chainsafe/blst";
import type { Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { bytesOfSize } from "../hex.ts";
import { depositSigningRoot } from "../ssz/domains.ts";

/** A deposit as the beacon chain judges it; its data root adds the signature (ssz/containers.ts). */
export type SignedDeposit = { pubkey: Hex; withdrawalCredentials: Hex; amountGwei: bigint; signature: Hex };

/** What every ethSTAKE validator is deposited with first, and what its one signature covers: 1 ETH. */
export const PREDEPOSIT_GWEI = 1_000_000_000n;

/**
 * True when the beacon chain would take the deposit as the first of its key. Points that are malformed, infinite or
 * outside of their group are false as well.
 */
export function isDepositSignatureValid(deposit: SignedDeposit, genesisForkVersion: Hex): boolean {
  try {
    const { publicKey, signature } = decodePoints(deposit.pubkey, deposit.signature);
    return verify(depositSigningRoot(deposit, genesisForkVersion), publicKey, signature, false, false);
  } catch (error) {
    if (error instanceof EthStakeError) return false;
    throw error;
  }
}

/** Decompresses and checks both points; throws PUBKEY_MALFORMED or SIGNATURE_MALFORMED. */
export function decodePoints(pubkey: Hex, signature: Hex): { publicKey: PublicKey; signature: Signature } {
  return {
    publicKey: decode(() => PublicKey.fromBytes(bytesOfSize(pubkey, 48), true), "PUBKEY_MALFORMED", pubkey),
    signature: decode(
      () => Signature.fromBytes(bytesOfSize(signature, 96), true, true),
      "SIGNATURE_MALFORMED",
      signature,
    ),
  };
}

function decode<T>(read: () => T, code: string, value: Hex): T {
  try {
    return read();
  } catch (cause) {
    const what = code === "PUBKEY_MALFORMED" ? "public key" : "signature";
    throw new EthStakeError(code, `Make the keys again: ${value.slice(0, 20)}... is not a ${what}`, {
      cause,
      details: { value },
    });
  }
}
