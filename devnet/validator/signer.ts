import type { Type } from "@chainsafe/ssz";
import type { BeaconConfig } from "@lodestar/config";
import type { DomainType } from "@lodestar/types";
import { computeSigningRoot } from "@lodestar/state-transition";
import type { ValidatorKey } from "./keys.ts";

/** Makes the bytes that a validator signs, and signs them. */
export interface Signer {
  signingRoot<T>(type: Type<T>, object: T, slot: number, domain: DomainType): Uint8Array;
  sign<T>(key: ValidatorKey, type: Type<T>, object: T, slot: number, domain: DomainType): Uint8Array;
}

export function createSigner(config: BeaconConfig): Signer {
  const signingRoot: Signer["signingRoot"] = (type, object, slot, domain) =>
    computeSigningRoot(type, object, config.getDomain(slot, domain, slot));
  return {
    signingRoot,
    sign: (key, type, object, slot, domain) => key.secretKey.sign(signingRoot(type, object, slot, domain)).toBytes(),
  };
}
