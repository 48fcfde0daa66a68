import { SecretKey } from "@chainsafe/blst";
import { bytesToHex, type Hex } from "viem";

import { EthStakeError } from "../runtime/errors.ts";
import { sha256 } from "../chain/ssz/sha256.ts";
import { seedOfMnemonic } from "./mnemonic.ts";

/** Largest index that EIP-2333 can derive: child indices are 32 bits wide. */
const MAX_INDEX = 2 ** 32 - 1;
/** EIP-2334: purpose (BLS12-381) and coin type (Ethereum). All validators share this part of the path. */
const SHARED_PATH = [12381, 3600] as const;

/** A validator's signing key and where it comes from. */
export type SigningKey = {
  index: number;
  /** EIP-2334: m/12381/3600/index/0/0. */
  path: string;
  secretKey: Uint8Array;
  pubkey: Hex;
};

/** The master key of a mnemonic (EIP-2333). Everything below can be derived from it: as secret as the mnemonic. */
export function masterKeyOf(mnemonic: string, passphrase = ""): Uint8Array {
  const seed = seedOfMnemonic(mnemonic, passphrase);
  try {
    return SecretKey.deriveMasterEip2333(seed).toBytes();
  } finally {
    seed.fill(0);
  }
}

/** The key at m/12381/3600, from which every validator's keys come: derived once for all of them. */
export function accountKeyOf(masterKey: Uint8Array): Uint8Array {
  return derive(SecretKey.fromBytes(masterKey), SHARED_PATH).toBytes();
}

/** Signing keys from an index on, below the key of {@link accountKeyOf}. */
export function deriveFromAccount(accountKey: Uint8Array, firstIndex: number, count: number): SigningKey[] {
  const account = SecretKey.fromBytes(accountKey);
  return Array.from({ length: count }, (_, i) => {
    const index = firstIndex + i;
    assertIndex(index);
    const key = derive(account, [index, 0, 0]);
    const pubkey = bytesToHex(key.toPublicKey().toBytes());
    return { index, path: signingPath(index), secretKey: key.toBytes(), pubkey };
  });
}

/** The signing key with an index, below a master key. */
export function deriveSigningKey(masterKey: Uint8Array, index: number): SigningKey {
  const [key] = deriveFromAccount(accountKeyOf(masterKey), index, 1);
  if (key === undefined) throw new EthStakeError("INDEX_INVALID", "Ask for one key");
  return key;
}

/**
 * Signing keys of a mnemonic, for instance for a validator client.
 *
 * @example
 * const [first] = deriveSigningKeys(mnemonic, 0, 1);
 */
export function deriveSigningKeys(mnemonic: string, startIndex: number, count: number): SigningKey[] {
  return deriveFromAccount(accountKeyOf(masterKeyOf(mnemonic)), startIndex, count);
}

/** EIP-2334: where the signing key of a validator is. */
export function signingPath(index: number): string {
  return `m/${SHARED_PATH.join("/")}/${index}/0/0`;
}

/** Refuses an index that EIP-2333 cannot derive. */
export function assertIndex(index: number): void {
  if (!Number.isInteger(index) || index < 0 || index > MAX_INDEX)
    throw new EthStakeError("INDEX_INVALID", `Give a key index from 0 to ${MAX_INDEX} instead of ${index}`);
}

/** The public key of a secret key. */
export function pubkeyOf(secretKey: Uint8Array): Hex {
  return bytesToHex(SecretKey.fromBytes(secretKey).toPublicKey().toBytes());
}

/** Eight bytes that tell mnemonics apart and say nothing about them. */
export function fingerprintOf(masterKey: Uint8Array): Hex {
  return bytesToHex(sha256(SecretKey.fromBytes(masterKey).toPublicKey().toBytes()).subarray(0, 8));
}

function derive(from: SecretKey, path: readonly number[]): SecretKey {
  return path.reduce((parent, child) => parent.deriveChildEip2333(child), from);
}
