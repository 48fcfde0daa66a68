import type { ChainForkConfig } from "@lodestar/config";
import { INTERVALS_PER_SLOT, SLOTS_PER_EPOCH, ZERO_HASH_HEX } from "@lodestar/params";
import {
  computeEpochAtSlot,
  computeStartSlotAtEpoch,
  getAttesterSlashableIndices,
  isExecutionBlockBodyType,
  isStatePostBellatrix,
  type IBeaconStateView,
} from "@lodestar/state-transition";
import type { AttesterSlashing, BeaconBlock, IndexedAttestation, Root, RootHex, Slot } from "@lodestar/types";
import { toRootHex } from "@lodestar/utils";
import type { BlockNode, BlockTree } from "./block-tree.ts";
import { AncestorStatus, ExecutionStatus, NotReorgedReason, PayloadStatus, type EpochDifference } from "./constants.ts";
import { invalidAttestation, invalidBlock, unknownBlock } from "./errors.ts";
import { findHead } from "./find-head.ts";
import { withHex, type ForkChoiceStore, type Justified } from "./store.ts";
import type { AncestorResult, CheckpointWithHex, ForkChoiceMetrics, ProtoBlock } from "./types.ts";
import { Votes } from "./votes.ts";

export interface ForkChoiceOpts {
  proposerBoost?: boolean;
}

/** The fork choice as the beacon node drives it: blocks, votes and ticks in, a head and checkpoints out. */
export class ForkChoice {
  readonly irrecoverableError: Error | undefined = undefined;
  readonly #config: ChainForkConfig;
  readonly #store: ForkChoiceStore;
  readonly #tree: BlockTree;
  readonly #proposerBoost: boolean;
  readonly #votes = new Votes();
  #boostedRoot: RootHex | null = null;
  #head: BlockNode;

  constructor(
    config: ChainForkConfig,
    store: ForkChoiceStore,
    tree: BlockTree,
    _validatorCount: number,
    _metrics: ForkChoiceMetrics | null,
    options: ForkChoiceOpts = {},
  ) {
    this.#config = config;
    this.#store = store;
    this.#tree = tree;
    this.#proposerBoost = options.proposerBoost ?? true;
    this.#head = this.#findHead();
  }

  // --- head

  getHead(): ProtoBlock {
    return this.#head;
  }

  getHeadRoot(): RootHex {
    return this.#head.blockRoot;
  }

  /** Every block that nothing is built on. */
  getHeads(): ProtoBlock[] {
    return this.#tree.all().filter((node) => node.children.length === 0);
  }

  /** The head is the same for every purpose: proposers never re-organise a late block away. */
  updateAndGetHead(): { head: ProtoBlock; isHeadTimely: boolean; notReorgedReason: NotReorgedReason } {
    this.#head = this.#findHead();
    return { head: this.#head, isHeadTimely: true, notReorgedReason: NotReorgedReason.ProposerBoostReorgDisabled };
  }

  shouldOverrideForkChoiceUpdate(): { shouldOverrideFcu: false; reason: NotReorgedReason } {
    return { shouldOverrideFcu: false, reason: NotReorgedReason.ProposerBoostReorgDisabled };
  }

  // --- time

  getTime(): Slot {
    return this.#store.currentSlot;
  }

  /** on_tick: boosts end with their slot; checkpoints that blocks made possible become real with the epoch. */
  updateTime(slot: Slot): void {
    while (this.#store.currentSlot < slot) {
      this.#store.currentSlot++;
      this.#boostedRoot = null;
      if (this.#store.currentSlot % SLOTS_PER_EPOCH === 0) {
        this.#raiseCheckpoints(this.#store.unrealizedJustified, this.#store.unrealizedFinalized);
      }
    }
    this.#votes.releaseBefore(this.#store.currentSlot);
  }

  // --- blocks and votes

  /** on_block: the state transition has already been verified by the chain. */
  onBlock(
    block: BeaconBlock,
    state: IBeaconStateView,
    blockDelaySec: number,
    currentSlot: Slot,
    executionStatus: ExecutionStatus,
    dataAvailabilityStatus: string,
  ): ProtoBlock {
    const parent = this.#tree.get(toRootHex(block.parentRoot));
    if (parent === undefined) throw invalidBlock("UNKNOWN_PARENT");
    if (block.slot > currentSlot) throw invalidBlock("FUTURE_SLOT");
    const blockRoot = toRootHex(this.#config.getForkTypes(block.slot).BeaconBlock.hashTreeRoot(block));
    const dueSec = this.#config.SLOT_DURATION_MS / 1000 / INTERVALS_PER_SLOT;
    const timeliness = block.slot === this.#store.currentSlot && blockDelaySec < dueSec;
    if (timeliness) this.#boostedRoot ??= blockRoot;

    const justified = withHex(state.currentJustifiedCheckpoint);
    const finalized = withHex(state.finalizedCheckpoint);
    const unrealized = state.computeUnrealizedCheckpoints();
    const unrealizedJustified = withHex(unrealized.justifiedCheckpoint);
    const unrealizedFinalized = withHex(unrealized.finalizedCheckpoint);
    this.#raiseCheckpoints(this.#weighed(justified, state), finalized);
    if (unrealizedJustified.epoch > this.#store.unrealizedJustified.checkpoint.epoch) {
      this.#store.unrealizedJustified = this.#weighed(unrealizedJustified, state);
    }
    if (unrealizedFinalized.epoch > this.#store.unrealizedFinalized.epoch) {
      this.#store.unrealizedFinalized = unrealizedFinalized;
    }
    const epoch = computeEpochAtSlot(block.slot);
    if (epoch < computeEpochAtSlot(currentSlot)) {
      this.#raiseCheckpoints(this.#weighed(unrealizedJustified, state), unrealizedFinalized);
    }

    const targetSlot = computeStartSlotAtEpoch(epoch);
    const protoBlock: ProtoBlock = {
      slot: block.slot,
      blockRoot,
      parentRoot: parent.blockRoot,
      stateRoot: toRootHex(block.stateRoot),
      targetRoot: block.slot === targetSlot ? blockRoot : toRootHex(state.getBlockRootAtSlot(targetSlot)),
      timeliness,
      justifiedEpoch: justified.epoch,
      justifiedRoot: justified.rootHex,
      finalizedEpoch: finalized.epoch,
      finalizedRoot: finalized.rootHex,
      unrealizedJustifiedEpoch: unrealizedJustified.epoch,
      unrealizedJustifiedRoot: unrealizedJustified.rootHex,
      unrealizedFinalizedEpoch: unrealizedFinalized.epoch,
      unrealizedFinalizedRoot: unrealizedFinalized.rootHex,
      ...executionFields(block, state, executionStatus),
      dataAvailabilityStatus,
      payloadStatus: PayloadStatus.FULL,
      parentBlockHash: parent.executionPayloadBlockHash,
    };
    this.#tree.onBlock(protoBlock);
    return protoBlock;
  }

  /** on_attestation: its signature has already been verified by the chain. */
  onAttestation(attestation: IndexedAttestation, _attestationDataRoot: RootHex, force = false): void {
    const { slot, beaconBlockRoot, target } = attestation.data;
    const root = toRootHex(beaconBlockRoot);
    if (root === ZERO_HASH_HEX) return;
    const currentEpoch = computeEpochAtSlot(this.#store.currentSlot);
    const recent = target.epoch <= currentEpoch && target.epoch + 1 >= currentEpoch;
    if (!force && !recent) throw invalidAttestation("BAD_TARGET_EPOCH");
    const block = this.#tree.get(root);
    if (block === undefined) throw invalidAttestation("UNKNOWN_HEAD_BLOCK");
    if (block.slot > slot) throw invalidAttestation("ATTESTS_TO_FUTURE_BLOCK");
    const indices = Array.from(attestation.attestingIndices);
    this.#votes.add(slot, this.#store.currentSlot, { indices, epoch: target.epoch, root });
  }

  onAttesterSlashing(slashing: AttesterSlashing): void {
    for (const index of getAttesterSlashableIndices(slashing)) this.#store.equivocatingIndices.add(index);
  }

  /** Only called when the execution client rejects a payload that was believed in; here none is believed before it is valid. */
  validateLatestHash(): void {}

  /** Forgets what the finalised block has decided; returns the forgotten blocks. */
  prune(finalizedRoot: RootHex): ProtoBlock[] {
    return this.#tree.prune(finalizedRoot);
  }

  // --- checkpoints

  getJustifiedCheckpoint(): CheckpointWithHex {
    return this.#store.justified.checkpoint;
  }

  getFinalizedCheckpoint(): CheckpointWithHex {
    return this.#store.finalizedCheckpoint;
  }

  getUnrealizedJustifiedCheckpoint(): CheckpointWithHex {
    return this.#store.unrealizedJustified.checkpoint;
  }

  getUnrealizedFinalizedCheckpoint(): CheckpointWithHex {
    return this.#store.unrealizedFinalized;
  }

  getFinalizedCheckpointSlot(): Slot {
    return computeStartSlotAtEpoch(this.#store.finalizedCheckpoint.epoch);
  }

  getJustifiedBlock(): ProtoBlock {
    return this.#must(this.#store.justified.checkpoint.rootHex);
  }

  getFinalizedBlock(): ProtoBlock {
    return this.#must(this.#store.finalizedCheckpoint.rootHex);
  }

  /** Without fast confirmation, what is justified counts as confirmed. */
  getConfirmedRoot(): RootHex {
    return this.getJustifiedCheckpoint().rootHex;
  }

  getConfirmedBlock(): ProtoBlock {
    return this.getJustifiedBlock();
  }

  getProposerBoostRoot(): RootHex {
    return this.#boostedRoot ?? ZERO_HASH_HEX;
  }

  getPreviousProposerBoostRoot(): RootHex {
    return ZERO_HASH_HEX;
  }

  // --- look-ups. "Hex" takes the root as a string, "Unsafe" also finds blocks beside the finalised chain,
  // "DefaultStatus" and a payload status only matter from Gloas on.

  hasBlockHexUnsafe(root: RootHex): boolean {
    return this.#tree.get(root) !== undefined;
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
    const { epoch, rootHex } = this.#store.finalizedCheckpoint;
    const node = this.#tree.get(root);
    return node !== undefined && (epoch === 0 || this.#tree.isDescendant(rootHex, root)) ? node : null;
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
    return this.#tree.all().filter((node) => node.parentRoot === parentRoot);
  }

  getBlockSummariesAtSlot(slot: Slot): ProtoBlock[] {
    return this.#tree.all().filter((node) => node.slot === slot);
  }

  getCanonicalBlockByRoot(root: Root): ProtoBlock | null {
    const rootHex = toRootHex(root);
    return this.#canonical((node) => node.blockRoot === rootHex);
  }

  getCanonicalBlockAtSlot(slot: Slot): ProtoBlock | null {
    return this.#canonical((node) => node.slot === slot);
  }

  getCanonicalBlockClosestLteSlot(slot: Slot): ProtoBlock | null {
    return this.#canonical((node) => node.slot <= slot);
  }

  /** How many slots after `slot` have a block on the way to the head. */
  getSlotsPresent(slot: Slot): number {
    return [...this.#tree.chain(this.#head.blockRoot)].filter((node) => node.slot > slot).length;
  }

  getAllNodes(): (ProtoBlock & { weight: number })[] {
    const weights = this.#weights();
    return this.#tree.all().map((node) => ({ ...node, weight: weights.get(node.blockRoot) ?? 0 }));
  }

  /** The ancestors of a block, the youngest first, the block itself left out. */
  *iterateAncestorBlocks(root: RootHex): Generator<ProtoBlock> {
    const [, ...ancestors] = this.#tree.chain(root);
    yield* ancestors;
  }

  /** The block and its ancestors after the last finalised one. */
  getAllAncestorBlocks(root: RootHex): ProtoBlock[] {
    return [...this.#tree.chain(root)].slice(0, -1);
  }

  /** The block and all its ancestors, and the blocks of other branches up to its slot. */
  getAllAncestorAndNonAncestorBlocksDefaultStatus(root: RootHex): {
    ancestors: ProtoBlock[];
    nonAncestors: ProtoBlock[];
  } {
    const ancestors = [...this.#tree.chain(root)];
    const roots = new Set(ancestors.map((node) => node.blockRoot));
    const { slot } = this.#must(root);
    const nonAncestors = this.#tree.all().filter((node) => node.slot <= slot && !roots.has(node.blockRoot));
    return { ancestors, nonAncestors };
  }

  /** Every block, parents first (the spelling is the original's). */
  forwarditerateAncestorBlocks(): ProtoBlock[] {
    return this.#tree.all();
  }

  forwardIterateDescendantsDefaultStatus(root: RootHex): Generator<ProtoBlock> {
    return this.#tree.descendants(root);
  }

  getCommonAncestorDepth(previous: ProtoBlock, next: ProtoBlock): AncestorResult {
    const known = (block: ProtoBlock) => this.#tree.get(block.blockRoot) !== undefined;
    if (!known(previous) || !known(next)) return { code: AncestorStatus.BlockUnknown };
    if (this.#tree.isDescendant(previous.blockRoot, next.blockRoot)) return { code: AncestorStatus.Descendant };
    const roots = new Set([...this.#tree.chain(previous.blockRoot)].map((node) => node.blockRoot));
    for (const node of this.#tree.chain(next.blockRoot)) {
      if (!roots.has(node.blockRoot)) continue;
      return { code: AncestorStatus.CommonAncestor, depth: Math.max(previous.slot, next.slot) - node.slot };
    }
    return { code: AncestorStatus.NoCommonAncenstor };
  }

  /** The last block before the epoch of `block` (or the one before it): shufflings and duties depend on it. */
  getDependentRoot(block: ProtoBlock, difference: EpochDifference): RootHex {
    const beforeSlot = computeStartSlotAtEpoch(computeEpochAtSlot(block.slot) - difference);
    if (beforeSlot <= 0) return this.#tree.oldest().blockRoot;
    let last: BlockNode | undefined;
    for (const node of this.#tree.chain(block.blockRoot)) {
      if (node.slot < beforeSlot) return node.blockRoot;
      last = node;
    }
    // The block in question was pruned, but the oldest one kept still names it as its parent.
    if (last?.slot === beforeSlot) return last.parentRoot;
    throw unknownBlock(last?.parentRoot ?? block.blockRoot);
  }

  // --- inside

  #findHead(): BlockNode {
    return findHead({
      tree: this.#tree,
      currentSlot: this.#store.currentSlot,
      justified: this.#store.justified.checkpoint,
      finalized: this.#store.finalizedCheckpoint,
      weights: this.#weights(),
    });
  }

  #weights(): Map<RootHex, number> {
    const { balances } = this.#store.justified;
    const weights = this.#votes.weights(balances, this.#store.equivocatingIndices);
    if (this.#proposerBoost && this.#boostedRoot !== null) {
      let total = 0;
      for (const balance of balances) total += balance;
      const boost = Math.floor(((total / SLOTS_PER_EPOCH) * this.#config.PROPOSER_SCORE_BOOST) / 100);
      weights.set(this.#boostedRoot, (weights.get(this.#boostedRoot) ?? 0) + boost);
    }
    return weights;
  }

  /** Looks the balances up only for a checkpoint that is going to be used. */
  #weighed(checkpoint: CheckpointWithHex, state: IBeaconStateView): Justified {
    const { justified, justifiedBalancesGetter } = this.#store;
    return checkpoint.epoch > justified.checkpoint.epoch
      ? { checkpoint, balances: justifiedBalancesGetter(checkpoint, state) }
      : justified;
  }

  #raiseCheckpoints(justified: Justified, finalized: CheckpointWithHex): void {
    if (justified.checkpoint.epoch > this.#store.justified.checkpoint.epoch) this.#store.justified = justified;
    if (finalized.epoch > this.#store.finalizedCheckpoint.epoch) this.#store.finalizedCheckpoint = finalized;
  }

  #canonical(matches: (node: BlockNode) => boolean): ProtoBlock | null {
    for (const node of this.#tree.chain(this.#head.blockRoot)) if (matches(node)) return node;
    return null;
  }

  #must(root: RootHex): BlockNode {
    const node = this.#tree.get(root);
    if (node === undefined) throw unknownBlock(root);
    return node;
  }
}

function executionFields(
  block: BeaconBlock,
  state: IBeaconStateView,
  executionStatus: ExecutionStatus,
): Pick<
  ProtoBlock,
  "executionPayloadBlockHash" | "executionPayloadNumber" | "executionPayloadGasLimit" | "executionStatus"
> {
  if (!isExecutionBlockBodyType(block.body) || !isStatePostBellatrix(state) || !("executionPayload" in block.body)) {
    return { executionPayloadBlockHash: null, executionStatus: ExecutionStatus.PreMerge };
  }
  const { blockHash, blockNumber, gasLimit } = block.body.executionPayload;
  return {
    executionPayloadBlockHash: toRootHex(blockHash),
    executionPayloadNumber: blockNumber,
    executionPayloadGasLimit: gasLimit,
    executionStatus,
  };
}
