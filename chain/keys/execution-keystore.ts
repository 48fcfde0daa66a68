// The keystore of execution clients, version 3: https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage
import { createDecipheriv, pbkdf2, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

import { bytesToHex, concat, hexToBytes, keccak256, type Hex } from "viem";
import { z } from "zod";

import { decodeJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";

/** What a scrypt keystore may ask of this machine: 512 MiB, twice what geth writes. */
const MAX_SCRYPT_BYTES = 2 ** 29;
const MAX_ITERATIONS = 10_000_000;

const hex = z.string().regex(/^([0-9a-fA-F]{2})+$/, "is not hex");
const keystoreJson = z.object({
  version: z.literal(3),
  crypto: z.object({
    cipher: z.literal("aes-128-ctr"),
    ciphertext: hex,
    cipherparams: z.object({ iv: hex }),
    mac: hex,
    kdf: z.enum(["scrypt", "pbkdf2"]),
    kdfparams: z.object({
      dklen: z.literal(32),
      salt: hex,
      n: z.int().positive().optional(),
      r: z.int().positive().optional(),
      p: z.int().positive().optional(),
      c: z.int().positive().max(MAX_ITERATIONS).optional(),
      prf: z.literal("hmac-sha256").optional(),
    }),
  }),
});
type Crypto = z.output<typeof keystoreJson>["crypto"];

/** Opens a keystore; throws KEYSTORE_MALFORMED or PASSWORD_WRONG. */
export async function decryptExecutionKeystore(text: string, password: string): Promise<Hex> {
  const { crypto } = decodeJson(keystoreJson, text, (problem) => malformed(problem));
  const key = await deriveKey(crypto, password.normalize("NFKC"));
  const ciphertext = hexToBytes(`0x${crypto.ciphertext}`);
  const mac = hexToBytes(keccak256(concat([key.subarray(16, 32), ciphertext])));
  const want = hexToBytes(`0x${crypto.mac}`);
  if (mac.length !== want.length || !timingSafeEqual(mac, want))
    throw new EthStakeError("PASSWORD_WRONG", "Give the password that the keystore was made with");
  const decipher = createDecipheriv("aes-128-ctr", key.subarray(0, 16), hexToBytes(`0x${crypto.cipherparams.iv}`));
  const secret = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  if (secret.length !== 32) throw malformed("its key has not 32 bytes");
  return bytesToHex(secret);
}

async function deriveKey({ kdf, kdfparams }: Crypto, password: string): Promise<Buffer> {
  const { salt: saltHex, dklen, n, r, p, c } = kdfparams;
  const salt = hexToBytes(`0x${saltHex}`);
  if (kdf === "pbkdf2") {
    if (c === undefined) throw malformed("it does not say how often pbkdf2 runs");
    return promisify(pbkdf2)(password, salt, c, dklen, "sha256");
  }
  if (n === undefined || r === undefined || p === undefined) throw malformed("it lacks parameters of scrypt");
  if (128 * n * r > MAX_SCRYPT_BYTES) throw malformed("it asks for too much memory");
  const options = { N: n, r, p, maxmem: 2 * MAX_SCRYPT_BYTES };
  try {
    return await promisify<string, Uint8Array, number, object, Buffer>(scrypt)(password, salt, dklen, options);
  } catch (cause) {
    throw malformed("its parameters of scrypt are not possible", cause);
  }
}

function malformed(problem: string, cause?: unknown): EthStakeError {
  return new EthStakeError(
    "KEYSTORE_MALFORMED",
    `Name a keystore of version 3, as execution clients write it: ${problem}`,
    {
      cause,
      details: { problem },
    },
  );
}
