/** 2^64 - 1 in the specification: "not yet". Infinity here, as comparisons then do what they say. */
export const FAR_FUTURE_EPOCH = Infinity;

const FAR_FUTURE_UINT64 = 2n ** 64n - 1n;

/** What it takes to turn slots into time and back. */
export type SlotTiming = { genesisTime: number; secondsPerSlot: number; slotsPerEpoch: number };

/** The slot that is running at a unix time; negative before genesis. */
export function slotAtTime(timing: SlotTiming, unixSeconds: number): number {
  return Math.floor((unixSeconds - timing.genesisTime) / timing.secondsPerSlot);
}

/** Unix time at which a slot begins; the timestamp of an execution block proposed in it. */
export function timeAtSlot(timing: SlotTiming, slot: number): number {
  return timing.genesisTime + slot * timing.secondsPerSlot;
}

/** The epoch that a slot belongs to. */
export function epochAtSlot({ slotsPerEpoch }: Pick<SlotTiming, "slotsPerEpoch">, slot: number): number {
  return Math.floor(slot / slotsPerEpoch);
}

/** First slot of an epoch. */
export function firstSlotOfEpoch({ slotsPerEpoch }: Pick<SlotTiming, "slotsPerEpoch">, epoch: number): number {
  return epoch * slotsPerEpoch;
}

/** Last slot of an epoch. */
export function lastSlotOfEpoch({ slotsPerEpoch }: Pick<SlotTiming, "slotsPerEpoch">, epoch: number): number {
  return (epoch + 1) * slotsPerEpoch - 1;
}

/** An epoch as SSZ and contracts write it: a uint64, all ones for FAR_FUTURE_EPOCH. */
export function epochToUint64(epoch: number): bigint {
  return epoch === FAR_FUTURE_EPOCH ? FAR_FUTURE_UINT64 : BigInt(epoch);
}

/** A uint64 as a slot, epoch or index; anything that a number cannot hold exactly means "not yet". */
export function uint64ToNumber(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? FAR_FUTURE_EPOCH : Number(value);
}
