import { bytesToInt, intToBytes } from "@lodestar/utils";

/** What the beacon node uses as an id: a root, a slot, an index, a name. */
export type DbKey = Uint8Array | string | number | bigint;

/** Every key starts with one byte that names its bucket (the table). */
export const BUCKET_LENGTH = 1;

/** Numbers become 8 bytes, big endian, so that the order of the bytes is the order of the numbers. */
const NUMBER_LENGTH = 8;

/** The key under which `id` is stored in `bucket`. */
export function encodeKey(bucket: number, id: DbKey): Uint8Array {
  const body = encodeId(id);
  const key = new Uint8Array(BUCKET_LENGTH + body.length);
  key[0] = bucket;
  key.set(body, BUCKET_LENGTH);
  return key;
}

/** A number as `length` big-endian bytes, for keys that are made of several parts. */
export function encodeNumberForDbKey(value: number, length: number): Uint8Array {
  return intToBytes(value, length, "be");
}

/** The inverse of {@link encodeNumberForDbKey}. */
export function decodeNumberForDbKey(bytes: Uint8Array, length: number): number {
  return bytesToInt(bytes.subarray(0, length), "be");
}

function encodeId(id: DbKey): Uint8Array {
  if (typeof id === "string") return new TextEncoder().encode(id);
  if (typeof id === "number" || typeof id === "bigint") return intToBytes(Number(id), NUMBER_LENGTH, "be");
  return id;
}
