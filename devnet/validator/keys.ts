import type { SecretKey } from "@chainsafe/blst";
import { toHex } from "@lodestar/utils";

export interface ValidatorKey {
  secretKey: SecretKey;
  /** 0x hex, lower case. */
  pubkey: string;
  feeRecipient: string;
}

/** The keys that the validator client runs, who of them is on the chain, and who is switched off. */
export class KeyRing {
  readonly #keys = new Map<string, ValidatorKey>();
  readonly #offline = new Set<string>();

  /** Adds a key; one that is already there gets the new fee recipient. */
  add(secretKey: SecretKey, feeRecipient: string): void {
    const pubkey = toHex(secretKey.toPublicKey().toBytes());
    this.#keys.set(pubkey, { secretKey, pubkey, feeRecipient });
  }

  get(pubkey: string): ValidatorKey | undefined {
    return this.#keys.get(pubkey.toLowerCase());
  }

  pubkeys(): string[] {
    return [...this.#keys.keys()];
  }

  /** A validator that is offline signs nothing, as if its machine were switched off. */
  setOffline(pubkey: string, offline: boolean): void {
    if (offline) this.#offline.add(pubkey.toLowerCase());
    else this.#offline.delete(pubkey.toLowerCase());
  }

  isOnline(pubkey: string): boolean {
    return !this.#offline.has(pubkey.toLowerCase());
  }

  offline(): string[] {
    return [...this.#offline];
  }
}
