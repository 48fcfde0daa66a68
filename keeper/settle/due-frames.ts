/** Frames as the contract counts them; all in slots and seconds. */
export type SettledGrid = {
  lastRefSlot: bigint;
  slotsPerFrame: bigint;
  genesisTime: bigint;
  secondsPerSlot: bigint;
};

/** A newer report covers the frames before it, so that only some of the newest are worth asking for. */
const MAX_FRAMES = 3;

/** Reference slots of unsettled frames that ended at least `graceSeconds` ago, newest first. */
export function dueFrames(grid: SettledGrid, now: bigint, graceSeconds: bigint): bigint[] {
  const { lastRefSlot, slotsPerFrame, genesisTime, secondsPerSlot } = grid;
  const endedSlots = (now - graceSeconds - genesisTime) / secondsPerSlot;
  if (endedSlots <= 0n) return [];
  const newest = (endedSlots / slotsPerFrame) * slotsPerFrame - 1n;
  const due: bigint[] = [];
  for (let refSlot = newest; refSlot > lastRefSlot && due.length < MAX_FRAMES; refSlot -= slotsPerFrame)
    due.push(refSlot);
  return due;
}
