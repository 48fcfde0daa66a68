import { SecretKey } from "@chainsafe/blst";
import { deriveKeyFromEntropy, deriveKeyFromMaster, eth2ValidatorPaths } from "@chainsafe/bls-keygen";
import { bytesToHex, type Hex } from "viem";

import { EthStakeError } from "../runtime/errors.ts";
import { sha256 } from "../chain/ssz/sha256.ts";
import { seedOfMnemonic } from "./mnemonic.ts";

/** Largest index that EIP-2333 can derive: child indices are 32 bits wide. */
const MAX_INDEX = 2 ** 32 - 1;

/** A validator's signing key and where it comes from. */
export type SigningKey = {
  index: number;
  /** EIP-2334: m/12381/3600/index/0/0. */
  path: string;
  secretKey: Uint8Array;
  pubkey: Hex;
};

/** The master key of a mnemonic (EIP-2333). Everything below can be derived from it: as secret as the mnemonic. */
export function masterKeyOf(mnemonic: string): Uint8Array {
  return deriveKeyFromEntropy(seedOfMnemonic(mnemonic));
}

/** The signing key with an index, below a master key. */
export function deriveSigningKey(masterKey: Uint8Array, index: number): SigningKey {
  if (!Number.isInteger(index) || index < 0 || index > MAX_INDEX)
    throw new EthStakeError("INDEX_INVALID", `Give a key index from 0 to ${MAX_INDEX} instead of ${index}`);
  const { signing: path } = eth2ValidatorPaths(index);
  const secretKey = deriveKeyFromMaster(masterKey, path);
  return { index, path, secretKey, pubkey: pubkeyOf(secretKey) };
}

/**
 * Signing keys of a mnemonic, for instance for a validator client.
 *
 * @example
 * const [first] = deriveSigningKeys(mnemonic, 0, 1);
 */
export function deriveSigningKeys(mnemonic: string, startIndex: number, count: number): SigningKey[] {
  const masterKey = masterKeyOf(mnemonic);
  return Array.from({ length: count }, (_, i) => deriveSigningKey(masterKey, startIndex + i));
}

/** The public key of a secret key. */
export function pubkeyOf(secretKey: Uint8Array): Hex {
  return bytesToHex(SecretKey.fromBytes(secretKey).toPublicKey().toBytes());
}

/** Eight bytes that tell mnemonics apart and say nothing about them. */
export function fingerprintOf(masterKey: Uint8Array): Hex {
  return bytesToHex(sha256(SecretKey.fromBytes(masterKey).toPublicKey().toBytes()).subarray(0, 8));
}
