// Slots can be missed. Clients answer differently for what happened in one, so blocks are found first, by walking, and
// states are asked for by the root that the block names. What is found is checked against the parent roots.
import { EthStakeError, hasCode } from "../../runtime/errors.ts";
import type { BeaconApi } from "./api.ts";
import type { HeaderAnswer } from "./types.ts";

/** About seven hours: far more than any gap in the history of mainnet. */
const MAX_MISSED_SLOTS = 2_048;

/**
 * The last block at or before a slot. When a later block exists, its parent root proves the answer: a node that lost
 * a block cannot make us read an older one. Ask for finalised slots.
 */
export async function headerAtOrBefore(
  api: Pick<BeaconApi, "header" | "node">,
  slot: number,
  maxMissedSlots = MAX_MISSED_SLOTS,
): Promise<HeaderAnswer> {
  for (let at = slot; at >= Math.max(0, slot - maxMissedSlots); at--) {
    const found = await headerIfAny(api, at);
    if (found === undefined) continue;
    if (at !== slot) await childHeader(api, found, slot + 1, maxMissedSlots);
    return found;
  }
  throw new EthStakeError(
    "NO_BLOCK_FOUND",
    `Use a node with more history: ${api.node} has no block before slot ${slot}`,
    {
      details: { slot, maxMissedSlots, node: api.node },
    },
  );
}

/**
 * The first block after a block, or undefined while there is none up to the head. `block(child.root)` then has the
 * execution payload whose timestamp is the key of the parent's root in EIP-4788.
 */
export async function childHeader(
  api: Pick<BeaconApi, "header" | "node">,
  parent: HeaderAnswer,
  fromSlot = parent.header.slot + 1,
  maxMissedSlots = MAX_MISSED_SLOTS,
): Promise<HeaderAnswer | undefined> {
  const head = (await api.header("head")).header.slot;
  for (let at = fromSlot; at <= Math.min(head, fromSlot + maxMissedSlots); at++) {
    const found = await headerIfAny(api, at);
    if (found === undefined) continue;
    if (found.header.parentRoot === parent.root) return found;
    throw new EthStakeError(
      "BEACON_INCONSISTENT",
      `Use another beacon node: on ${api.node} block ${found.header.slot} is not the child of block ${parent.header.slot}`,
      { details: { node: api.node, parent: parent.root, child: found.root }, retryable: true },
    );
  }
  return undefined;
}

async function headerIfAny(api: Pick<BeaconApi, "header">, slot: number): Promise<HeaderAnswer | undefined> {
  try {
    const found = await api.header(slot);
    return found.header.slot === slot && found.canonical ? found : undefined;
  } catch (error) {
    // Only "not there" means missed. A failing node must not make us look further back.
    if (hasCode(error, "BEACON_NOT_FOUND")) return undefined;
    throw error;
  }
}
