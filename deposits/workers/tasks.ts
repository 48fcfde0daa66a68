// What workers do. Secrets come in shared memory (vault.ts) or as the password; nothing secret goes back.
import { PublicKey, Signature, verify, verifyMultipleAggregateSignatures, type SignatureSet } from "@chainsafe/blst";
import type { Hex } from "viem";

import { bytesOfSize } from "../../chain/hex.ts";
import type { SignedDeposit } from "../../chain/keys/deposit-signature.ts";
import { depositSigningRoot } from "../../chain/ssz/domains.ts";
import { signDeposit, type DepositTerms } from "../deposit-data.ts";
import { deriveFromAccount } from "../keys.ts";
import type { Kdf } from "../../chain/keys/encrypted-secret.ts";
import { decryptKeystore, encryptKeystore } from "../keystore.ts";
import { putKey, withKey } from "./vault.ts";

/** Every kind of work, by the name that it is asked for. */
export const tasks = {
  /** Derives keys into the vault, and answers their public keys. `account` holds the key of m/12381/3600. */
  derive: (input: DeriveInput): Promise<Hex[]> =>
    withKey(input.account, 0, (account) =>
      deriveFromAccount(account, input.firstIndex + input.at, input.count).map(({ secretKey, pubkey }, i) => {
        putKey(input.vault, input.at + i, secretKey);
        secretKey.fill(0);
        return pubkey;
      }),
    ),

  /** Signs deposits with keys of the vault. */
  sign: async ({ vault, at, pubkeys, terms }: SignInput): Promise<SignedDeposit[]> => {
    const signed: SignedDeposit[] = [];
    for (const [i, pubkey] of pubkeys.entries())
      signed.push(await withKey(vault, at + i, (key) => signDeposit(key, terms, pubkey)));
    return signed;
  },

  /** The positions of deposits whose signature is wrong; one pairing for all of them unless one is. */
  verify: ({ deposits, genesisForkVersion }: VerifyInput): number[] => {
    const sets = deposits.map((deposit) => toSignatureSet(deposit, genesisForkVersion));
    const whole = sets.filter((set) => set !== undefined);
    if (whole.length === sets.length && whole.length > 0 && verifyMultipleAggregateSignatures(whole)) return [];
    return sets.flatMap((set, i) => (set !== undefined && verify(set.msg, set.pk, set.sig) ? [] : [i]));
  },

  /** The same, one by one, under a second implementation of BLS. */
  verifyAgain: async ({ deposits, genesisForkVersion }: VerifyInput): Promise<number[]> => {
    // Loaded when it is needed: compiling it takes longer than most tasks.
    const { isSignatureValidByHerumi } = await import("../second-opinion.ts");
    return deposits.flatMap((deposit, i) => (isSignatureValidByHerumi(deposit, genesisForkVersion) ? [] : [i]));
  },

  /** The text of a keystore for a key of the vault. */
  encrypt: ({ vault, at, pubkey, path, password, kdf }: EncryptInput): Promise<string> =>
    withKey(vault, at, (secretKey) => encryptKeystore({ secretKey, pubkey, path }, password, kdf)),

  /** Opens a keystore and answers what is in it, but for the secret. */
  open: async ({ text, password }: OpenInput): Promise<{ pubkey: Hex; path: string }> => {
    const { secretKey, pubkey, path } = await decryptKeystore(text, password);
    secretKey.fill(0);
    return { pubkey, path };
  },
};

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

type DeriveInput = {
  account: SharedArrayBuffer;
  vault: SharedArrayBuffer;
  firstIndex: number;
  at: number;
  count: number;
};
type SignInput = { vault: SharedArrayBuffer; at: number; pubkeys: readonly Hex[]; terms: DepositTerms };
type VerifyInput = { deposits: readonly SignedDeposit[]; genesisForkVersion: Hex };
type EncryptInput = {
  vault: SharedArrayBuffer;
  at: number;
  pubkey: Hex;
  path: string;
  password: string;
  kdf: Kdf;
};
type OpenInput = { text: string; password: string };

/** Undefined when a point is malformed, infinite or outside of its group. */
function toSignatureSet(deposit: SignedDeposit, genesisForkVersion: Hex): SignatureSet | undefined {
  try {
    return {
      msg: depositSigningRoot(deposit, genesisForkVersion),
      pk: PublicKey.fromBytes(bytesOfSize(deposit.pubkey, 48), true),
      sig: Signature.fromBytes(bytesOfSize(deposit.signature, 96), true, true),
    };
  } catch {
    return undefined;
  }
}
