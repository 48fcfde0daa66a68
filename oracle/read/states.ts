import type { Hex } from "viem";

import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { BeaconId, HeaderAnswer } from "../../chain/beacon/types.ts";
import { headerRoot } from "../../chain/ssz/proofs.ts";
import type { DecodedState } from "../../chain/ssz/state-reader.ts";
import { EthStakeError, hasCode, toEthStakeError } from "../../runtime/errors.ts";
import type { View } from "./view.ts";

/**
 * The state of a block, with the records of these keys. With `verifyStates` its root is computed from the same bytes
 * and must be the one in the header, and the header must have the root under which the block is known: so nothing of
 * the state has to be believed.
 */
export async function readState(
  { beacon, codec, verifyStates }: Pick<View, "beacon" | "codec" | "verifyStates">,
  { header, root }: HeaderAnswer,
  pubkeys: Iterable<Hex>,
): Promise<DecodedState> {
  if (verifyStates && headerRoot(header) !== root)
    throw wrong(
      "HEADER_MISMATCH",
      beacon,
      "the header it serves is not the one of the block",
      root,
      headerRoot(header),
    );
  const options = { pubkeys: [...pubkeys], withRoot: verifyStates };
  const state = await fetchState(beacon, header, (id) => readOne(beacon, id, codec, options));
  if (verifyStates && state.root !== header.stateRoot)
    throw wrong("STATE_ROOT_MISMATCH", beacon, "its state is not the one of the block", header.stateRoot, state.root);
  if (state.slot === header.slot) return state;
  throw wrong("STATE_WRONG", beacon, "it answers with the state of another slot", header.slot, state.slot);
}

// Clients keep old states by slot; by root they find the newer ones only. The slot has a block, so both name the same.
async function fetchState<T>(
  beacon: BeaconApi,
  header: HeaderAnswer["header"],
  read: (id: BeaconId) => Promise<T>,
): Promise<T> {
  try {
    return await read(header.slot);
  } catch (first) {
    if (!hasCode(first, "BEACON_NOT_FOUND") && !hasCode(first, "BEACON_REFUSED")) throw first;
    return read(header.stateRoot).catch(() => {
      throw toEthStakeError(first);
    });
  }
}

async function readOne(
  beacon: BeaconApi,
  id: BeaconId,
  codec: View["codec"],
  options: { pubkeys: readonly Hex[]; withRoot: boolean },
): Promise<DecodedState> {
  try {
    return await beacon.readState(id, (fork) => codec.createReader(fork, options));
  } catch (error) {
    if (!hasCode(error, "BEACON_UNSUPPORTED")) throw error;
    const { data, fork } = await beacon.stateJson(id);
    return codec.decodeState(codec.bytesFromJson(data, fork), fork, options);
  }
}

function wrong(code: string, beacon: BeaconApi, what: string, want: unknown, got: unknown): EthStakeError {
  return new EthStakeError(code, `Use another beacon node than ${beacon.node}: ${what}`, {
    details: { node: beacon.node, want, got },
    retryable: true,
  });
}
