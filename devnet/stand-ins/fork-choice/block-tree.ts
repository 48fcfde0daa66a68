import type { RootHex } from "@lodestar/types";
import type { ProtoBlock } from "./types.ts";

/** A block and the roots of the blocks that name it as their parent. */
export type BlockNode = ProtoBlock & { readonly children: RootHex[] };

/** The blocks from the last finalised one on, linked both ways. Known to the beacon node as ProtoArray. */
export class BlockTree {
  readonly #nodes = new Map<RootHex, BlockNode>();

  /** A tree of one block, the anchor. */
  static initialize(anchor: ProtoBlock): BlockTree {
    const tree = new BlockTree();
    tree.onBlock(anchor);
    return tree;
  }

  /** Adds a block under its parent; a known block is left as it is. */
  onBlock(block: ProtoBlock): void {
    if (this.#nodes.has(block.blockRoot)) return;
    this.#nodes.set(block.blockRoot, { ...block, children: [] });
    this.#nodes.get(block.parentRoot)?.children.push(block.blockRoot);
  }

  get(root: RootHex): BlockNode | undefined {
    return this.#nodes.get(root);
  }

  all(): BlockNode[] {
    return [...this.#nodes.values()];
  }

  length(): number {
    return this.#nodes.size;
  }

  /** The oldest block: the last finalised one, or the anchor. */
  oldest(): BlockNode {
    const first = this.#nodes.values().next().value;
    if (first === undefined) throw new Error("The block tree is empty: initialise it with an anchor block");
    return first;
  }

  /** From the block itself towards the oldest one. */
  *chain(root: RootHex): Generator<BlockNode> {
    for (let node = this.#nodes.get(root); node !== undefined; node = this.#nodes.get(node.parentRoot)) yield node;
  }

  /** Every block under `root`, parents before children, `root` itself left out. */
  *descendants(root: RootHex): Generator<BlockNode> {
    const queue = [...(this.#nodes.get(root)?.children ?? [])];
    for (const next of queue) {
      const node = this.#nodes.get(next);
      if (node === undefined) continue;
      yield node;
      queue.push(...node.children);
    }
  }

  /** True for the block itself as well. */
  isDescendant(ancestorRoot: RootHex, root: RootHex): boolean {
    const ancestor = this.#nodes.get(ancestorRoot);
    if (ancestor === undefined) return false;
    for (const node of this.chain(root)) {
      if (node.blockRoot === ancestorRoot) return true;
      if (node.slot <= ancestor.slot) return false;
    }
    return false;
  }

  /** Forgets all but `root` and what is built on it; returns what was forgotten. */
  prune(root: RootHex): BlockNode[] {
    const keep = new Set([root, ...[...this.descendants(root)].map((node) => node.blockRoot)]);
    const forgotten = this.all().filter((node) => !keep.has(node.blockRoot));
    for (const node of forgotten) this.#nodes.delete(node.blockRoot);
    return forgotten;
  }
}
