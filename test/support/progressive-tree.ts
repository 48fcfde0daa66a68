import { createHash } from "node:crypto";

const ZERO = new Uint8Array(32);

/** merkleize_progressive as EIP-7916 writes it, without any SSZ library: a second opinion. */
export function merkleizeProgressive(chunks: readonly Uint8Array[], size = 1): Uint8Array {
  if (chunks.length === 0) return ZERO;
  return hash(merkleize(chunks.slice(0, size), size), merkleizeProgressive(chunks.slice(size), size * 4));
}

/** Root of a list of chunks: its length is mixed in on the right. */
export function progressiveListRoot(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const mixed = Buffer.alloc(32);
  mixed.writeBigUInt64LE(BigInt(length));
  return hash(merkleizeProgressive(chunks), mixed);
}

function merkleize(chunks: readonly Uint8Array[], size: number): Uint8Array {
  if (size === 1) return chunks[0] ?? ZERO;
  return hash(merkleize(chunks.slice(0, size / 2), size / 2), merkleize(chunks.slice(size / 2), size / 2));
}

function hash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(left).update(right).digest());
}
