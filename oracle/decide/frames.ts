// Where frames, windows and SLA periods lie. An epoch's attestations may arrive until the end of the next epoch, so
// a frame judges the epochs whose next epoch has ended by its last slot: its own epochs, shifted back by one. SLA
// periods are shifted the same way. So every epoch is judged exactly once.
import { EthStakeError } from "../../runtime/errors.ts";
import type { FrameGrid } from "./snapshot.ts";

/** Epochs from first to last, both included; empty when last < first. */
export type EpochRange = { first: number; last: number };

/** Refuses a grid on which frames do not end with epochs. */
export function assertGrid(grid: FrameGrid): void {
  const { slotsPerEpoch, slotsPerFrame, framesPerPeriod } = grid;
  if (slotsPerFrame > 0 && slotsPerFrame % slotsPerEpoch === 0 && framesPerPeriod > 0) return;
  throw new EthStakeError("FRAMES_UNSUPPORTED", "Deploy with frames of whole epochs: these do not end with an epoch", {
    details: { ...grid },
  });
}

/** The newest reference slot at or before a finalised slot, or undefined when the first frame has not ended. */
export function latestFrameEnd(grid: FrameGrid, finalizedSlot: number): number | undefined {
  const frames = Math.floor((finalizedSlot + 1) / grid.slotsPerFrame);
  return frames === 0 ? undefined : frames * grid.slotsPerFrame - 1;
}

/** Number of the frame that a slot lies in, from genesis. */
export function frameOf(grid: FrameGrid, slot: number): number {
  return Math.floor(slot / grid.slotsPerFrame);
}

/** The last epoch whose attestations are all in at the end of a slot; -1 when there is none. */
export function lastClosedEpoch({ slotsPerEpoch }: Pick<FrameGrid, "slotsPerEpoch">, slot: number): number {
  return Math.max(-1, Math.floor((slot + 1) / slotsPerEpoch) - 2);
}

/** Epochs that a report judges: those that closed after the previous reference slot. */
export function windowEpochs(grid: FrameGrid, previousRefSlot: number, refSlot: number): EpochRange {
  return { first: lastClosedEpoch(grid, previousRefSlot) + 1, last: lastClosedEpoch(grid, refSlot) };
}

/** SLA periods that ended after the previous reference slot and no later than this one. */
export function periodsEnded(grid: FrameGrid, previousRefSlot: number, refSlot: number): number[] {
  const slotsPerPeriod = grid.slotsPerFrame * grid.framesPerPeriod;
  const first = Math.floor((previousRefSlot + 1) / slotsPerPeriod);
  const next = Math.floor((refSlot + 1) / slotsPerPeriod);
  return Array.from({ length: Math.max(0, next - first) }, (_, i) => first + i);
}

/** Epochs that an SLA period judges. */
export function periodEpochs(grid: FrameGrid, period: number): EpochRange {
  const slotsPerPeriod = grid.slotsPerFrame * grid.framesPerPeriod;
  return windowEpochs(grid, period * slotsPerPeriod - 1, (period + 1) * slotsPerPeriod - 1);
}

/** Every epoch that a report looks at, ascending. */
export function judgedEpochs(grid: FrameGrid, previousRefSlot: number, refSlot: number): number[] {
  const ranges = [
    windowEpochs(grid, previousRefSlot, refSlot),
    ...periodsEnded(grid, previousRefSlot, refSlot).map((period) => periodEpochs(grid, period)),
  ];
  const epochs = new Set(ranges.flatMap(epochsOf));
  return [...epochs].sort((a, b) => a - b);
}

/**
 * The epochs that reports after `lastRefSlot` will judge, as far as they are closed and final: those of the running
 * window and of the SLA periods that have not ended before it, none before `firstEpoch`.
 */
export function epochsAhead(
  grid: FrameGrid,
  lastRefSlot: number,
  finalizedEpoch: number,
  firstEpoch: number,
): number[] {
  const slotsPerPeriod = grid.slotsPerFrame * grid.framesPerPeriod;
  const openPeriod = Math.floor((Math.max(0, lastRefSlot) + 1) / slotsPerPeriod);
  const first = Math.max(
    firstEpoch,
    Math.min(periodEpochs(grid, openPeriod).first, lastClosedEpoch(grid, lastRefSlot) + 1),
  );
  // The attestations of an epoch may come until the end of the next one, whose last slot must be final too.
  return epochsOf({ first, last: finalizedEpoch - 2 });
}

/** The epochs of a range as a list. */
export function epochsOf({ first, last }: EpochRange): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** Place of a member in the row of those who submit this frame: 0 goes first. */
export function turnOf(grid: FrameGrid, refSlot: number, memberIndex: number, memberCount: number): number {
  return (((memberIndex - frameOf(grid, refSlot)) % memberCount) + memberCount) % memberCount;
}
