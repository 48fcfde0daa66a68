import { padHex, numberToHex, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { SYSTEM_CONTRACTS } from "../networks.ts";
import type { Execution } from "./client.ts";
import { toExecutionError } from "./revert.ts";

/** Timestamps that the ring of EIP-4788 remembers: https://eips.ethereum.org/EIPS/eip-4788#specification */
export const BEACON_ROOTS_LENGTH = 8191;

/**
 * The root of the *parent* beacon block of the execution block with this timestamp, as the execution chain itself
 * knows it (EIP-4788). Throws BEACON_ROOT_UNKNOWN when no block has the timestamp or the ring has moved on.
 */
export async function readBeaconRoot(
  { client }: Pick<Execution, "client">,
  timestamp: number | bigint,
  blockNumber?: bigint,
): Promise<Hex> {
  const answer = await client
    .call({
      to: SYSTEM_CONTRACTS.beaconRoots,
      data: padHex(numberToHex(timestamp), { size: 32 }),
      ...(blockNumber === undefined ? {} : { blockNumber }),
    })
    .catch((cause: unknown) => {
      const error = toExecutionError(cause, "Reading the beacon root");
      throw error.retryable ? error : unknownRoot(timestamp, cause);
    });
  if (answer.data === undefined || answer.data.length !== 66) throw unknownRoot(timestamp);
  return answer.data;
}

function unknownRoot(timestamp: number | bigint, cause?: unknown): EthStakeError {
  return new EthStakeError(
    "BEACON_ROOT_UNKNOWN",
    `Choose a block of the last ${BEACON_ROOTS_LENGTH} slots: EIP-4788 holds no root for timestamp ${timestamp}`,
    { cause, details: { timestamp } },
  );
}
