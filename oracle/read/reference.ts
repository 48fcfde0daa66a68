import { childHeader, headerAtOrBefore } from "../../chain/beacon/ancestry.ts";
import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { HeaderAnswer } from "../../chain/beacon/types.ts";
import { readBeaconRoot } from "../../chain/execution/beacon-roots.ts";
import { timeAtSlot } from "../../chain/slots.ts";
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import type { Nodes } from "./nodes.ts";

/**
 * The last block at or before a final slot. All beacon nodes must name the same one, and so must the execution chain
 * (EIP-4788) as long as it remembers. The block's state root then binds everything that is read of the state.
 */
export async function readReferenceBlock(
  [first, ...others]: readonly [BeaconApi, ...BeaconApi[]],
  { protocol, timing }: Pick<Nodes, "protocol" | "timing">,
  slot: number,
): Promise<HeaderAnswer> {
  const found = await headerAtOrBefore(first, slot);
  if (found.executionOptimistic)
    throw new EthStakeError("BEACON_NOT_READY", `Wait for ${first.node}: it has not verified block ${found.root}`, {
      details: { node: first.node, slot },
      retryable: true,
    });
  for (const other of others) {
    const theirs = await headerAtOrBefore(other, slot);
    if (theirs.root !== found.root) throw disagreement(slot, [first.node, found.root], [other.node, theirs.root]);
  }

  const child = await childHeader(first, found, slot + 1);
  if (child === undefined) return found;
  try {
    const root = await readBeaconRoot(protocol, timeAtSlot(timing, child.header.slot));
    if (root !== found.root) throw disagreement(slot, [first.node, found.root], ["EIP-4788", root]);
  } catch (error) {
    // The ring forgets after a day; the settlement does without it then, and so do we.
    if (!hasCode(error, "BEACON_ROOT_UNKNOWN")) throw error;
  }
  return found;
}

function disagreement(slot: number, ...answers: [string, string][]): EthStakeError {
  return new EthStakeError("NODES_DISAGREE", `Find out which node lies before anything is signed: slot ${slot}`, {
    details: { slot, answers: Object.fromEntries(answers) },
    retryable: true,
  });
}
