import { BitArray } from "@chainsafe/ssz";
import {
  DOMAIN_CONTRIBUTION_AND_PROOF,
  DOMAIN_SYNC_COMMITTEE,
  DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF,
  SYNC_COMMITTEE_SIZE,
  SYNC_COMMITTEE_SUBNET_COUNT,
} from "@lodestar/params";
import { isSyncCommitteeAggregator } from "@lodestar/state-transition";
import { ssz, type Root } from "@lodestar/types";
import type { ValidatorModules } from "./client.ts";
import type { Assigned, SyncDuty } from "./duties.ts";
import { jointKey } from "./joint-key.ts";

const SUBCOMMITTEE_SIZE = SYNC_COMMITTEE_SIZE / SYNC_COMMITTEE_SUBNET_COUNT;

/** A place in a subcommittee; one validator may hold several. */
interface Seat {
  duty: Assigned<SyncDuty>;
  position: number;
}

/** Publishes the sync committee's signatures of `beaconBlockRoot`, one contribution a subcommittee. */
export async function publishContributions(
  { api, signer }: ValidatorModules,
  slot: number,
  beaconBlockRoot: Root,
  duties: Assigned<SyncDuty>[],
): Promise<void> {
  const signingRoot = signer.signingRoot(ssz.Root, beaconBlockRoot, slot, DOMAIN_SYNC_COMMITTEE);
  const contributionAndProofs = [];
  for (const [subcommitteeIndex, seats] of seatsBySubcommittee(duties)) {
    const selected = findAggregator(signer, slot, subcommitteeIndex, seats);
    if (selected === undefined) continue;
    const { duty, selectionProof } = selected;
    const aggregationBits = BitArray.fromBitLen(SUBCOMMITTEE_SIZE);
    for (const { position } of seats) aggregationBits.set(position, true);
    const signature = jointKey(seats.map((seat) => seat.duty.key.secretKey))
      .sign(signingRoot)
      .toBytes();
    const message = {
      aggregatorIndex: duty.validatorIndex,
      contribution: { slot, beaconBlockRoot, subcommitteeIndex, aggregationBits, signature },
      selectionProof,
    };
    contributionAndProofs.push({
      message,
      signature: signer.sign(duty.key, ssz.altair.ContributionAndProof, message, slot, DOMAIN_CONTRIBUTION_AND_PROOF),
    });
  }
  if (contributionAndProofs.length === 0) return;
  (await api.validator.publishContributionAndProofs({ contributionAndProofs })).assertOk();
}

function seatsBySubcommittee(duties: Assigned<SyncDuty>[]): Map<number, Seat[]> {
  const seats = duties.flatMap((duty) => duty.validatorSyncCommitteeIndices.map((index) => ({ duty, index })));
  const grouped = Map.groupBy(seats, ({ index }) => Math.floor(index / SUBCOMMITTEE_SIZE));
  return new Map(
    [...grouped].map(([subcommittee, members]) => [
      subcommittee,
      members.map(({ duty, index }) => ({ duty, position: index % SUBCOMMITTEE_SIZE })),
    ]),
  );
}

function findAggregator(signer: ValidatorModules["signer"], slot: number, subcommitteeIndex: number, seats: Seat[]) {
  const type = ssz.altair.SyncAggregatorSelectionData;
  const selectionData = { slot, subcommitteeIndex };
  for (const { duty } of seats) {
    const selectionProof = signer.sign(duty.key, type, selectionData, slot, DOMAIN_SYNC_COMMITTEE_SELECTION_PROOF);
    if (isSyncCommitteeAggregator(selectionProof)) return { duty, selectionProof };
  }
  return undefined;
}
