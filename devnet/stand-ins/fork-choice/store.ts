import type { EffectiveBalanceIncrements } from "@lodestar/state-transition";
import type { Slot, phase0 } from "@lodestar/types";
import { toRootHex } from "@lodestar/utils";
import type { CheckpointWithHex, ForkChoiceStateGetter, JustifiedBalancesGetter } from "./types.ts";

/** A justified checkpoint and the balances that weigh votes while it is the latest one. */
export interface Justified {
  checkpoint: CheckpointWithHex;
  balances: EffectiveBalanceIncrements;
}

interface CheckpointEvents {
  onJustified?: (checkpoint: CheckpointWithHex) => void;
  onFinalized?: (checkpoint: CheckpointWithHex) => void;
}

/** The checkpoints and the clock of the fork choice; tells the chain when a checkpoint moves. */
export class ForkChoiceStore {
  currentSlot: Slot;
  unrealizedJustified: Justified;
  unrealizedFinalized: CheckpointWithHex;
  readonly justifiedBalancesGetter: JustifiedBalancesGetter;
  readonly equivocatingIndices = new Set<number>();
  readonly #events: CheckpointEvents;
  #justified: Justified;
  #finalized: CheckpointWithHex;

  constructor(
    currentSlot: Slot,
    justified: phase0.Checkpoint,
    finalized: phase0.Checkpoint,
    justifiedBalances: EffectiveBalanceIncrements,
    justifiedBalancesGetter: JustifiedBalancesGetter,
    _stateGetter: ForkChoiceStateGetter | null,
    events: CheckpointEvents = {},
  ) {
    this.currentSlot = currentSlot;
    this.justifiedBalancesGetter = justifiedBalancesGetter;
    this.#events = events;
    this.#justified = { checkpoint: withHex(justified), balances: justifiedBalances };
    this.#finalized = withHex(finalized);
    this.unrealizedJustified = this.#justified;
    this.unrealizedFinalized = this.#finalized;
  }

  get justified(): Justified {
    return this.#justified;
  }

  set justified(justified: Justified) {
    this.#justified = justified;
    this.#events.onJustified?.(justified.checkpoint);
  }

  get finalizedCheckpoint(): CheckpointWithHex {
    return this.#finalized;
  }

  set finalizedCheckpoint(checkpoint: CheckpointWithHex) {
    this.#finalized = checkpoint;
    this.#events.onFinalized?.(checkpoint);
  }
}

/** A checkpoint of the state with its root in hex, as the fork choice keys its blocks. */
export function withHex(checkpoint: phase0.Checkpoint): CheckpointWithHex {
  return { epoch: checkpoint.epoch, root: checkpoint.root, rootHex: toRootHex(checkpoint.root) };
}
