import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { BeaconSpec } from "../../chain/beacon/types.ts";
import type { Deployment } from "../../chain/deployment.ts";
import type { Protocol } from "../../chain/protocol/contracts.ts";
import type { SlotTiming } from "../../chain/slots.ts";
import type { StateCodec } from "../../chain/ssz/state.ts";

/**
 * What a report is read from: one beacon node and one execution node. A report is read from several views that share no
 * node where that can be helped, and must come out the same.
 */
export type View = {
  /** Both nodes, to be shown. */
  name: string;
  beacon: BeaconApi;
  protocol: Protocol;
  deployment: Deployment;
  spec: Pick<BeaconSpec, "genesisForkVersion">;
  timing: SlotTiming;
  codec: StateCodec;
  /** Whether each state is hashed and held against the block root that the execution chain knows. */
  verifyStates: boolean;
};
