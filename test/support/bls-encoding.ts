import { PublicKey, Signature } from "@chainsafe/blst";
import { bytesToHex, hexToBytes, toHex, type Hex } from "viem";

/** A base field element in two words, as EIP-2537 encodes it. */
export type Fp = { hi: Hex; lo: Hex };

/** Modulus of the base field of BLS12-381. */
export const FIELD_MODULUS = BigInt(
  "0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
);

/** Flags in the first byte of a compressed point. */
export const COMPRESSED = 0x80;
export const INFINITY = 0x40;
export const LARGER_ROOT = 0x20;

/** Y of a public key. It need not be in the group, but must be on the curve. */
export function pubkeyY(pubkey: Hex): Fp {
  return fp(toBigInt(PublicKey.fromHex(pubkey, false).toBytes(false).slice(48)));
}

/** Both parts of Y of a signature. It need not be in the group, but must be on the curve. */
export function signatureY(signature: Hex): { signatureY0: Fp; signatureY1: Fp } {
  // Uncompressed: X imaginary, X real, Y imaginary, Y real.
  const point = Signature.fromHex(signature, false).toBytes(false);
  return { signatureY0: fp(toBigInt(point.slice(144))), signatureY1: fp(toBigInt(point.slice(96, 144))) };
}

/** Encodes a number below 2^512. */
export function fp(value: bigint): Fp {
  const hex = value.toString(16).padStart(128, "0");
  return { hi: `0x${hex.slice(0, 64)}`, lo: `0x${hex.slice(64)}` };
}

/** The number that two words encode. */
export function fromFp(element: Fp): bigint {
  return (BigInt(element.hi) << 256n) | BigInt(element.lo);
}

/** The other root of the same square. */
export function negate(y: Fp): Fp {
  const value = fromFp(y);
  return fp(value === 0n ? 0n : FIELD_MODULUS - value);
}

/** The three flags of a compressed point. */
export function flagsOf(point: Hex): number {
  return (hexToBytes(point)[0] ?? 0) & 0xe0;
}

/** Whether a compressed point says that its Y is the larger of the two roots. */
export function isLarger(point: Hex): boolean {
  return (flagsOf(point) & LARGER_ROOT) !== 0;
}

/** The same X with other flags. */
export function setFlags(point: Hex, flags: number): Hex {
  return bytesToHex(hexToBytes(point).map((byte, at) => (at === 0 ? (byte & 0x1f) | flags : byte)));
}

/** The point at infinity, compressed. */
export function infinity(length: number): Hex {
  return setFlags(bytesToHex(new Uint8Array(length)), COMPRESSED | INFINITY);
}

/** The first number of an encoding: X of a public key, or the imaginary part of X of a signature. */
export function xOf(point: Hex): bigint {
  return toBigInt(hexToBytes(setFlags(point, 0)).slice(0, 48));
}

/** The same element written as one that is not below the modulus: adds it to the 48 bytes at `offset`. */
export function addModulus(point: Hex, offset: number): Hex {
  const bytes = hexToBytes(setFlags(point, 0));
  const sum = toBigInt(bytes.slice(offset, offset + 48)) + FIELD_MODULUS;
  bytes.set(hexToBytes(toHex(sum, { size: 48 })), offset);
  return setFlags(bytesToHex(bytes), flagsOf(point));
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(bytesToHex(bytes));
}
