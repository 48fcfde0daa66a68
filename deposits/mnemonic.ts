import { generateMnemonic, mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist as czech } from "@scure/bip39/wordlists/czech.js";
import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { wordlist as french } from "@scure/bip39/wordlists/french.js";
import { wordlist as italian } from "@scure/bip39/wordlists/italian.js";
import { wordlist as japanese } from "@scure/bip39/wordlists/japanese.js";
import { wordlist as korean } from "@scure/bip39/wordlists/korean.js";
import { wordlist as portuguese } from "@scure/bip39/wordlists/portuguese.js";
import { wordlist as simplifiedChinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { wordlist as spanish } from "@scure/bip39/wordlists/spanish.js";
import { wordlist as traditionalChinese } from "@scure/bip39/wordlists/traditional-chinese.js";

import { EthStakeError } from "../runtime/errors.ts";

/** Every language of BIP-39, by the name that --language takes. */
export const LANGUAGES = [
  "english",
  "czech",
  "french",
  "italian",
  "japanese",
  "korean",
  "portuguese",
  "chinese-simplified",
  "chinese-traditional",
  "spanish",
] as const;
export type Language = (typeof LANGUAGES)[number];

const WORDS: Readonly<Record<Language, string[]>> = {
  english,
  czech,
  french,
  italian,
  japanese,
  korean,
  portuguese,
  spanish,
  "chinese-simplified": simplifiedChinese,
  "chinese-traditional": traditionalChinese,
};

/** 24 words, as the staking launchpad makes them. */
const ENTROPY_BITS = 256;

/** A new mnemonic of 24 words. */
export function createMnemonic(language: Language = "english"): string {
  return generateMnemonic(WORDS[language], ENTROPY_BITS);
}

/**
 * The BIP-39 seed of a mnemonic in any language; throws MNEMONIC_INVALID, which never shows the words. Case and extra
 * blanks do not matter. Overwrite the seed when it is no longer needed.
 */
export function seedOfMnemonic(mnemonic: string, passphrase = ""): Uint8Array {
  const words = mnemonic.normalize("NFKD").trim().toLowerCase().split(/\s+/);
  const text = words.join(" ");
  // Some words are in two lists. The seed is made of the text, so the language need not be known.
  if (LANGUAGES.some((language) => validateMnemonic(text, WORDS[language])))
    return mnemonicToSeedSync(text, passphrase);
  throw new EthStakeError("MNEMONIC_INVALID", `Check the mnemonic: ${problemOf(words)}`, {
    details: { words: words.length },
  });
}

function problemOf(words: readonly string[]): string {
  const { language, unknown } = closest(words);
  if (unknown.length > 0)
    return `word ${unknown.join(", ")} is not in the ${language} list, which has most of the others`;
  if (![12, 15, 18, 21, 24].includes(words.length)) return `it has ${words.length} words`;
  return "its checksum is wrong";
}

/** The language that knows most of the words, and the positions (from 1) of those that it does not know. */
function closest(words: readonly string[]): { language: Language; unknown: number[] } {
  const candidates = LANGUAGES.map((language) => {
    const known = new Set(WORDS[language]);
    return { language, unknown: words.flatMap((word, i) => (known.has(word) ? [] : [i + 1])) };
  });
  return candidates.reduce((best, next) => (next.unknown.length < best.unknown.length ? next : best));
}
