// Merkle proofs of several leaves that share their branches, in the order in which the contract (Multiproof.sol) wants
// them: always the greatest known generalised index is taken, together with its sibling.
import { sha256 } from "./sha256.ts";

/** Finds a node's hash by its generalised index. */
export type ReadNode = (gindex: bigint) => Uint8Array;

type Known = { gindex: bigint; node: Uint8Array };

/**
 * The siblings that leaves need besides each other, in the order of the proof.
 *
 * @example
 * siblingsOf([12n, 13n, 15n], (gindex) => getNode(root, gindex).root); // nodes 14 and 2
 */
export function siblingsOf(gindices: readonly bigint[], read: ReadNode): Uint8Array[] {
  const siblings: Uint8Array[] = [];
  const nothing = new Uint8Array(32);
  climb(
    gindices.map((gindex) => ({ gindex, node: nothing })),
    (gindex) => {
      siblings.push(read(gindex));
      return nothing;
    },
    () => nothing,
  );
  return siblings;
}

/** The root that leaves and siblings lead to; undefined when there are too few siblings, or some are left over. */
export function multiproofRoot(leaves: readonly Known[], siblings: readonly Uint8Array[]): Uint8Array | undefined {
  let used = 0;
  const root = climb(leaves, () => siblings[used++] ?? new Uint8Array(32), sha256);
  return used === siblings.length ? root : undefined;
}

/** Two queues, both in descending order: inner nodes are made in the order of their children. */
function climb(
  leaves: readonly Known[],
  siblingAt: ReadNode,
  hash: (left: Uint8Array, right: Uint8Array) => Uint8Array,
): Uint8Array {
  const outer = leaves.toSorted((a, b) => (a.gindex < b.gindex ? -1 : 1));
  const inner: Known[] = [];
  let taken = 0;
  const isOuterNext = () => (outer.at(-1)?.gindex ?? 0n) > (inner[taken]?.gindex ?? 0n);
  const peek = () => (isOuterNext() ? outer.at(-1) : inner[taken]);
  const take = () => (isOuterNext() ? outer.pop() : inner[taken++]);

  for (;;) {
    const known = take();
    if (known === undefined) return new Uint8Array(32);
    const { gindex, node } = known;
    if (gindex === 1n) return node;
    const beside = gindex ^ 1n;
    const sibling = peek()?.gindex === beside ? (take()?.node ?? node) : siblingAt(beside);
    inner.push({ gindex: gindex >> 1n, node: (gindex & 1n) === 1n ? hash(sibling, node) : hash(node, sibling) });
  }
}
