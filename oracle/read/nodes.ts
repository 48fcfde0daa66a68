import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { BeaconSpec } from "../../chain/beacon/types.ts";
import type { Deployment } from "../../chain/deployment.ts";
import type { Network } from "../../chain/networks.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import type { SlotTiming } from "../../chain/slots.ts";
import type { StateCodec } from "../../chain/ssz/state.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";

/** What the readers read from. Made once, in app.ts, after the networks were checked. */
export type Nodes = {
  /** One or more; a report is read from the first that is ready, and all that are ready must agree on the block. */
  beacons: readonly BeaconApi[];
  protocol: Protocol;
  deployment: Deployment;
  network: Network;
  spec: Pick<BeaconSpec, "genesisForkVersion">;
  timing: SlotTiming;
  codec: StateCodec;
  /** Whether each state is hashed and checked against its block; without it a lying node is believed. */
  verifyStates: boolean;
};

/** The nodes that are in order now. Throws what one of them said when there is none. */
export async function readyBeacons(beacons: readonly BeaconApi[]): Promise<[BeaconApi, ...BeaconApi[]]> {
  const failures: EthStakeError[] = [];
  const answers = await Promise.all(
    beacons.map(async (beacon) => {
      try {
        await beacon.assertReady();
        return [beacon];
      } catch (error) {
        failures.push(toEthStakeError(error));
        return [];
      }
    }),
  );
  const [first, ...others] = answers.flat();
  if (first !== undefined) return [first, ...others];
  throw failures[0] ?? new EthStakeError("CONFIG_INVALID", "Set CONSENSUS_CLIENT_URI to at least one beacon node");
}
