import { SecretKey } from "@chainsafe/blst";

/** Order of the groups of BLS12-381. */
const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
const KEY_BYTES = 32;

/**
 * The key whose signature is the aggregate of the signatures that `keys` make over the same message: BLS
 * signatures add up, so the sum of the keys signs once for all of them. A key that is listed twice counts twice.
 */
export function jointKey(keys: readonly SecretKey[]): SecretKey {
  let sum = 0n;
  for (const key of keys) sum += BigInt(`0x${Buffer.from(key.toBytes()).toString("hex")}`);
  return SecretKey.fromBytes(Buffer.from((sum % ORDER).toString(16).padStart(KEY_BYTES * 2, "0"), "hex"));
}
