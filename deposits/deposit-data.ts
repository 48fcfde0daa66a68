import { SecretKey } from "@chainsafe/blst";
import { bytesToHex, type Hex } from "viem";

import { bytesOfSize } from "../chain/hex.ts";
import type { SignedDeposit } from "../chain/keys/deposit-signature.ts";
import { DepositData, DepositMessage } from "../chain/ssz/containers.ts";
import { depositSigningRoot } from "../chain/ssz/domains.ts";
import { pubkeyOf } from "./keys.ts";

export type DepositTerms = { withdrawalCredentials: Hex; amountGwei: bigint; genesisForkVersion: Hex };

/** Signs a deposit with a validator's key. */
export function signDeposit(secretKey: Uint8Array, terms: DepositTerms, pubkey = pubkeyOf(secretKey)): SignedDeposit {
  const { withdrawalCredentials, amountGwei, genesisForkVersion } = terms;
  const message = { pubkey, withdrawalCredentials, amountGwei };
  const signature = SecretKey.fromBytes(secretKey).sign(depositSigningRoot(message, genesisForkVersion)).toBytes();
  return { ...message, signature: bytesToHex(signature) };
}

/** SSZ root of the part of a deposit that is signed. */
export function depositMessageRoot(deposit: Omit<SignedDeposit, "signature">): Hex {
  return bytesToHex(DepositMessage.hashTreeRoot(toBytes(deposit)));
}

/** SSZ root of the whole deposit: what the deposit contract is given and checks. */
export function depositDataRoot(deposit: SignedDeposit): Hex {
  return bytesToHex(DepositData.hashTreeRoot({ ...toBytes(deposit), signature: bytesOfSize(deposit.signature, 96) }));
}

function toBytes({ pubkey, withdrawalCredentials, amountGwei }: Omit<SignedDeposit, "signature">) {
  return {
    pubkey: bytesOfSize(pubkey, 48),
    withdrawalCredentials: bytesOfSize(withdrawalCredentials, 32),
    amountGwei,
  };
}
