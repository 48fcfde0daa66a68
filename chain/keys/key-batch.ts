// A key batch is a hash chain over up to 32 (public key, deposit signature) pairs. The operator commits to its head; any
// number of pairs can be revealed from the front, with the head of what is left:
//
//   tail_n = first 26 bytes of keccak256(operatorId)
//   tail_i = first 26 bytes of keccak256(operatorId | pubkey_i | signature_i | tail_(i+1))
//   commitment = tail_0
//
// The operator's number (32 bytes) is in every link: somebody who copied the commitment could otherwise open it with
// the keys that its owner reveals. contracts/types/KeyBatch.sol is the other side of this.
import { concatHex, keccak256, numberToHex, slice, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { signatureHints, type SignatureHint } from "./signature-hints.ts";

export const MAX_BATCH_KEYS = 32;
/** What is left of a hash beside the other fields of the batch's one storage slot. */
const COMMITMENT_BYTES = 26;

/** A validator's public key with the signature of its predeposit. */
export type BatchKey = { pubkey: Hex; signature: Hex };
export type KeyBatch = { operatorId: number; keys: readonly BatchKey[] };

/** The arguments of `ValidatorManager.predeposit` after operator and batch. */
export type KeyReveal = {
  keys: readonly BatchKey[];
  /** Head of the chain after these keys, 26 bytes. */
  tail: Hex;
  /** All public keys, 48 bytes each, one after the other. */
  pubkeys: Hex;
  /** All signatures, 96 bytes each. */
  signatures: Hex;
  hints: SignatureHint[];
};

/** What `submitValidatorSigs` takes: 26 bytes of hex. */
export function commitmentOf(batch: KeyBatch): Hex {
  return tailAt(batch, 0);
}

/** Opens `count` keys of a batch from position `from` on; `from` is how many were revealed before. */
export function revealOf(batch: KeyBatch, from: number, count: number): KeyReveal {
  const total = batch.keys.length;
  const fits = Number.isInteger(from) && Number.isInteger(count) && from >= 0 && count > 0 && from + count <= total;
  if (!fits)
    throw new EthStakeError(
      "BATCH_RANGE",
      `Reveal keys that are there: the batch has ${total}, not ${from} + ${count}`,
      {
        details: { from, count, total },
      },
    );
  const keys = batch.keys.slice(from, from + count);
  return {
    keys,
    tail: tailAt(batch, from + count),
    pubkeys: concatHex(keys.map((key) => key.pubkey)),
    signatures: concatHex(keys.map((key) => key.signature)),
    hints: keys.map((key) => signatureHints(key.pubkey, key.signature)),
  };
}

/** Head of the chain after the first `position` keys. */
export function tailAt({ operatorId, keys }: KeyBatch, position: number): Hex {
  const operator = numberToHex(operatorId, { size: 32 });
  return keys
    .slice(position)
    .reduceRight(
      (tail, { pubkey, signature }) => shorten(concatHex([operator, pubkey, signature, tail])),
      shorten(operator),
    );
}

function shorten(data: Hex): Hex {
  return slice(keccak256(data), 0, COMMITMENT_BYTES);
}
