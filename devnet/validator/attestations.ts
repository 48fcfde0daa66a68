import { DOMAIN_AGGREGATE_AND_PROOF, DOMAIN_BEACON_ATTESTER, DOMAIN_SELECTION_PROOF } from "@lodestar/params";
import { isAggregatorFromCommitteeLength } from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";
import type { ValidatorModules } from "./client.ts";
import type { Assigned, AttesterDuty } from "./duties.ts";

/** Every validator on duty votes for the head, its target and its source. */
export async function attest(
  { api, signer }: ValidatorModules,
  slot: number,
  duties: Assigned<AttesterDuty>[],
): Promise<void> {
  if (duties.length === 0) return;
  const data = (await api.validator.produceAttestationData({ slot, committeeIndex: 0 })).value();
  const root = signer.signingRoot(ssz.phase0.AttestationData, data, slot, DOMAIN_BEACON_ATTESTER);
  const signedAttestations = duties.map(({ committeeIndex, validatorIndex, key }) => ({
    committeeIndex,
    attesterIndex: validatorIndex,
    data,
    signature: key.secretKey.sign(root).toBytes(),
  }));
  (await api.beacon.submitPoolAttestationsV2({ signedAttestations })).assertOk();
}

/** One selected validator of each committee publishes all votes of its committee as one. */
export async function aggregateAttestations(
  { api, signer }: ValidatorModules,
  slot: number,
  duties: Assigned<AttesterDuty>[],
): Promise<void> {
  if (duties.length === 0) return;
  const data = (await api.validator.produceAttestationData({ slot, committeeIndex: 0 })).value();
  const attestationDataRoot = ssz.phase0.AttestationData.hashTreeRoot(data);
  const signedAggregateAndProofs = [];
  for (const [committeeIndex, members] of Map.groupBy(duties, (duty) => duty.committeeIndex)) {
    const selected = findAggregator(signer, slot, members);
    if (selected === undefined) continue;
    const { duty, selectionProof } = selected;
    const aggregate = (
      await api.validator.getAggregatedAttestationV2({ attestationDataRoot, slot, committeeIndex })
    ).value();
    const message = ssz.electra.AggregateAndProof.clone({
      aggregatorIndex: duty.validatorIndex,
      aggregate: aggregate as Parameters<typeof ssz.electra.Attestation.clone>[0],
      selectionProof,
    });
    const signature = signer.sign(duty.key, ssz.electra.AggregateAndProof, message, slot, DOMAIN_AGGREGATE_AND_PROOF);
    signedAggregateAndProofs.push({ message, signature });
  }
  if (signedAggregateAndProofs.length === 0) return;
  (await api.validator.publishAggregateAndProofsV2({ signedAggregateAndProofs })).assertOk();
}

function findAggregator(signer: ValidatorModules["signer"], slot: number, members: Assigned<AttesterDuty>[]) {
  for (const duty of members) {
    const selectionProof = signer.sign(duty.key, ssz.Slot, slot, slot, DOMAIN_SELECTION_PROOF);
    if (isAggregatorFromCommitteeLength(duty.committeeLength, selectionProof)) return { duty, selectionProof };
  }
  return undefined;
}
