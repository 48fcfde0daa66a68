// Another implementation of BLS than the one that signs: a fault in one library cannot pass its own check.
import herumi from "@chainsafe/bls/herumi";
import type { Hex } from "viem";

import { bytesOfSize } from "../chain/hex.ts";
import type { SignedDeposit } from "../chain/keys/deposit-signature.ts";
import { depositSigningRoot } from "../chain/ssz/domains.ts";

/** True when the signature of a deposit is right under the second implementation. About ten times slower than the first. */
export function isSignatureValidByHerumi(deposit: SignedDeposit, genesisForkVersion: Hex): boolean {
  try {
    return herumi.verify(
      bytesOfSize(deposit.pubkey, 48),
      depositSigningRoot(deposit, genesisForkVersion),
      bytesOfSize(deposit.signature, 96),
    );
  } catch {
    // It throws on bytes that are not a point, which is one way of not being valid.
    return false;
  }
}
