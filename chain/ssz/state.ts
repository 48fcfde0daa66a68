import type { Preset } from "../networks.ts";
import type { BeaconBlockHeader } from "../beacon/types.ts";
import { createStateProver, type StateProver } from "./proofs.ts";
import { decodeState, type DecodedState } from "./state-reader.ts";
import { asProvableFork, asStateFork, loadStateTypes } from "./state-types.ts";

/** Reads and proves beacon states of one preset. */
export type StateCodec = {
  readonly preset: Preset;
  /** Reads the fields that we need, without a tree: cheap, and lazy where lists are long. */
  decodeState(bytes: Uint8Array, fork: string): DecodedState;
  /** Builds the tree, checks its root against the header, and proves validators and balances under it. */
  createStateProver(bytes: Uint8Array, fork: string, header: BeaconBlockHeader): StateProver;
};

/**
 * Loads the state types of a preset, once per process.
 *
 * @example
 * const { preset } = await beacon.spec();
 * const codec = await loadStateCodec(preset);
 * const { header } = await headerAtOrBefore(beacon, refSlot);
 * const { bytes, fork } = await beacon.stateSsz(header.stateRoot);
 * const state = codec.decodeState(bytes, fork);
 * const proof = codec.createStateProver(bytes, fork, header).proveValidators([7, 8]);
 */
export async function loadStateCodec(preset: Preset): Promise<StateCodec> {
  const types = await loadStateTypes(preset);
  return {
    preset,
    decodeState: (bytes, fork) => decodeState(types[asStateFork(fork)], bytes, asStateFork(fork)),
    createStateProver: (bytes, fork, header) => createStateProver(types[asProvableFork(fork)], bytes, header),
  };
}
