import type { Hex } from "viem";

import type { HeaderAnswer } from "../../chain/beacon/types.ts";
import { toExecutionError } from "../../chain/execution/revert.ts";
import { EthStakeError } from "../../runtime/errors.ts";
import type { View } from "./view.ts";

/** The execution block up to which a report counts. */
export type Cutoff = { timestamp: number; blockHash: Hex; blockNumber: number };

/** The last execution block whose effects the state after a beacon block contains. The execution node must have it. */
export async function readCutoff(
  { beacon, protocol: { client } }: Pick<View, "beacon" | "protocol">,
  { root }: Pick<HeaderAnswer, "root">,
): Promise<Cutoff> {
  const { cutoffBlockHash: blockHash } = await beacon.blockExecution(root);
  const block = await client.getBlock({ blockHash }).catch(() => undefined);
  if (block === undefined) throw nodesApart(blockHash, undefined);
  // A node also answers for blocks that it has left again.
  const canonical = await client.getBlock({ blockNumber: block.number }).catch((error: unknown) => {
    throw toExecutionError(error, "Reading the cut-off block");
  });
  if (canonical.hash !== blockHash) throw nodesApart(blockHash, canonical.hash);
  return { timestamp: Number(block.timestamp), blockHash, blockNumber: Number(block.number) };
}

/** Beacon and execution nodes that are not of one chain, or not equally far. */
export function nodesApart(want: Hex, got: Hex | undefined): EthStakeError {
  return new EthStakeError(
    "NODES_APART",
    "Wait for the execution node, or point it at the chain of the beacon node: it does not have the block",
    { details: { want, got }, retryable: true },
  );
}
