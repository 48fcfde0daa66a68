import type { ApiClient } from "@lodestar/api";
import type { BeaconConfig } from "@lodestar/config";
import type { phase0 } from "@lodestar/types";
import { fetchVote, publishVotes } from "./attestations.ts";
import { createDuties } from "./duties.ts";
import type { KeyRing } from "./keys.ts";
import { proposeBlock } from "./propose.ts";
import { createSigner, type Signer } from "./signer.ts";
import { publishContributions } from "./sync-committee.ts";

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
  /** A third into the slot: what is the head by now is voted for. */
  attest(slot: number): Promise<void>;
  /** Two thirds into the slot: the votes are published. */
  aggregate(slot: number): Promise<void>;
}

/**
 * A validator client for many keys over the public Beacon API. It has no slashing protection of its own: it runs
 * each key once, on one chain, and forgets everything when it ends.
 */
export function createValidatorClient(api: ApiClient, config: BeaconConfig, keys: KeyRing): ValidatorClient {
  const modules: ValidatorModules = { api, config, signer: createSigner(config) };
  const duties = createDuties(api, keys);
  let vote: phase0.AttestationData | undefined;
  return {
    prepare: (slot) => duties.prepare(slot),
    hasProposer: (slot) => duties.proposer(slot) !== undefined,
    propose: async (slot) => {
      const key = duties.proposer(slot);
      if (key !== undefined) await proposeBlock(modules, slot, key);
    },
    attest: async (slot) => {
      vote = await fetchVote(modules, slot);
    },
    aggregate: async (slot) => {
      if (vote?.slot !== slot) return;
      await publishVotes(modules, slot, vote, duties.attesters(slot));
      await publishContributions(modules, slot, vote.beaconBlockRoot, duties.syncCommittee(slot));
    },
  };
}
