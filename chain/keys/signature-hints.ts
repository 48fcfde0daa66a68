import { bytesToHex, type Hex } from "viem";

import { decodePoints } from "./deposit-signature.ts";

/** A field element of BLS12-381 as EIP-2537 takes it: 16 zero bytes and 48 big-endian ones, in two words. */
export type FieldElement = { hi: Hex; lo: Hex };
/** The Y coordinates that compressed points leave out; the contracts take it as `SignatureHint`. */
export type SignatureHint = { pubkeyY: FieldElement; signatureY0: FieldElement; signatureY1: FieldElement };

const FIELD_BYTES = 48;

/**
 * What a contract needs to verify a signature without taking square roots.
 *
 * The uncompressed encoding puts X first, and in the signature the imaginary part before the real one:
 * public key `x | y`, signature `x1 | x0 | y1 | y0`.
 */
export function signatureHints(pubkey: Hex, signature: Hex): SignatureHint {
  const points = decodePoints(pubkey, signature);
  const key = points.publicKey.toBytes(false);
  const sig = points.signature.toBytes(false);
  return {
    pubkeyY: fieldElement(key, 1),
    signatureY0: fieldElement(sig, 3),
    signatureY1: fieldElement(sig, 2),
  };
}

function fieldElement(point: Uint8Array, position: number): FieldElement {
  const padded = new Uint8Array(64);
  padded.set(point.subarray(position * FIELD_BYTES, (position + 1) * FIELD_BYTES), 64 - FIELD_BYTES);
  return { hi: bytesToHex(padded.subarray(0, 32)), lo: bytesToHex(padded.subarray(32)) };
}
