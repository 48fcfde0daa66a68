import type { SecretKey } from "@chainsafe/blst";
import { ssz } from "@lodestar/types";
import { bytesToHex, hexToBytes, type Hex } from "viem";

import { pubkeyY, signatureY, type Fp } from "./bls-encoding.ts";

/** The Y coordinates that the compressed encodings leave out. */
export type SignatureHint = { pubkeyY: Fp; signatureY0: Fp; signatureY1: Fp };

/** What a deposit's signature is over, and its domain. */
export type DepositMessage = { withdrawalCredentials: Hex; amountGwei: bigint; domain: Hex };

/** A signed deposit, as `DepositSignature.verify` takes it. */
export type SignedDeposit = DepositMessage & { pubkey: Hex; signature: Hex; hint: SignatureHint };

/** The domain of deposits, as the specification writes it. */
export function depositDomain(genesisForkVersion: Hex): Hex {
  const forkDataRoot = ssz.phase0.ForkData.hashTreeRoot({
    currentVersion: hexToBytes(genesisForkVersion),
    genesisValidatorsRoot: new Uint8Array(32),
  });
  return bytesToHex(Uint8Array.from([3, 0, 0, 0, ...forkDataRoot.slice(0, 28)]));
}

/** What the signature is over. */
export function depositSigningRoot(pubkey: Hex, message: DepositMessage): Uint8Array {
  const objectRoot = ssz.phase0.DepositMessage.hashTreeRoot({
    pubkey: hexToBytes(pubkey),
    withdrawalCredentials: hexToBytes(message.withdrawalCredentials),
    amount: Number(message.amountGwei),
  });
  return ssz.phase0.SigningData.hashTreeRoot({ objectRoot, domain: hexToBytes(message.domain) });
}

/**
 * Signs a deposit and adds the hint.
 *
 * @example
 * const deposit = signDeposit(SecretKey.fromKeygen(seed), { withdrawalCredentials, amountGwei: 10n ** 9n, domain });
 */
export function signDeposit(key: SecretKey, message: DepositMessage): SignedDeposit {
  const pubkey = bytesToHex(key.toPublicKey().toBytes());
  const signature = bytesToHex(key.sign(depositSigningRoot(pubkey, message)).toBytes());
  return { ...message, pubkey, signature, hint: hintOf(pubkey, signature) };
}

/** The hint for two encodings; the points need not be of the right group, but must be on their curve. */
export function hintOf(pubkey: Hex, signature: Hex): SignatureHint {
  return { pubkeyY: pubkeyY(pubkey), ...signatureY(signature) };
}
