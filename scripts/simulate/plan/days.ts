/** A simulated day is a frame of five epochs of eight slots: the shortest in which each report is final before the next. */
export const EPOCHS_PER_DAY = 5;
export const SLOTS_PER_EPOCH = 8;
export const SLOTS_PER_DAY = EPOCHS_PER_DAY * SLOTS_PER_EPOCH;
/** What the world is made in takes that long, or a little less. */
const EPOCHS_BEFORE = 35;
export const SECONDS_PER_SLOT = 12;
export const SECONDS_PER_DAY = SLOTS_PER_DAY * SECONDS_PER_SLOT;

/** Up to which epoch the exit queue must be booked so that it is so many days long on the first day. */
export function exitQueueOf(days: number): number {
  return EPOCHS_BEFORE + days * EPOCHS_PER_DAY;
}
