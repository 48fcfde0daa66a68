import { BitArray } from "@chainsafe/ssz";
import {
  DOMAIN_AGGREGATE_AND_PROOF,
  DOMAIN_BEACON_ATTESTER,
  DOMAIN_SELECTION_PROOF,
  MAX_COMMITTEES_PER_SLOT,
} from "@lodestar/params";
import { isAggregatorFromCommitteeLength } from "@lodestar/state-transition";
import { ssz, type electra, type phase0 } from "@lodestar/types";
import type { ValidatorModules } from "./client.ts";
import type { Assigned, AttesterDuty } from "./duties.ts";
import { jointKey } from "./joint-key.ts";

type Duty = Assigned<AttesterDuty>;

/** What there is to vote for: the head, its target and its source as the node sees them now. */
export async function fetchVote({ api }: ValidatorModules, slot: number): Promise<phase0.AttestationData> {
  return (await api.validator.produceAttestationData({ slot, committeeIndex: 0 })).value();
}

/**
 * Publishes the votes of all validators on duty, one aggregate a committee. A client with few keys would send
 * each vote by itself and then fetch the aggregate; here all keys are in one place, and the node is spared
 * verifying every vote twice.
 */
export async function publishVotes(
  { api, signer }: ValidatorModules,
  slot: number,
  vote: phase0.AttestationData,
  duties: Duty[],
): Promise<void> {
  const root = signer.signingRoot(ssz.phase0.AttestationData, vote, slot, DOMAIN_BEACON_ATTESTER);
  const signedAggregateAndProofs = [];
  for (const members of Map.groupBy(duties, (duty) => duty.committeeIndex).values()) {
    const selected = findAggregator(signer, slot, members);
    if (selected === undefined) continue;
    const { duty, selectionProof } = selected;
    const aggregate = aggregateOf(members, duty, vote, root);
    const message = { aggregatorIndex: duty.validatorIndex, aggregate, selectionProof };
    const signature = signer.sign(duty.key, ssz.electra.AggregateAndProof, message, slot, DOMAIN_AGGREGATE_AND_PROOF);
    signedAggregateAndProofs.push({ message, signature });
  }
  if (signedAggregateAndProofs.length === 0) return;
  (await api.validator.publishAggregateAndProofsV2({ signedAggregateAndProofs })).assertOk();
}

function aggregateOf(
  members: Duty[],
  { committeeIndex, committeeLength }: Duty,
  data: phase0.AttestationData,
  signingRoot: Uint8Array,
): electra.Attestation {
  const aggregationBits = BitArray.fromBitLen(committeeLength);
  for (const { validatorCommitteeIndex } of members) aggregationBits.set(validatorCommitteeIndex, true);
  return {
    aggregationBits,
    data,
    signature: jointKey(members.map(({ key }) => key.secretKey))
      .sign(signingRoot)
      .toBytes(),
    committeeBits: BitArray.fromSingleBit(MAX_COMMITTEES_PER_SLOT, committeeIndex),
  };
}

function findAggregator(signer: ValidatorModules["signer"], slot: number, members: Duty[]) {
  for (const duty of members) {
    const selectionProof = signer.sign(duty.key, ssz.Slot, slot, slot, DOMAIN_SELECTION_PROOF);
    if (isAggregatorFromCommitteeLength(duty.committeeLength, selectionProof)) return { duty, selectionProof };
  }
  return undefined;
}
