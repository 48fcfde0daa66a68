import { createHash } from "node:crypto";

/** sha256 of the parts one after the other, the hash that SSZ is made of. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Recomputes the root over a leaf: at each level the lowest bit of the generalised index says on which side it lies. */
export function branchRoot(leaf: Uint8Array, branch: readonly Uint8Array[], generalisedIndex: bigint): Uint8Array {
  let node = leaf;
  let place = generalisedIndex;
  for (const sibling of branch) {
    node = (place & 1n) === 1n ? sha256(sibling, node) : sha256(node, sibling);
    place >>= 1n;
  }
  return node;
}
