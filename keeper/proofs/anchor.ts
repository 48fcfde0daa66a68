import type { BeaconBlockHeader } from "../../chain/beacon/types.ts";
import { headerRoot } from "../../chain/ssz/proofs.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import { readMoment, type KeeperContext, type Moment } from "../context.ts";

/** A beacon block that the execution chain itself names: proofs of its state are accepted by the contracts. */
export type AnchorPoint = {
  /** The execution block that names it: its timestamp is the key in the EIP-4788 contract. */
  moment: Moment;
  header: BeaconBlockHeader;
};

/**
 * The parent beacon block of the newest execution block. It is one slot old, so that a proof of it lives for as long as
 * the contracts allow.
 */
export async function readAnchor(context: Pick<KeeperContext, "protocol" | "beacon">): Promise<AnchorPoint> {
  const moment = await readMoment(context);
  const { header } = await context.beacon.header(moment.parentBeaconRoot);
  // A node that answers another block would cost a reverted transaction; it is caught before the state is fetched.
  if (headerRoot(header) !== moment.parentBeaconRoot)
    throw new EthStakeError(
      "BEACON_INCONSISTENT",
      `Use another beacon node: ${context.beacon.node} answers a wrong header`,
      {
        details: { want: moment.parentBeaconRoot, slot: header.slot },
      },
    );
  return { moment, header };
}
