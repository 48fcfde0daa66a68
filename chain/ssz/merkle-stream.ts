// Merkle roots of chunks that come one after the other, without keeping them: a stack with at most one root per level.
import "./hasher.ts";

import { hasher } from "@chainsafe/persistent-merkle-tree";

import { EthStakeError } from "../../runtime/errors.ts";

export const CHUNK_SIZE = 32;
/** Chunks are hashed in batches of 2^10, which is where the SIMD hasher stops getting faster. */
const BATCH_DEPTH = 10;

/** Takes whole chunks, as many as come, and gives their root in the end. */
export type Merkleizer = {
  /** The length must be a multiple of 32. */
  add(chunks: Uint8Array): void;
  /** May be asked once. */
  root(): Uint8Array;
};

/** `merkleize(chunks, limit)` of the specification, with limit 2^depth. */
export function createMerkleizer(depth: number): Merkleizer {
  const batchDepth = Math.min(depth, BATCH_DEPTH);
  const batch = new Uint8Array(CHUNK_SIZE << batchDepth);
  const spare = new Uint8Array(Math.max(CHUNK_SIZE, batch.length / 2));
  /** Roots of whole subtrees that wait for their right sibling, by depth. */
  const waiting: (Uint8Array | undefined)[] = [];
  let filled = 0;

  const push = (subtree: Uint8Array) => {
    let node = subtree;
    for (let level = batchDepth; ; level++) {
      const left = waiting[level];
      if (left === undefined) return void (waiting[level] = node);
      if (level >= depth) throw tooManyChunks(depth);
      waiting[level] = undefined;
      node = hashPair(left, node);
    }
  };

  return {
    add: (chunks) => {
      for (let at = 0; at < chunks.length; ) {
        const part = chunks.subarray(at, at + batch.length - filled);
        batch.set(part, filled);
        filled += part.length;
        at += part.length;
        if (filled < batch.length) continue;
        push(reduce(batch, spare, filled, batchDepth));
        filled = 0;
      }
    },
    root: () => {
      let node = filled === 0 ? undefined : reduce(batch, spare, filled, batchDepth);
      for (let level = batchDepth; level < depth; level++) {
        const left = waiting[level];
        if (left !== undefined) node = hashPair(left, node ?? zeroRoot(level));
        else if (node !== undefined) node = hashPair(node, zeroRoot(level));
      }
      const whole = waiting[depth];
      if (whole !== undefined && node !== undefined) throw tooManyChunks(depth);
      return whole ?? node ?? zeroRoot(depth);
    },
  };
}

/**
 * `merkleize_progressive(chunks)`: subtrees of 1, 4, 16 ... chunks, each the left child of the next node to the right,
 * zero behind the last: https://eips.ethereum.org/EIPS/eip-7916
 */
export function createProgressiveMerkleizer(): Merkleizer {
  const subtreeRoots: Uint8Array[] = [];
  let current = createMerkleizer(0);
  let freeBytes = CHUNK_SIZE;
  return {
    add: (chunks) => {
      for (let at = 0; at < chunks.length; ) {
        if (freeBytes === 0) {
          subtreeRoots.push(current.root());
          current = createMerkleizer(2 * subtreeRoots.length);
          freeBytes = CHUNK_SIZE * 4 ** subtreeRoots.length;
        }
        const part = chunks.subarray(at, at + freeBytes);
        current.add(part);
        freeBytes -= part.length;
        at += part.length;
      }
    },
    root: () => {
      const isEmpty = subtreeRoots.length === 0 && freeBytes === CHUNK_SIZE;
      if (!isEmpty) subtreeRoots.push(current.root());
      return subtreeRoots.reduceRight((right, left) => hashPair(left, right), zeroRoot(0));
    },
  };
}

/** sha256 of two nodes. */
export function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hasher.digest64(left, right);
}

/** A list's root: the root of its data with its length mixed in. */
export function mixInLength(root: Uint8Array, length: number): Uint8Array {
  const chunk = new Uint8Array(CHUNK_SIZE);
  new DataView(chunk.buffer).setBigUint64(0, BigInt(length), true);
  return hashPair(root, chunk);
}

const zeroRoots: Uint8Array[] = [new Uint8Array(CHUNK_SIZE)];

/** The root of a subtree without any chunk. */
function zeroRoot(depth: number): Uint8Array {
  const known = zeroRoots[depth];
  if (known !== undefined) return known;
  const below = zeroRoot(depth - 1);
  return (zeroRoots[depth] = hashPair(below, below));
}

/** Hashes the first `length` bytes up `depth` levels; overwrites both buffers. */
function reduce(chunks: Uint8Array, spare: Uint8Array, length: number, depth: number): Uint8Array {
  let from = chunks;
  let to = spare;
  let used = length;
  for (let level = 0; level < depth; level++) {
    if ((used / CHUNK_SIZE) % 2 === 1) {
      from.set(zeroRoot(level), used);
      used += CHUNK_SIZE;
    }
    hasher.hashInto(from.subarray(0, used), to.subarray(0, used / 2));
    used /= 2;
    [from, to] = [to, from];
  }
  return from.slice(0, CHUNK_SIZE);
}

function tooManyChunks(depth: number): EthStakeError {
  return new EthStakeError("STATE_MALFORMED", "Use another beacon node: a list of its state is longer than allowed", {
    details: { depth },
  });
}
