import { DOMAIN_BEACON_PROPOSER, DOMAIN_RANDAO } from "@lodestar/params";
import { computeEpochAtSlot } from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";
import type { ValidatorModules } from "./client.ts";
import type { ValidatorKey } from "./keys.ts";

const GRAFFITI = "ethstake devnet";

/** Has the node build a block, signs it and publishes it. */
export async function proposeBlock({ api, signer }: ValidatorModules, slot: number, key: ValidatorKey): Promise<void> {
  const randaoReveal = signer.sign(key, ssz.Epoch, computeEpochAtSlot(slot), slot, DOMAIN_RANDAO);
  const produced = await api.validator.produceBlockV3({
    slot,
    randaoReveal,
    graffiti: GRAFFITI,
    feeRecipient: key.feeRecipient,
    builderBoostFactor: 0n, // never a block of somebody else
  });
  const contents = produced.value();
  if (!("block" in contents)) throw new Error(`The node answered a block of another fork for slot ${slot}`);
  const block = ssz.fulu.BeaconBlock.clone(contents.block as Parameters<typeof ssz.fulu.BeaconBlock.clone>[0]);
  const signature = signer.sign(key, ssz.fulu.BeaconBlock, block, slot, DOMAIN_BEACON_PROPOSER);
  const signedBlock = { message: block, signature };
  // No transaction of the devnet carries blobs.
  const signedBlockContents = { signedBlock, kzgProofs: [], blobs: [] };
  (await api.beacon.publishBlockV2({ signedBlockContents })).assertOk();
}
