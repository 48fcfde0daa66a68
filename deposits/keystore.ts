import type { Keystore } from "@chainsafe/bls-keystore";
import type { Hex } from "viem";

import {
  encryptSecret,
  malformedKeystore,
  openKeystore,
  parseKeystore,
  type Kdf,
} from "../chain/keys/encrypted-secret.ts";
import { EthStakeError } from "../runtime/errors.ts";
import { pubkeyOf, type SigningKey } from "./keys.ts";

/** The text of an EIP-2335 keystore for a signing key. */
export async function encryptKeystore(
  key: Pick<SigningKey, "secretKey" | "pubkey" | "path">,
  password: string,
  kdf: Kdf = "scrypt",
): Promise<string> {
  return encryptSecret(key.secretKey, password, { kdf, pubkey: key.pubkey, path: key.path });
}

/** Opens a keystore; throws KEYSTORE_MALFORMED or PASSWORD_WRONG, or KEYSTORE_MISMATCH when it names another key. */
export async function decryptKeystore(
  text: string,
  password: string,
): Promise<{ secretKey: Uint8Array; pubkey: Hex; path: string }> {
  const keystore = parseKeystore(text);
  const secretKey = await openKeystore(keystore, password);
  const pubkey = publicKeyIn(secretKey);
  if (namedPubkey(keystore) !== pubkey)
    throw new EthStakeError("KEYSTORE_MISMATCH", "Make the keystore again: it names a public key that is not its own");
  return { secretKey, pubkey, path: keystore.path };
}

/** The public key that a keystore names, without opening it. */
export function pubkeyOfKeystore(text: string): Hex {
  return namedPubkey(parseKeystore(text));
}

/** The usual name: keystore-m_12381_3600_i_0_0-unix.json. */
export function keystoreFileName(path: string, unixSeconds: number): string {
  return `keystore-${path.replaceAll("/", "_")}-${unixSeconds}.json`;
}

function namedPubkey({ pubkey }: Keystore): Hex {
  return `0x${pubkey.replace(/^0x/, "").toLowerCase()}`;
}

function publicKeyIn(secretKey: Uint8Array): Hex {
  try {
    return pubkeyOf(secretKey);
  } catch (cause) {
    throw malformedKeystore(cause);
  }
}
