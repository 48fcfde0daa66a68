import { Keystore, defaultPbkdfModule, defaultScryptModule } from "@chainsafe/bls-keystore";
import { hexToBytes, type Hex } from "viem";
import { z } from "zod";

import { parseJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";

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

/** Opens what {@link encryptSecret} made. */
export async function decryptSecret(text: string, password: string): Promise<Uint8Array> {
  const { keystore, message } = parseAnyLength(text);
  keystore.crypto.cipher.message = message;
  return openKeystore(keystore, password);
}

/** The secret in a keystore; throws PASSWORD_WRONG. */
export async function openKeystore(keystore: Keystore, password: string): Promise<Uint8Array> {
  return keystore.decrypt(password).catch((cause: unknown) => {
    if (cause instanceof Error && cause.message === "Invalid password")
      throw new EthStakeError("PASSWORD_WRONG", "Give the password that the keystore was made with", { cause });
    throw malformedKeystore(cause);
  });
}

/** Reads a file of EIP-2335; refuses one that is damaged, or that would take too long to open. */
export function parseKeystore(text: string): Keystore {
  try {
    const keystore = Keystore.parse(text);
    const { kdf } = keystore.crypto;
    const bearable =
      kdf.function === "scrypt"
        ? 128 * kdf.params.n * kdf.params.r * kdf.params.p <= MAX_SCRYPT_BYTES
        : kdf.params.c <= MAX_PBKDF2_ROUNDS;
    if (bearable) return keystore;
  } catch (cause) {
    throw malformedKeystore(cause);
  }
  throw malformedKeystore("its key derivation would take too long");
}

/** The library takes secrets of 32 bytes with a public key alone: it is shown a stand-in for what is longer. */
function parseAnyLength(text: string): { keystore: Keystore; message: string } {
  const { data } = anyLength.safeParse(parseJson(text));
  if (data === undefined) throw malformedKeystore("it is not shaped like a keystore");
  const { pubkey, crypto, ...rest } = data;
  const cipher = { ...crypto.cipher, message: "00".repeat(32) };
  const standIn = { ...rest, ...(pubkey === "" ? {} : { pubkey }), crypto: { ...crypto, cipher } };
  return { keystore: parseKeystore(JSON.stringify(standIn)), message: crypto.cipher.message };
}

/** KEYSTORE_MALFORMED. */
export function malformedKeystore(cause: unknown): EthStakeError {
  return new EthStakeError("KEYSTORE_MALFORMED", "Name a keystore file (EIP-2335) that is whole: this is none", {
    cause,
  });
}
