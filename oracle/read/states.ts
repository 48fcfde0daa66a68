import type { BeaconApi } from "../../chain/beacon/api.ts";
import type { HeaderAnswer } from "../../chain/beacon/types.ts";
import type { DecodedState } from "../../chain/ssz/state-reader.ts";
import { EthStakeError, toEthStakeError } from "../../runtime/errors.ts";
import type { Nodes } from "./nodes.ts";

/** The state of a block, checked against the block's own state root. */
export async function readState(
  beacon: BeaconApi,
  { header }: HeaderAnswer,
  { codec, verifyStates }: Pick<Nodes, "codec" | "verifyStates">,
): Promise<DecodedState> {
  const { bytes, fork } = await fetchState(beacon, header);
  if (verifyStates) codec.createStateProver(bytes, fork, header);
  const state = codec.decodeState(bytes, fork);
  if (state.slot === header.slot) return state;
  throw new EthStakeError("STATE_WRONG", "Use another beacon node: it answers with the state of another slot", {
    details: { node: beacon.node, want: header.slot, got: state.slot },
    retryable: true,
  });
}

// Clients keep old states by slot; by root they find the newer ones only. The slot has a block, so both name the same.
async function fetchState(beacon: BeaconApi, header: HeaderAnswer["header"]) {
  try {
    return await beacon.stateSsz(header.slot);
  } catch (first) {
    try {
      return await beacon.stateSsz(header.stateRoot);
    } catch {
      throw toEthStakeError(first);
    }
  }
}
