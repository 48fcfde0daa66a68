import type { ApiClient } from "@lodestar/api";
import type { BeaconConfig } from "@lodestar/config";
import { aggregateAttestations, attest } from "./attestations.ts";
import { createDuties } from "./duties.ts";
import type { KeyRing } from "./keys.ts";
import { proposeBlock } from "./propose.ts";
import { createSigner, type Signer } from "./signer.ts";
import { contributeSyncCommittee, signSyncCommittee } from "./sync-committee.ts";

export interface ValidatorModules {
  api: ApiClient;
  config: BeaconConfig;
  signer: Signer;
}

/** The three moments of a slot, as the specification times them. */
export interface ValidatorClient {
  /** Before the slot's work: fetches duties when a new epoch begins. */
  prepare(slot: number): Promise<void>;
  /** True when a validator of ours, online, is to propose in this slot. */
  hasProposer(slot: number): boolean;
  /** At the start of the slot. */
  propose(slot: number): Promise<void>;
  /** A third into the slot. */
  attest(slot: number): Promise<void>;
  /** Two thirds into the slot. */
  aggregate(slot: number): Promise<void>;
}

/**
 * A validator client for many keys over the public Beacon API. It has no slashing protection of its own: it runs
 * each key once, on one chain, and forgets everything when it ends.
 */
export function createValidatorClient(api: ApiClient, config: BeaconConfig, keys: KeyRing): ValidatorClient {
  const modules: ValidatorModules = { api, config, signer: createSigner(config) };
  const duties = createDuties(api, keys);
  return {
    prepare: (slot) => duties.prepare(slot),
    hasProposer: (slot) => duties.proposer(slot) !== undefined,
    propose: async (slot) => {
      const key = duties.proposer(slot);
      if (key !== undefined) await proposeBlock(modules, slot, key);
    },
    attest: async (slot) => {
      await attest(modules, slot, duties.attesters(slot));
      await signSyncCommittee(modules, slot, duties.syncCommittee(slot));
    },
    aggregate: async (slot) => {
      await aggregateAttestations(modules, slot, duties.attesters(slot));
      await contributeSyncCommittee(modules, slot, duties.syncCommittee(slot));
    },
  };
}
