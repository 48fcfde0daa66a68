// A signed exit as a file: as the Beacon API takes it, or encrypted, since whoever has it can end the validator.
//   plain      {"message": {"epoch": "1", "validator_index": "2"}, "signature": "0x..."}
//   password   EIP-2335 around the plain text, as the ejectors of others read it
//   recipients age (https://age-encryption.org) around the plain text, to public keys
import { armor, Decrypter, Encrypter } from "age-encryption";

import { signedExit, type SignedVoluntaryExit } from "../beacon/validator-api.ts";
import { decodeJson, parseJson } from "../../runtime/decode-json.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { decryptSecret, encryptSecret, type Kdf } from "../keys/encrypted-secret.ts";

/** How exits are protected at rest. */
export type ExitProtection = { password: string; kdf?: Kdf } | { recipients: readonly string[] } | undefined;
/** What opens them again. */
export type ExitSecrets = { password?: string | undefined; identity?: string | undefined };

const AGE_BEGIN = "-----BEGIN AGE ENCRYPTED FILE-----";
const RECIPIENT = /^age1[0-9a-z]{58}$/;

/** The usual name, with what it is wrapped in. */
export function exitFileName({ validatorIndex }: SignedVoluntaryExit, stamp: number, how: ExitProtection): string {
  if (how === undefined) return `signed_exit_transaction-${validatorIndex}-${stamp}.json`;
  return `encrypted_exit-${validatorIndex}-${stamp}.${"recipients" in how ? "age" : "json"}`;
}

/** The text of an exit file. */
export async function encodeExitFile(exit: SignedVoluntaryExit, how: ExitProtection): Promise<string> {
  const { epoch, validatorIndex } = exit;
  const message = { epoch: String(epoch), validator_index: String(validatorIndex) };
  const text = `${JSON.stringify({ message, signature: exit.signature }, undefined, 2)}\n`;
  if (how === undefined) return text;
  if ("password" in how)
    return encryptSecret(new TextEncoder().encode(text), how.password, { kdf: how.kdf ?? "scrypt" });
  const encrypter = new Encrypter();
  for (const recipient of how.recipients) encrypter.addRecipient(assertRecipient(recipient));
  return armor.encode(await encrypter.encrypt(text));
}

/** Reads an exit file of any of the three kinds. */
export async function decodeExitFile(text: string, secrets: ExitSecrets = {}): Promise<SignedVoluntaryExit> {
  const plain = await decrypt(text, secrets);
  return decodeJson(
    signedExit,
    plain,
    (problem) => new EthStakeError("EXIT_MALFORMED", `Name a signed exit: ${problem}`),
  );
}

/** Refuses what is no public key of age. */
export function assertRecipient(recipient: string): string {
  if (RECIPIENT.test(recipient)) return recipient;
  throw new EthStakeError("RECIPIENT_INVALID", `Give a public key such as age1...: "${recipient}" is none`);
}

async function decrypt(text: string, { password, identity }: ExitSecrets): Promise<string> {
  if (text.startsWith(AGE_BEGIN)) {
    if (identity === undefined)
      throw new EthStakeError(
        "EXIT_ENCRYPTED",
        "Name the key that opens it with --identity-file, a keeper's with KEEPER_EXIT_IDENTITY_FILE",
      );
    const decrypter = new Decrypter();
    try {
      decrypter.addIdentity(identity);
      return await decrypter.decrypt(armor.decode(text), "text");
    } catch (cause) {
      throw new EthStakeError("IDENTITY_WRONG", "Give the key that the exit was encrypted to, and the whole file", {
        cause,
      });
    }
  }
  if (!isKeystore(parseJson(text))) return text;
  if (password === undefined)
    throw new EthStakeError(
      "EXIT_ENCRYPTED",
      "Give its password with --exit-password-file, a keeper's with KEEPER_EXIT_PASSWORD_FILE: the exit is encrypted",
    );
  const bytes = await decryptSecret(text, password);
  return new TextDecoder().decode(bytes);
}

function isKeystore(value: unknown): boolean {
  return typeof value === "object" && value !== null && "crypto" in value;
}
