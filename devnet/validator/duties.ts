import type { ApiClient } from "@lodestar/api";
import type { routes } from "@lodestar/api";
import { computeEpochAtSlot } from "@lodestar/state-transition";
import { toHex } from "@lodestar/utils";
import type { KeyRing, ValidatorKey } from "./keys.ts";

export type AttesterDuty = routes.validator.AttesterDuty;
export type SyncDuty = routes.validator.SyncDuty;

/** What a duty is for, and the key that does it. */
export type Assigned<D> = D & { key: ValidatorKey };

/** Who has to do what; only validators that are ours and online are named. */
export interface Duties {
  /** Fetches what the epoch of `slot` needs, once an epoch. */
  prepare(slot: number): Promise<void>;
  proposer(slot: number): ValidatorKey | undefined;
  attesters(slot: number): Assigned<AttesterDuty>[];
  /** The sync committee that signs in `slot`: its message goes into the next block, so the next slot's committee counts. */
  syncCommittee(slot: number): Assigned<SyncDuty>[];
}

export function createDuties(api: ApiClient, keys: KeyRing): Duties {
  let epoch = -1;
  let proposers = new Map<number, string>();
  let attesters = new Map<number, AttesterDuty[]>();
  let syncNow: SyncDuty[] = [];
  let syncNext: SyncDuty[] = [];

  const assigned = <D extends { pubkey: Uint8Array }>(duties: D[]): Assigned<D>[] =>
    duties.flatMap((duty) => {
      const key = keys.get(toHex(duty.pubkey));
      return key !== undefined && keys.isOnline(key.pubkey) ? [{ ...duty, key }] : [];
    });

  const prepare = async (slot: number) => {
    const wanted = computeEpochAtSlot(slot);
    if (wanted === epoch) return;
    const indices = await fetchIndices();
    // Every proposer must be known to the node before it builds a block, or the tips go elsewhere.
    await api.validator.prepareBeaconProposer({
      proposers: [...indices].map(([validatorIndex, { feeRecipient }]) => ({ validatorIndex, feeRecipient })),
    });
    const ours = { indices: [...indices.keys()] };
    const [proposerDuties, attesterDuties, syncDuties, nextSyncDuties] = await Promise.all([
      api.validator.getProposerDuties({ epoch: wanted }),
      api.validator.getAttesterDuties({ epoch: wanted, ...ours }),
      api.validator.getSyncCommitteeDuties({ epoch: wanted, ...ours }),
      api.validator.getSyncCommitteeDuties({ epoch: wanted + 1, ...ours }),
    ]);
    proposers = new Map(proposerDuties.value().map((duty) => [duty.slot, toHex(duty.pubkey)]));
    attesters = Map.groupBy(attesterDuties.value(), (duty) => duty.slot);
    syncNow = syncDuties.value();
    syncNext = nextSyncDuties.value();
    epoch = wanted;
  };

  /** Our keys that have a record on the chain and are not done with their duties. */
  const fetchIndices = async (): Promise<Map<number, ValidatorKey>> => {
    const validators = (
      await api.beacon.postStateValidators({ stateId: "head", validatorIds: keys.pubkeys() })
    ).value();
    const indices = new Map<number, ValidatorKey>();
    for (const { index, status, validator } of validators) {
      const key = keys.get(toHex(validator.pubkey));
      // One that left lately can still sit in the sync committee.
      if (key !== undefined && (status.startsWith("active") || status === "exited_unslashed")) indices.set(index, key);
    }
    return indices;
  };

  return {
    prepare,
    proposer: (slot) => {
      const key = keys.get(proposers.get(slot) ?? "");
      return key !== undefined && keys.isOnline(key.pubkey) ? key : undefined;
    },
    attesters: (slot) => assigned(attesters.get(slot) ?? []),
    syncCommittee: (slot) => assigned(computeEpochAtSlot(slot + 1) > epoch ? syncNext : syncNow),
  };
}
