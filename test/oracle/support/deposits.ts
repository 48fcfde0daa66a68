import { SecretKey } from "@chainsafe/blst";
import { bytesToHex, type Hex } from "viem";

import type { PendingDeposit } from "../../../chain/beacon/types.ts";
import { depositSigningRoot } from "../../../chain/ssz/domains.ts";

export const GENESIS_FORK_VERSION: Hex = "0x00000001";
export const OUR_CREDENTIALS: Hex = `0x02${"00".repeat(11)}${"aa".repeat(20)}`;
export const FOREIGN_CREDENTIALS: Hex = `0x02${"00".repeat(11)}${"bb".repeat(20)}`;
export const GWEI_PER_ETH = 1_000_000_000n;

/** A validator's key; the same number gives the same key. */
export function validatorKey(number: number): { secretKey: SecretKey; pubkey: Hex } {
  const secretKey = SecretKey.fromKeygen(new Uint8Array(32).fill(number + 1));
  return { secretKey, pubkey: bytesToHex(secretKey.toPublicKey().toBytes()) };
}

/** A deposit as it waits in the state; `valid: false` signs over another fork, as a careless builder would. */
export function pendingDeposit(options: {
  key: number;
  withdrawalCredentials?: Hex;
  amountGwei?: bigint;
  valid?: boolean;
  slot?: number;
}): PendingDeposit {
  const { key, withdrawalCredentials = OUR_CREDENTIALS, amountGwei = GWEI_PER_ETH, valid = true, slot = 1 } = options;
  const { secretKey, pubkey } = validatorKey(key);
  const message = { pubkey, withdrawalCredentials, amountGwei };
  const root = depositSigningRoot(message, valid ? GENESIS_FORK_VERSION : "0x99999999");
  return { ...message, signature: bytesToHex(secretKey.sign(root).toBytes()), slot };
}
