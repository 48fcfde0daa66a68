import { ZERO_HASH_HEX } from "@lodestar/params";
import { computeEpochAtSlot, computeStartSlotAtEpoch } from "@lodestar/state-transition";
import type { Root, RootHex, Slot } from "@lodestar/types";
import { toRootHex } from "@lodestar/utils";
import type { BlockNode, BlockTree } from "./block-tree.ts";
import { AncestorStatus, type EpochDifference, type PayloadStatus } from "./constants.ts";
import { unknownBlock } from "./errors.ts";
import type { ForkChoiceStore } from "./store.ts";
import type { AncestorResult, CheckpointWithHex, ProtoBlock } from "./types.ts";

/** All that the beacon node asks of the fork choice without changing it. */
export abstract class ForkChoiceReader {
  protected readonly store: ForkChoiceStore;
  protected readonly tree: BlockTree;
  protected head: BlockNode;

  constructor(store: ForkChoiceStore, tree: BlockTree) {
    this.store = store;
    this.tree = tree;
    this.head = tree.oldest();
  }

  // --- head

  getHead(): ProtoBlock {
    return this.head;
  }

  getHeadRoot(): RootHex {
    return this.head.blockRoot;
  }

  /** Every block that nothing is built on. */
  getHeads(): ProtoBlock[] {
    return this.tree.all().filter((node) => node.children.length === 0);
  }

  // --- checkpoints

  getJustifiedCheckpoint(): CheckpointWithHex {
    return this.store.justified.checkpoint;
  }

  getFinalizedCheckpoint(): CheckpointWithHex {
    return this.store.finalizedCheckpoint;
  }

  getUnrealizedJustifiedCheckpoint(): CheckpointWithHex {
    return this.store.unrealizedJustified.checkpoint;
  }

  getUnrealizedFinalizedCheckpoint(): CheckpointWithHex {
    return this.store.unrealizedFinalized;
  }

  getFinalizedCheckpointSlot(): Slot {
    return computeStartSlotAtEpoch(this.store.finalizedCheckpoint.epoch);
  }

  getJustifiedBlock(): ProtoBlock {
    return this.must(this.store.justified.checkpoint.rootHex);
  }

  getFinalizedBlock(): ProtoBlock {
    return this.must(this.store.finalizedCheckpoint.rootHex);
  }

  /** Without fast confirmation, what is justified counts as confirmed. */
  getConfirmedRoot(): RootHex {
    return this.getJustifiedCheckpoint().rootHex;
  }

  getConfirmedBlock(): ProtoBlock {
    return this.getJustifiedBlock();
  }

  getPreviousProposerBoostRoot(): RootHex {
    return ZERO_HASH_HEX;
  }

  // --- look-ups. "Hex" takes the root as a string, "Unsafe" also finds blocks beside the finalised chain,
  // "DefaultStatus" and a payload status only matter from Gloas on.

  hasBlockHexUnsafe(root: RootHex): boolean {
    return this.tree.get(root) !== undefined;
  }

  hasPayloadHexUnsafe(root: RootHex): boolean {
    return this.hasBlockHexUnsafe(root);
  }

  hasBlockHex(root: RootHex): boolean {
    return this.getBlockHexDefaultStatus(root) !== null;
  }

  hasBlock(root: Root): boolean {
    return this.hasBlockHex(toRootHex(root));
  }

  getBlockHexDefaultStatus(root: RootHex): ProtoBlock | null {
    const { epoch, rootHex } = this.store.finalizedCheckpoint;
    const node = this.tree.get(root);
    return node !== undefined && (epoch === 0 || this.tree.isDescendant(rootHex, root)) ? node : null;
  }

  getBlockHex(root: RootHex, _status: PayloadStatus): ProtoBlock | null {
    return this.getBlockHexDefaultStatus(root);
  }

  getBlockDefaultStatus(root: Root): ProtoBlock | null {
    return this.getBlockHexDefaultStatus(toRootHex(root));
  }

  getBlockHexAndBlockHash(root: RootHex, executionHash: RootHex): ProtoBlock | null {
    const block = this.getBlockHexDefaultStatus(root);
    return block?.executionPayloadBlockHash === executionHash ? block : null;
  }

  getBlockSummariesByParentRoot(parentRoot: RootHex): ProtoBlock[] {
    return this.tree.all().filter((node) => node.parentRoot === parentRoot);
  }

  getBlockSummariesAtSlot(slot: Slot): ProtoBlock[] {
    return this.tree.all().filter((node) => node.slot === slot);
  }

  getCanonicalBlockByRoot(root: Root): ProtoBlock | null {
    const rootHex = toRootHex(root);
    return this.canonical((node) => node.blockRoot === rootHex);
  }

  getCanonicalBlockAtSlot(slot: Slot): ProtoBlock | null {
    return this.canonical((node) => node.slot === slot);
  }

  getCanonicalBlockClosestLteSlot(slot: Slot): ProtoBlock | null {
    return this.canonical((node) => node.slot <= slot);
  }

  /** How many slots after `slot` have a block on the way to the head. */
  getSlotsPresent(slot: Slot): number {
    return [...this.tree.chain(this.head.blockRoot)].filter((node) => node.slot > slot).length;
  }

  /** The ancestors of a block, the youngest first, the block itself left out. */
  *iterateAncestorBlocks(root: RootHex): Generator<ProtoBlock> {
    const [, ...ancestors] = this.tree.chain(root);
    yield* ancestors;
  }

  /** The block and its ancestors after the last finalised one. */
  getAllAncestorBlocks(root: RootHex): ProtoBlock[] {
    return [...this.tree.chain(root)].slice(0, -1);
  }

  /** The block and all its ancestors, and the blocks of other branches up to its slot. */
  getAllAncestorAndNonAncestorBlocksDefaultStatus(root: RootHex): {
    ancestors: ProtoBlock[];
    nonAncestors: ProtoBlock[];
  } {
    const ancestors = [...this.tree.chain(root)];
    const roots = new Set(ancestors.map((node) => node.blockRoot));
    const { slot } = this.must(root);
    const nonAncestors = this.tree.all().filter((node) => node.slot <= slot && !roots.has(node.blockRoot));
    return { ancestors, nonAncestors };
  }

  /** Every block, parents first (the spelling is the original's). */
  forwarditerateAncestorBlocks(): ProtoBlock[] {
    return this.tree.all();
  }

  forwardIterateDescendantsDefaultStatus(root: RootHex): Generator<ProtoBlock> {
    return this.tree.descendants(root);
  }

  getCommonAncestorDepth(previous: ProtoBlock, next: ProtoBlock): AncestorResult {
    const known = (block: ProtoBlock) => this.tree.get(block.blockRoot) !== undefined;
    if (!known(previous) || !known(next)) return { code: AncestorStatus.BlockUnknown };
    if (this.tree.isDescendant(previous.blockRoot, next.blockRoot)) return { code: AncestorStatus.Descendant };
    const roots = new Set([...this.tree.chain(previous.blockRoot)].map((node) => node.blockRoot));
    for (const node of this.tree.chain(next.blockRoot)) {
      if (!roots.has(node.blockRoot)) continue;
      return { code: AncestorStatus.CommonAncestor, depth: Math.max(previous.slot, next.slot) - node.slot };
    }
    return { code: AncestorStatus.NoCommonAncenstor };
  }

  /** The last block before the epoch of `block` (or the one before it): shufflings and duties depend on it. */
  getDependentRoot(block: ProtoBlock, difference: EpochDifference): RootHex {
    const beforeSlot = computeStartSlotAtEpoch(computeEpochAtSlot(block.slot) - difference);
    if (beforeSlot <= 0) return this.tree.oldest().blockRoot;
    let last: BlockNode | undefined;
    for (const node of this.tree.chain(block.blockRoot)) {
      if (node.slot < beforeSlot) return node.blockRoot;
      last = node;
    }
    // The block in question was pruned, but the oldest one kept still names it as its parent.
    if (last?.slot === beforeSlot) return last.parentRoot;
    throw unknownBlock(last?.parentRoot ?? block.blockRoot);
  }

  // --- inside

  protected canonical(matches: (node: BlockNode) => boolean): ProtoBlock | null {
    for (const node of this.tree.chain(this.head.blockRoot)) if (matches(node)) return node;
    return null;
  }

  protected must(root: RootHex): BlockNode {
    const node = this.tree.get(root);
    if (node === undefined) throw unknownBlock(root);
    return node;
  }
}
