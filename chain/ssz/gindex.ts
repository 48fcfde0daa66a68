// Where things lie under the state root. The contract (GIndex.sol) draws both trees.
// https://github.com/ethereum/consensus-specs/blob/master/ssz/merkle-proofs.md#generalized-merkle-tree-index
/** How a state is merkleised: plain containers (Electra, Fulu), or progressive ones (Gloas, EIP-7688). */
export type StateLayout = "container" | "progressive";

/** Generalised indices of the two lists that we prove, and the depth of a plain list's data. */
const LISTS = {
  container: { validators: { list: 75n, depth: 40n }, balances: { list: 76n, depth: 38n } },
  progressive: { validators: { list: 358n }, balances: { list: 359n } },
} as const;

/** Four uint64 in a leaf of 32 bytes. */
export const BALANCES_PER_LEAF = 4;

/** Generalised index of the record of validator i. */
export function validatorGindex(layout: StateLayout, index: number): bigint {
  return layout === "container"
    ? leafGindex(LISTS.container.validators, BigInt(index))
    : progressiveLeafGindex(LISTS.progressive.validators.list, BigInt(index));
}

/** Generalised index of the leaf that has the balance of validator i in it. */
export function balancesGindex(layout: StateLayout, index: number): bigint {
  const position = BigInt(Math.floor(index / BALANCES_PER_LEAF));
  return layout === "container"
    ? leafGindex(LISTS.container.balances, position)
    : progressiveLeafGindex(LISTS.progressive.balances.list, position);
}

function leafGindex({ list, depth }: { list: bigint; depth: bigint }, position: bigint): bigint {
  const data = list << 1n;
  return (data << depth) | position;
}

/** Subtrees of 1, 4, 16, ... leaves hang to the left of a chain to the right (EIP-7916). */
function progressiveLeafGindex(list: bigint, position: bigint): bigint {
  let node = list << 1n;
  let first = 0n;
  let depth = 0n;
  while (position >= first + (1n << depth)) {
    node = (node << 1n) | 1n;
    first += 1n << depth;
    depth += 2n;
  }
  const subtree = node << 1n;
  return (subtree << depth) | (position - first);
}
