import {
  DOMAIN_CONTRIBUTION_AND_PROOF,
  DOMAIN_SYNC_COMMITTEE,
  DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF,
  SYNC_COMMITTEE_SIZE,
  SYNC_COMMITTEE_SUBNET_COUNT,
} from "@lodestar/params";
import { isSyncCommitteeAggregator } from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";
import type { ValidatorModules } from "./client.ts";
import type { Assigned, SyncDuty } from "./duties.ts";

const SUBCOMMITTEE_SIZE = SYNC_COMMITTEE_SIZE / SYNC_COMMITTEE_SUBNET_COUNT;

/** Every member of the sync committee signs the head. */
export async function signSyncCommittee(
  modules: ValidatorModules,
  slot: number,
  duties: Assigned<SyncDuty>[],
): Promise<void> {
  if (duties.length === 0) return;
  const { api, signer } = modules;
  const beaconBlockRoot = await headRoot(modules);
  const signingRoot = signer.signingRoot(ssz.Root, beaconBlockRoot, slot, DOMAIN_SYNC_COMMITTEE);
  const signatures = duties.map(({ validatorIndex, key }) => ({
    slot,
    beaconBlockRoot,
    validatorIndex,
    signature: key.secretKey.sign(signingRoot).toBytes(),
  }));
  (await api.beacon.submitPoolSyncCommitteeSignatures({ signatures })).assertOk();
}

/** One selected member of each subcommittee publishes the signatures of all as one. */
export async function contributeSyncCommittee(
  modules: ValidatorModules,
  slot: number,
  duties: Assigned<SyncDuty>[],
): Promise<void> {
  if (duties.length === 0) return;
  const { api, signer } = modules;
  const beaconBlockRoot = await headRoot(modules);
  const contributionAndProofs = [];
  for (let subcommitteeIndex = 0; subcommitteeIndex < SYNC_COMMITTEE_SUBNET_COUNT; subcommitteeIndex++) {
    const members = duties.filter((duty) =>
      duty.validatorSyncCommitteeIndices.some((index) => Math.floor(index / SUBCOMMITTEE_SIZE) === subcommitteeIndex),
    );
    const selected = findAggregator(signer, slot, subcommitteeIndex, members);
    if (selected === undefined) continue;
    const { duty, selectionProof } = selected;
    const contribution = (
      await api.validator.produceSyncCommitteeContribution({ slot, subcommitteeIndex, beaconBlockRoot })
    ).value();
    const message = { aggregatorIndex: duty.validatorIndex, contribution, selectionProof };
    const signature = signer.sign(
      duty.key,
      ssz.altair.ContributionAndProof,
      message,
      slot,
      DOMAIN_CONTRIBUTION_AND_PROOF,
    );
    contributionAndProofs.push({ message, signature });
  }
  if (contributionAndProofs.length === 0) return;
  (await api.validator.publishContributionAndProofs({ contributionAndProofs })).assertOk();
}

async function headRoot({ api }: ValidatorModules): Promise<Uint8Array> {
  return (await api.beacon.getBlockRoot({ blockId: "head" })).value().root;
}

function findAggregator(
  signer: ValidatorModules["signer"],
  slot: number,
  subcommitteeIndex: number,
  members: Assigned<SyncDuty>[],
) {
  for (const duty of members) {
    const selectionData = { slot, subcommitteeIndex };
    const selectionProof = signer.sign(
      duty.key,
      ssz.altair.SyncAggregatorSelectionData,
      selectionData,
      slot,
      DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF,
    );
    if (isSyncCommitteeAggregator(selectionProof)) return { duty, selectionProof };
  }
  return undefined;
}
