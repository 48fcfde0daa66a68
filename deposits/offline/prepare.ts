import type { Address, Hex } from "viem";

import type { BeaconApi } from "../../chain/beacon/api.ts";
import { assertNetwork } from "../../chain/beacon/health.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { AnyNetwork } from "../../chain/networks.ts";
import type { ContextContent } from "./context.ts";

export type PrepareOptions = {
  beacon: BeaconApi;
  network: AnyNetwork;
  /** The keys that will be worked with. */
  pubkeys: readonly Hex[];
  withdrawalVault?: Address | undefined;
  clock: Clock;
};

/** Reads from a beacon node what an offline machine will need. */
export async function prepareContext({
  beacon,
  network,
  pubkeys,
  ...options
}: PrepareOptions): Promise<ContextContent> {
  await beacon.assertReady();
  const { genesis } = await assertNetwork(beacon, network);
  const [records, pending, checkpoints] = await Promise.all([
    beacon.validators("head", pubkeys),
    beacon.pendingDeposits("head"),
    beacon.finalityCheckpoints("head"),
  ]);
  const wanted = new Set(pubkeys);
  return {
    version: 1,
    preparedAt: new Date(options.clock.now() * 1000).toISOString(),
    network: { ...network, genesisValidatorsRoot: genesis.genesisValidatorsRoot },
    epoch: checkpoints.finalized.epoch,
    ...(options.withdrawalVault === undefined ? {} : { withdrawalVault: options.withdrawalVault }),
    validators: records.map(({ index, validator }) => ({
      index,
      pubkey: validator.pubkey,
      withdrawalCredentials: validator.withdrawalCredentials,
    })),
    pending: pending
      .filter((deposit) => wanted.has(deposit.pubkey))
      .map(({ pubkey, withdrawalCredentials }) => ({ pubkey, withdrawalCredentials })),
  };
}
