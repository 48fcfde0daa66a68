// Roots of many validators at once: hashing level by level over all of them is what SIMD is good at.
import "./hasher.ts";

import { hasher } from "@chainsafe/persistent-merkle-tree";

import { ValidatorType } from "./containers.ts";
import { CHUNK_SIZE } from "./merkle-stream.ts";
import { layoutOf } from "./state-layout.ts";

/** Bytes of one serialised validator. */
export const VALIDATOR_SIZE = ValidatorType.minSize;

// Eight fields are eight leaves. All but the key (48 bytes, the first) fit one chunk, zeros behind.
const { fields } = layoutOf(ValidatorType);
const LEAVES_SIZE = fields.length * CHUNK_SIZE;
const PUBKEY_BLOCK_SIZE = 2 * CHUNK_SIZE;
const [PUBKEY, ...SHORT_FIELDS] = fields.map(({ start, size = 0 }, leaf) => ({ start, size, at: leaf * CHUNK_SIZE }));
const PUBKEY_SIZE = PUBKEY?.size ?? 0;

/**
 * Makes a function from whole records to their roots, one after the other. Its answer is overwritten by the next call.
 */
export function createRecordRoots(): (records: Uint8Array) => Uint8Array {
  let capacity = 0;
  let pubkeys = new Uint8Array();
  let pubkeyRoots = new Uint8Array();
  let leaves = new Uint8Array();
  let half = new Uint8Array();
  let quarter = new Uint8Array();
  let roots = new Uint8Array();

  const grow = (count: number) => {
    if (count <= capacity) return;
    capacity = count;
    pubkeys = new Uint8Array(count * PUBKEY_BLOCK_SIZE);
    pubkeyRoots = new Uint8Array(count * CHUNK_SIZE);
    leaves = new Uint8Array(count * LEAVES_SIZE);
    half = new Uint8Array(leaves.length / 2);
    quarter = new Uint8Array(leaves.length / 4);
    roots = new Uint8Array(leaves.length / 8);
  };

  return (records) => {
    const count = records.length / VALIDATOR_SIZE;
    grow(count);
    for (let i = 0; i < count; i++) copy(records, i * VALIDATOR_SIZE, PUBKEY_SIZE, pubkeys, i * PUBKEY_BLOCK_SIZE);
    hash(pubkeys, pubkeyRoots, count * CHUNK_SIZE);

    for (let i = 0; i < count; i++) {
      const to = i * LEAVES_SIZE;
      copy(pubkeyRoots, i * CHUNK_SIZE, CHUNK_SIZE, leaves, to);
      for (const { start, size, at } of SHORT_FIELDS) copy(records, i * VALIDATOR_SIZE + start, size, leaves, to + at);
    }
    hash(leaves, half, (count * LEAVES_SIZE) / 2);
    hash(half, quarter, (count * LEAVES_SIZE) / 4);
    hash(quarter, roots, (count * LEAVES_SIZE) / 8);
    return roots.subarray(0, count * CHUNK_SIZE);
  };
}

// A loop is faster than Uint8Array.set for so few bytes.
function copy(from: Uint8Array, at: number, size: number, to: Uint8Array, toAt: number): void {
  for (let i = 0; i < size; i++) to[toAt + i] = from[at + i] ?? 0;
}

function hash(from: Uint8Array, to: Uint8Array, outputSize: number): void {
  if (outputSize > 0) hasher.hashInto(from.subarray(0, 2 * outputSize), to.subarray(0, outputSize));
}
