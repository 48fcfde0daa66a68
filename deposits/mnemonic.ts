import { generateMnemonic, mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

import { EthStakeError } from "../runtime/errors.ts";

/** 24 words, as the staking launchpad makes them. */
const ENTROPY_BITS = 256;

/** A new mnemonic of 24 English words. */
export function createMnemonic(): string {
  return generateMnemonic(wordlist, ENTROPY_BITS);
}

/**
 * The BIP-39 seed of a mnemonic; throws MNEMONIC_INVALID, which never shows the words. Case and extra blanks do not
 * matter.
 */
export function seedOfMnemonic(mnemonic: string, passphrase = ""): Uint8Array {
  const words = mnemonic.normalize("NFKD").trim().toLowerCase().split(/\s+/);
  const text = words.join(" ");
  if (validateMnemonic(text, wordlist)) return mnemonicToSeedSync(text, passphrase);
  const unknown = words.flatMap((word, i) => (wordlist.includes(word) ? [] : [i + 1]));
  const problem =
    unknown.length > 0
      ? `word ${unknown.join(", ")} is not in the English list`
      : [12, 15, 18, 21, 24].includes(words.length)
        ? "its checksum is wrong"
        : `it has ${words.length} words`;
  throw new EthStakeError("MNEMONIC_INVALID", `Check the mnemonic: ${problem}`, { details: { words: words.length } });
}
