import type { Reason } from "../job.ts";
import type { WaitingBatch, WaitingKey } from "./read.ts";

/** What can be revealed of a batch now: positions of keys that would get a deposit, counted from the first waiting one. */
export type UsableKeys = { batch: WaitingBatch; deposits: number[]; reasons: Reason[] };

/**
 * Keys are revealed in order, so one that must not be revealed ends what can be used. A wrong signature does not: the
 * contract passes such a key over without a deposit.
 */
export function usableKeys(batch: WaitingBatch, now: number): UsableKeys {
  const { operatorId, batchId, usableAt } = batch;
  const at = { operatorId, batchId };
  if (usableAt > now) {
    const message = `Batch ${batchId} of operator ${operatorId} is too young: usable from ${isoTime(usableAt)}`;
    return { batch, deposits: [], reasons: [{ code: "BATCH_TOO_YOUNG", message, details: { ...at, usableAt } }] };
  }
  const deposits: number[] = [];
  const reasons: Reason[] = [];
  for (const [position, key] of batch.keys.entries()) {
    const details = { ...at, pubkey: key.pubkey };
    const stop = stopAt(key);
    if (stop !== undefined) {
      const advice = `submit the keys after it in a new batch`;
      const message = `Batch ${batchId} of operator ${operatorId} stops at ${key.pubkey.slice(0, 18)}: ${stop.why}; ${advice}`;
      reasons.push({ code: stop.code, message, details });
      break;
    }
    if (key.knownToPool) continue;
    if (key.signatureValid) deposits.push(position);
    else {
      const message = `A deposit signature of operator ${operatorId} is wrong: ${key.pubkey.slice(0, 18)} gets no deposit`;
      reasons.push({ code: "SIGNATURE_INVALID", message, details });
    }
  }
  return { batch, deposits, reasons };
}

function stopAt(key: WaitingKey): { code: string; why: string } | undefined {
  if (!key.wellFormed) return { code: "KEY_MALFORMED", why: "it is no point of the curve" };
  if (key.knownToBeacon && !key.knownToPool && key.signatureValid)
    return { code: "KEY_KNOWN_TO_BEACON", why: "the beacon chain knows it already, so its credentials may be foreign" };
  return undefined;
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}
