import "../lodestar-set-up.ts";

import { createChainForkConfig } from "@lodestar/config";
import type { IBeaconStateView } from "@lodestar/state-transition";
import { ssz, type IndexedAttestation } from "@lodestar/types";
import { fromHex, toRootHex } from "@lodestar/utils";
import {
  ExecutionStatus,
  ForkChoice,
  ForkChoiceStore,
  ProtoArray,
  type CheckpointWithHex,
  type ProtoBlock,
} from "../../../devnet/stand-ins/fork-choice/index.ts";

const config = createChainForkConfig({
  ALTAIR_FORK_EPOCH: 0,
  BELLATRIX_FORK_EPOCH: 0,
  CAPELLA_FORK_EPOCH: 0,
  DENEB_FORK_EPOCH: 0,
  ELECTRA_FORK_EPOCH: 0,
  FULU_FORK_EPOCH: 0,
  GLOAS_FORK_EPOCH: Infinity,
});

export const GENESIS_ROOT = `0x${"01".repeat(32)}`;

interface Checkpoint {
  epoch: number;
  root: string;
}

export interface BlockOptions {
  parent: string;
  slot: number;
  /** Checkpoints of the state after the block, and those it makes possible. */
  justified?: Checkpoint;
  finalized?: Checkpoint;
  unrealizedJustified?: Checkpoint;
  unrealizedFinalized?: Checkpoint;
  /** Makes two blocks of one slot differ. */
  salt?: number;
  /** How late it came, in seconds; the default is too late for the proposer boost. */
  delaySec?: number;
}

/** A fork choice over made-up blocks: four validators with 32 ETH each, nothing checked that the chain checks. */
export function createFixture() {
  const events: string[] = [];
  const genesis = { epoch: 0, root: fromHex(GENESIS_ROOT) };
  const store = new ForkChoiceStore(
    0,
    genesis,
    genesis,
    new Uint16Array(4).fill(32),
    () => new Uint16Array(4).fill(32),
    null,
    {
      onJustified: ({ epoch }: CheckpointWithHex) => events.push(`justified ${epoch}`),
      onFinalized: ({ epoch }: CheckpointWithHex) => events.push(`finalized ${epoch}`),
    },
  );
  const tree = ProtoArray.initialize(genesisBlock());
  const forkChoice = new ForkChoice(config, store, tree, 4, null, { proposerBoost: true });

  const addBlock = (options: BlockOptions): string => {
    const block = ssz.fulu.BeaconBlock.defaultValue();
    block.slot = options.slot;
    block.parentRoot = fromHex(options.parent);
    block.proposerIndex = options.salt ?? 0;
    block.stateRoot = new Uint8Array(32).fill(options.slot);
    if (options.slot > forkChoice.getTime()) forkChoice.updateTime(options.slot);
    const added = forkChoice.onBlock(
      block,
      stateWith(options),
      options.delaySec ?? 11,
      forkChoice.getTime(),
      ExecutionStatus.Valid,
      "Available",
    );
    forkChoice.updateAndGetHead();
    return added.blockRoot;
  };

  /** Votes made in `slot`; they count from the next slot on. */
  const vote = (indices: number[], root: string, slot: number, targetEpoch = 0) => {
    const attestation: IndexedAttestation = {
      attestingIndices: indices,
      data: {
        slot,
        index: 0,
        beaconBlockRoot: fromHex(root),
        source: { epoch: 0, root: fromHex(GENESIS_ROOT) },
        target: { epoch: targetEpoch, root: fromHex(GENESIS_ROOT) },
      },
      signature: new Uint8Array(96),
    };
    forkChoice.onAttestation(attestation, "0x");
  };

  const tick = (slot: number): string => {
    forkChoice.updateTime(slot);
    return forkChoice.updateAndGetHead().head.blockRoot;
  };
  return { forkChoice, events, addBlock, vote, tick };
}

function stateWith(options: BlockOptions): IBeaconStateView {
  const genesis = { epoch: 0, root: GENESIS_ROOT };
  const checkpoint = ({ epoch, root }: Checkpoint) => ({ epoch, root: fromHex(root) });
  const justified = options.justified ?? genesis;
  const finalized = options.finalized ?? genesis;
  const state = {
    forkName: "fulu",
    currentJustifiedCheckpoint: checkpoint(justified),
    finalizedCheckpoint: checkpoint(finalized),
    computeUnrealizedCheckpoints: () => ({
      justifiedCheckpoint: checkpoint(options.unrealizedJustified ?? justified),
      finalizedCheckpoint: checkpoint(options.unrealizedFinalized ?? finalized),
    }),
    getBlockRootAtSlot: () => fromHex(GENESIS_ROOT),
  };
  return state as unknown as IBeaconStateView;
}

function genesisBlock(): ProtoBlock {
  const zero = toRootHex(new Uint8Array(32));
  return {
    slot: 0,
    blockRoot: GENESIS_ROOT,
    parentRoot: zero,
    stateRoot: zero,
    targetRoot: GENESIS_ROOT,
    timeliness: true,
    justifiedEpoch: 0,
    justifiedRoot: GENESIS_ROOT,
    finalizedEpoch: 0,
    finalizedRoot: GENESIS_ROOT,
    unrealizedJustifiedEpoch: 0,
    unrealizedJustifiedRoot: GENESIS_ROOT,
    unrealizedFinalizedEpoch: 0,
    unrealizedFinalizedRoot: GENESIS_ROOT,
    executionPayloadBlockHash: zero,
    executionStatus: ExecutionStatus.Valid,
    dataAvailabilityStatus: "PreData",
    payloadStatus: 2,
    parentBlockHash: null,
  };
}
