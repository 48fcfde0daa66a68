import { SecretKey } from "@chainsafe/blst";
import { bytesToHex, type Hex } from "viem";

import { PREDEPOSIT_GWEI } from "../../../chain/keys/deposit-signature.ts";
import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { networkByName } from "../../../chain/networks.ts";
import { compoundingCredentials, depositSigningRoot } from "../../../chain/ssz/domains.ts";

export const devnet = networkByName("devnet");
export const credentials: Hex = compoundingCredentials(`0x${"ab".repeat(20)}`);

/** Keys with valid predeposit signatures for the devnet; the seed makes them distinct. */
export function sampleKeys(count: number, seed = 1): BatchKey[] {
  return Array.from({ length: count }, (_, i) => {
    const secret = SecretKey.fromKeygen(new Uint8Array(32).fill(seed + i));
    const pubkey = bytesToHex(secret.toPublicKey().toBytes());
    const message = { pubkey, withdrawalCredentials: credentials, amountGwei: PREDEPOSIT_GWEI };
    return {
      pubkey,
      signature: bytesToHex(secret.sign(depositSigningRoot(message, devnet.genesisForkVersion)).toBytes()),
    };
  });
}
