import { periodEpochs } from "../decide/frames.ts";
import type { FrameGrid } from "../decide/snapshot.ts";
import type { EpochStore } from "./epoch-store.ts";
import type { FrameStore } from "./frame-store.ts";
import type { InputStore } from "./input-store.ts";

/** Forgets what is older than it has to be kept, once for each frame. */
export type Retention = (frame: { refSlot: number; previousRefSlot: number }) => Promise<void>;

export type RetentionOptions = {
  grid: FrameGrid;
  epochs: Pick<EpochStore, "prune">;
  frames: Pick<FrameStore, "prune">;
  inputs: Pick<InputStore, "prune">;
  /** Frames that are kept with the epochs that they judged. */
  keepFrames: number;
  /** Frames whose inputs are kept: they are most of the bytes. */
  keepInputs: number;
};

/** Makes the retention of a store. Epochs that a report to come may judge are kept whatever the setting. */
export function createRetention({ grid, epochs, frames, inputs, keepFrames, keepInputs }: RetentionOptions): Retention {
  return async ({ refSlot, previousRefSlot }) => {
    const slotsPerPeriod = grid.slotsPerFrame * grid.framesPerPeriod;
    const openPeriod = Math.floor(Math.max(0, previousRefSlot) / slotsPerPeriod);
    const oldestSlot = refSlot - keepFrames * grid.slotsPerFrame;
    const neededEpoch = periodEpochs(grid, openPeriod).first;
    await epochs.prune(Math.min(neededEpoch, Math.floor(oldestSlot / grid.slotsPerEpoch)));
    await frames.prune(Math.min(oldestSlot, previousRefSlot));
    await inputs.prune(refSlot - keepInputs * grid.slotsPerFrame);
  };
}
