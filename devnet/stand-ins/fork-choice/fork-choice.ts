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
import type { AttesterSlashing, BeaconBlock, IndexedAttestation, RootHex, Slot } from "@lodestar/types";
import { toRootHex } from "@lodestar/utils";
import type { BlockNode, BlockTree } from "./block-tree.ts";
import { ExecutionStatus, NotReorgedReason, PayloadStatus } from "./constants.ts";
import { invalidAttestation, invalidBlock } from "./errors.ts";
import { findHead } from "./find-head.ts";
import { ForkChoiceReader } from "./reader.ts";
import { withHex, type ForkChoiceStore, type Justified } from "./store.ts";
import type { CheckpointWithHex, ForkChoiceMetrics, ProtoBlock } from "./types.ts";
import { Votes } from "./votes.ts";

export interface ForkChoiceOpts {
  proposerBoost?: boolean;
}

/** The fork choice as the beacon node drives it: blocks, votes and ticks in, a head and checkpoints out. */
export class ForkChoice extends ForkChoiceReader {
  readonly irrecoverableError: Error | undefined = undefined;
  readonly #config: ChainForkConfig;
  readonly #proposerBoost: boolean;
  readonly #votes = new Votes();
  #boostedRoot: RootHex | null = null;

  constructor(
    config: ChainForkConfig,
    store: ForkChoiceStore,
    tree: BlockTree,
    _validatorCount: number,
    _metrics: ForkChoiceMetrics | null,
    options: ForkChoiceOpts = {},
  ) {
    super(store, tree);
    this.#config = config;
    this.#proposerBoost = options.proposerBoost ?? true;
    this.head = this.#findHead();
  }

  // --- head

  /** The head is the same for every purpose: proposers never re-organise a late block away. */
  updateAndGetHead(): { head: ProtoBlock; isHeadTimely: boolean; notReorgedReason: NotReorgedReason } {
    this.head = this.#findHead();
    return { head: this.head, isHeadTimely: true, notReorgedReason: NotReorgedReason.ProposerBoostReorgDisabled };
  }

  shouldOverrideForkChoiceUpdate(): { shouldOverrideFcu: false; reason: NotReorgedReason } {
    return { shouldOverrideFcu: false, reason: NotReorgedReason.ProposerBoostReorgDisabled };
  }

  // --- time

  getTime(): Slot {
    return this.store.currentSlot;
  }

  /** on_tick: boosts end with their slot; checkpoints that blocks made possible become real with the epoch. */
  updateTime(slot: Slot): void {
    while (this.store.currentSlot < slot) {
      this.store.currentSlot++;
      this.#boostedRoot = null;
      if (this.store.currentSlot % SLOTS_PER_EPOCH === 0) {
        this.#raiseCheckpoints(this.store.unrealizedJustified, this.store.unrealizedFinalized);
      }
    }
    this.#votes.releaseBefore(this.store.currentSlot);
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
    const parent = this.tree.get(toRootHex(block.parentRoot));
    if (parent === undefined) throw invalidBlock("UNKNOWN_PARENT");
    if (block.slot > currentSlot) throw invalidBlock("FUTURE_SLOT");
    const blockRoot = toRootHex(this.#config.getForkTypes(block.slot).BeaconBlock.hashTreeRoot(block));
    const dueSec = this.#config.SLOT_DURATION_MS / 1000 / INTERVALS_PER_SLOT;
    const timeliness = block.slot === this.store.currentSlot && blockDelaySec < dueSec;
    if (timeliness) this.#boostedRoot ??= blockRoot;

    const justified = withHex(state.currentJustifiedCheckpoint);
    const finalized = withHex(state.finalizedCheckpoint);
    const unrealized = state.computeUnrealizedCheckpoints();
    const unrealizedJustified = withHex(unrealized.justifiedCheckpoint);
    const unrealizedFinalized = withHex(unrealized.finalizedCheckpoint);
    this.#raiseCheckpoints(this.#weighed(justified, state), finalized);
    if (unrealizedJustified.epoch > this.store.unrealizedJustified.checkpoint.epoch) {
      this.store.unrealizedJustified = this.#weighed(unrealizedJustified, state);
    }
    if (unrealizedFinalized.epoch > this.store.unrealizedFinalized.epoch) {
      this.store.unrealizedFinalized = unrealizedFinalized;
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
    this.tree.onBlock(protoBlock);
    return protoBlock;
  }

  /** on_attestation: its signature has already been verified by the chain. */
  onAttestation(attestation: IndexedAttestation, _attestationDataRoot: RootHex, force = false): void {
    const { slot, beaconBlockRoot, target } = attestation.data;
    const root = toRootHex(beaconBlockRoot);
    if (root === ZERO_HASH_HEX) return;
    const currentEpoch = computeEpochAtSlot(this.store.currentSlot);
    const recent = target.epoch <= currentEpoch && target.epoch + 1 >= currentEpoch;
    if (!force && !recent) throw invalidAttestation("BAD_TARGET_EPOCH");
    const block = this.tree.get(root);
    if (block === undefined) throw invalidAttestation("UNKNOWN_HEAD_BLOCK");
    if (block.slot > slot) throw invalidAttestation("ATTESTS_TO_FUTURE_BLOCK");
    const indices = Array.from(attestation.attestingIndices);
    this.#votes.add(slot, this.store.currentSlot, { indices, epoch: target.epoch, root });
  }

  onAttesterSlashing(slashing: AttesterSlashing): void {
    for (const index of getAttesterSlashableIndices(slashing)) this.store.equivocatingIndices.add(index);
  }

  /** Only called when the execution client rejects a payload that was believed in; here none is believed before it is valid. */
  validateLatestHash(): void {}

  /** Forgets what the finalised block has decided; returns the forgotten blocks. */
  prune(finalizedRoot: RootHex): ProtoBlock[] {
    return this.tree.prune(finalizedRoot);
  }

  getProposerBoostRoot(): RootHex {
    return this.#boostedRoot ?? ZERO_HASH_HEX;
  }

  getAllNodes(): (ProtoBlock & { weight: number })[] {
    const weights = this.#weights();
    return this.tree.all().map((node) => ({ ...node, weight: weights.get(node.blockRoot) ?? 0 }));
  }

  // --- inside

  #findHead(): BlockNode {
    return findHead({
      tree: this.tree,
      currentSlot: this.store.currentSlot,
      justified: this.store.justified.checkpoint,
      finalized: this.store.finalizedCheckpoint,
      weights: this.#weights(),
    });
  }

  #weights(): Map<RootHex, number> {
    const { balances } = this.store.justified;
    const weights = this.#votes.weights(balances, this.store.equivocatingIndices);
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
    const { justified, justifiedBalancesGetter } = this.store;
    return checkpoint.epoch > justified.checkpoint.epoch
      ? { checkpoint, balances: justifiedBalancesGetter(checkpoint, state) }
      : justified;
  }

  #raiseCheckpoints(justified: Justified, finalized: CheckpointWithHex): void {
    if (justified.checkpoint.epoch > this.store.justified.checkpoint.epoch) this.store.justified = justified;
    if (finalized.epoch > this.store.finalizedCheckpoint.epoch) this.store.finalizedCheckpoint = finalized;
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
