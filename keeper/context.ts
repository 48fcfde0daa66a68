import type { Hex } from "viem";

import type { BeaconApi } from "../chain/beacon/api.ts";
import type { Deployment } from "../chain/deployment.ts";
import type { Transactor } from "../chain/execution/transact.ts";
import type { Protocol } from "../chain/protocol/contracts.ts";
import { EthStakeError } from "../runtime/errors.ts";
import type { Logger } from "../runtime/logger.ts";

/** What every job reads from and sends with. */
export type KeeperContext = {
  protocol: Protocol;
  deployment: Deployment;
  beacon: BeaconApi;
  transactor: Transactor;
  logger: Logger;
};

/** The block at which a snapshot is taken, so that its parts belong together. */
export type Moment = {
  blockNumber: bigint;
  /** Unix seconds: time as the contracts see it. */
  timestamp: number;
  /** Root of the beacon block whose state came before this block (EIP-4788). */
  parentBeaconRoot: Hex;
};

/** The newest execution block. */
export async function readMoment({ protocol }: Pick<KeeperContext, "protocol">): Promise<Moment> {
  const block = await protocol.client.getBlock({ blockTag: "latest" });
  if (block.parentBeaconBlockRoot === undefined || block.parentBeaconBlockRoot === null)
    throw new EthStakeError(
      "BEACON_ROOT_UNKNOWN",
      "Use an execution node after the Cancun fork: its block names no beacon root",
      {
        details: { blockNumber: block.number },
      },
    );
  return {
    blockNumber: block.number,
    timestamp: Number(block.timestamp),
    parentBeaconRoot: block.parentBeaconBlockRoot,
  };
}
