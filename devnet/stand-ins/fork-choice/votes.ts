import type { Epoch, RootHex, Slot } from "@lodestar/types";

interface LatestMessage {
  epoch: Epoch;
  root: RootHex;
}

interface QueuedVote extends LatestMessage {
  indices: number[];
}

/** The latest vote of every validator. A vote counts from the slot after the one it was made in. */
export class Votes {
  readonly #latest = new Map<number, LatestMessage>();
  readonly #queued = new Map<Slot, QueuedVote[]>();

  /** Takes the votes of `indices`, made in `slot`, at once or, when that slot is not over, later. */
  add(slot: Slot, currentSlot: Slot, vote: QueuedVote): void {
    if (slot < currentSlot) return this.#apply(vote);
    const queue = this.#queued.get(slot);
    if (queue === undefined) this.#queued.set(slot, [vote]);
    else queue.push(vote);
  }

  /** Applies what was queued for slots before `currentSlot`. */
  releaseBefore(currentSlot: Slot): void {
    for (const [slot, queue] of this.#queued) {
      if (slot >= currentSlot) continue;
      for (const vote of queue) this.#apply(vote);
      this.#queued.delete(slot);
    }
  }

  /** The weight that each block gets directly, in increments of effective balance. */
  weights(balances: ArrayLike<number>, equivocating: ReadonlySet<number>): Map<RootHex, number> {
    const weights = new Map<RootHex, number>();
    for (const [index, { root }] of this.#latest) {
      if (equivocating.has(index)) continue;
      weights.set(root, (weights.get(root) ?? 0) + (balances[index] ?? 0));
    }
    return weights;
  }

  #apply({ indices, epoch, root }: QueuedVote): void {
    for (const index of indices) {
      const latest = this.#latest.get(index);
      if (latest === undefined || epoch > latest.epoch) this.#latest.set(index, { epoch, root });
    }
  }
}
