import { Keystore, defaultPbkdfModule, defaultScryptModule } from "@chainsafe/bls-keystore";
import { hexToBytes, type Hex } from "viem";

import { EthStakeError } from "../runtime/errors.ts";
import { pubkeyOf, type SigningKey } from "./keys.ts";

/** What the staking tools ask for. */
export const MIN_PASSWORD_LENGTH = 8;

export type KeystoreOptions = {
  /** Much faster to make and to open, and weaker against guessing, than the default scrypt. */
  pbkdf2?: boolean;
};

/** Refuses passwords that other tools would not take. */
export function assertPassword(password: string): void {
  if ([...password].length < MIN_PASSWORD_LENGTH)
    throw new EthStakeError("PASSWORD_TOO_SHORT", `Choose a password of at least ${MIN_PASSWORD_LENGTH} characters`);
}

/** The text of an EIP-2335 keystore for a signing key. */
export async function encryptKeystore(
  key: Pick<SigningKey, "secretKey" | "pubkey" | "path">,
  password: string,
  { pbkdf2 = false }: KeystoreOptions = {},
): Promise<string> {
  assertPassword(password);
  const kdf = pbkdf2 ? defaultPbkdfModule() : defaultScryptModule();
  const keystore = await Keystore.create(password, key.secretKey, hexToBytes(key.pubkey), key.path, "", kdf);
  return keystore.stringify();
}

/** Opens a keystore; throws KEYSTORE_MALFORMED or PASSWORD_WRONG, or KEYSTORE_MISMATCH when it names another key. */
export async function decryptKeystore(
  text: string,
  password: string,
): Promise<{ secretKey: Uint8Array; pubkey: Hex; path: string }> {
  const keystore = parse(text);
  const secretKey = await keystore.decrypt(password).catch((cause: unknown) => {
    throw new EthStakeError("PASSWORD_WRONG", "Give the password that the keystore was made with", { cause });
  });
  const pubkey = pubkeyOf(secretKey);
  if (`0x${keystore.pubkey.replace(/^0x/, "").toLowerCase()}` !== pubkey)
    throw new EthStakeError("KEYSTORE_MISMATCH", "Make the keystore again: it names a public key that is not its own");
  return { secretKey, pubkey, path: keystore.path };
}

/** The usual name: keystore-m_12381_3600_i_0_0-unix.json. */
export function keystoreFileName(path: string, unixSeconds: number): string {
  return `keystore-${path.replaceAll("/", "_")}-${unixSeconds}.json`;
}

function parse(text: string): Keystore {
  try {
    return Keystore.parse(text);
  } catch (cause) {
    throw new EthStakeError("KEYSTORE_MALFORMED", "Name a keystore file (EIP-2335): this is none", { cause });
  }
}
