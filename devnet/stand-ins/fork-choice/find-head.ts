import { computeEpochAtSlot } from "@lodestar/state-transition";
import type { Epoch, RootHex, Slot } from "@lodestar/types";
import type { BlockNode, BlockTree } from "./block-tree.ts";
import { ExecutionStatus } from "./constants.ts";

interface HeadInputs {
  tree: BlockTree;
  currentSlot: Slot;
  justified: { epoch: Epoch; rootHex: RootHex };
  finalized: { epoch: Epoch; rootHex: RootHex };
  /** Weight of votes for each block itself. */
  weights: ReadonlyMap<RootHex, number>;
}

/**
 * The head by LMD-GHOST: from the justified block, always into the child whose subtree has the most votes,
 * among children with a viable leaf; of equal ones the greater root.
 */
export function findHead(inputs: HeadInputs): BlockNode {
  const { tree, justified, finalized, weights } = inputs;
  const start = tree.get(justified.rootHex) ?? tree.get(finalized.rootHex) ?? tree.oldest();
  const subtrees = new Map<RootHex, { weight: number; viable: boolean }>();
  for (const node of [start, ...tree.descendants(start.blockRoot)].reverse()) {
    let weight = weights.get(node.blockRoot) ?? 0;
    let viable = node.children.length === 0 && isViable(node, inputs);
    for (const child of node.children) {
      const subtree = subtrees.get(child);
      if (subtree === undefined) continue;
      weight += subtree.weight;
      viable ||= subtree.viable;
    }
    if (node.executionStatus === ExecutionStatus.Invalid) viable = false;
    subtrees.set(node.blockRoot, { weight, viable });
  }

  let head = start;
  for (;;) {
    let best: BlockNode | undefined;
    let bestWeight = -1;
    for (const childRoot of head.children) {
      const child = tree.get(childRoot);
      const subtree = subtrees.get(childRoot);
      if (child === undefined || subtree === undefined || !subtree.viable) continue;
      const { weight } = subtree;
      if (weight > bestWeight || (weight === bestWeight && child.blockRoot > (best?.blockRoot ?? ""))) {
        best = child;
        bestWeight = weight;
      }
    }
    if (best === undefined) return head;
    head = best;
  }
}

/** filter_block_tree of the specification: a leaf must agree with our checkpoints, or be recent enough to catch up. */
function isViable(leaf: BlockNode, { tree, currentSlot, justified, finalized }: HeadInputs): boolean {
  const currentEpoch = computeEpochAtSlot(currentSlot);
  const votingSource =
    computeEpochAtSlot(leaf.slot) < currentEpoch ? leaf.unrealizedJustifiedEpoch : leaf.justifiedEpoch;
  const justifiedOk = justified.epoch === 0 || votingSource === justified.epoch || votingSource + 2 >= currentEpoch;
  const finalizedOk = finalized.epoch === 0 || tree.isDescendant(finalized.rootHex, leaf.blockRoot);
  return justifiedOk && finalizedOk;
}
