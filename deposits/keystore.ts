import { Keystore, defaultPbkdfModule, defaultScryptModule } from "@chainsafe/bls-keystore";
import { hexToBytes, type Hex } from "viem";
import { z } from "zod";

import { EthStakeError } from "../runtime/errors.ts";
import { pubkeyOf, type SigningKey } from "./keys.ts";

/** What the staking tools ask for. */
export const MIN_PASSWORD_LENGTH = 8;
/** scrypt is the default; pbkdf2 is about twenty times faster to make, to open, and to guess. */
export const KDFS = ["scrypt", "pbkdf2"] as const;
export type Kdf = (typeof KDFS)[number];

/** scrypt takes 128 * n * r bytes. A file that asks for more than a gigabyte is an attack or damaged. */
const MAX_SCRYPT_BYTES = 2 ** 30;
const MAX_PBKDF2_ROUNDS = 2 ** 24;

const anyLength = z.looseObject({
  pubkey: z.string().optional(),
  crypto: z.looseObject({ cipher: z.looseObject({ message: z.string().regex(/^([0-9a-fA-F]{2})+$/) }) }),
});

/** Refuses passwords that other tools would not take. */
export function assertPassword(password: string): void {
  if ([...password].length < MIN_PASSWORD_LENGTH)
    throw new EthStakeError("PASSWORD_TOO_SHORT", `Choose a password of at least ${MIN_PASSWORD_LENGTH} characters`);
}

/** The text of an EIP-2335 keystore for a signing key. */
export async function encryptKeystore(
  key: Pick<SigningKey, "secretKey" | "pubkey" | "path">,
  password: string,
  kdf: Kdf = "scrypt",
): Promise<string> {
  return encryptSecret(key.secretKey, password, { kdf, pubkey: key.pubkey, path: key.path });
}

/** EIP-2335 around any bytes: what other tools do with exits. */
export async function encryptSecret(
  secret: Uint8Array,
  password: string,
  { kdf = "scrypt", pubkey = "0x", path = "" }: { kdf?: Kdf; pubkey?: Hex; path?: string } = {},
): Promise<string> {
  assertPassword(password);
  const parameters = kdf === "pbkdf2" ? defaultPbkdfModule() : defaultScryptModule();
  const keystore = await Keystore.create(password, secret, hexToBytes(pubkey), path, "", parameters);
  return keystore.stringify();
}

/** Opens a keystore; throws KEYSTORE_MALFORMED or PASSWORD_WRONG, or KEYSTORE_MISMATCH when it names another key. */
export async function decryptKeystore(
  text: string,
  password: string,
): Promise<{ secretKey: Uint8Array; pubkey: Hex; path: string }> {
  const keystore = parse(text);
  const secretKey = await decrypt(keystore, password);
  const pubkey = publicKeyIn(secretKey);
  if (namedPubkey(keystore) !== pubkey)
    throw new EthStakeError("KEYSTORE_MISMATCH", "Make the keystore again: it names a public key that is not its own");
  return { secretKey, pubkey, path: keystore.path };
}

/** Opens what {@link encryptSecret} made. */
export async function decryptSecret(text: string, password: string): Promise<Uint8Array> {
  const { keystore, message } = parseAnyLength(text);
  keystore.crypto.cipher.message = message;
  return decrypt(keystore, password);
}

/** The public key that a keystore names, without opening it. */
export function pubkeyOfKeystore(text: string): Hex {
  return namedPubkey(parse(text));
}

/** The usual name: keystore-m_12381_3600_i_0_0-unix.json. */
export function keystoreFileName(path: string, unixSeconds: number): string {
  return `keystore-${path.replaceAll("/", "_")}-${unixSeconds}.json`;
}

function namedPubkey({ pubkey }: Keystore): Hex {
  return `0x${pubkey.replace(/^0x/, "").toLowerCase()}`;
}

async function decrypt(keystore: Keystore, password: string): Promise<Uint8Array> {
  return keystore.decrypt(password).catch((cause: unknown) => {
    if (cause instanceof Error && cause.message === "Invalid password")
      throw new EthStakeError("PASSWORD_WRONG", "Give the password that the keystore was made with", { cause });
    throw malformed(cause);
  });
}

function publicKeyIn(secretKey: Uint8Array): Hex {
  try {
    return pubkeyOf(secretKey);
  } catch (cause) {
    throw malformed(cause);
  }
}

function parse(text: string): Keystore {
  try {
    const keystore = Keystore.parse(text);
    const { kdf } = keystore.crypto;
    const bearable =
      kdf.function === "scrypt"
        ? 128 * kdf.params.n * kdf.params.r * kdf.params.p <= MAX_SCRYPT_BYTES
        : kdf.params.c <= MAX_PBKDF2_ROUNDS;
    if (bearable) return keystore;
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed("its key derivation would take too long");
}

/** The library takes secrets of 32 bytes with a public key alone: it is shown a stand-in for what is longer. */
function parseAnyLength(text: string): { keystore: Keystore; message: string } {
  const { data } = anyLength.safeParse(parseJson(text));
  if (data === undefined) throw malformed("it is not shaped like a keystore");
  const { pubkey, crypto, ...rest } = data;
  const cipher = { ...crypto.cipher, message: "00".repeat(32) };
  const standIn = { ...rest, ...(pubkey === "" ? {} : { pubkey }), crypto: { ...crypto, cipher } };
  return { keystore: parse(JSON.stringify(standIn)), message: crypto.cipher.message };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformed(cause: unknown): EthStakeError {
  return new EthStakeError("KEYSTORE_MALFORMED", "Name a keystore file (EIP-2335) that is whole: this is none", {
    cause,
  });
}
