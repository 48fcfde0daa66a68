import type { Preset } from "../networks.ts";
import type { BeaconBlockHeader } from "../beacon/types.ts";
import { malformed } from "./byte-sinks.ts";
import { createStateProver, type StateProver } from "./proofs.ts";
import type { AnyContainer } from "./state-layout.ts";
import { createStateReader, type DecodedState, type ReadOptions, type StateReader } from "./state-reader.ts";
import { asStateFork, loadStateTypes } from "./state-types.ts";

/** Reads and proves beacon states of one preset. */
export type StateCodec = {
  readonly preset: Preset;
  /** Reads a state while its bytes come, without a tree. */
  createReader(fork: string, options?: ReadOptions): StateReader;
  /** The same for bytes that are all there. */
  decodeState(bytes: Uint8Array, fork: string, options?: ReadOptions): DecodedState;
  /** The bytes of a state that a node answered as JSON, for nodes that do not serve SSZ. */
  bytesFromJson(data: unknown, fork: string): Uint8Array;
  /** Builds the tree, checks its root against the header, and proves validators under it. */
  createStateProver(bytes: Uint8Array, fork: string, header: BeaconBlockHeader): StateProver;
};

/**
 * Loads the state types of a preset, once per process.
 *
 * @example
 * const codec = await loadStateCodec(preset);
 * const reader = codec.createReader(fork, { pubkeys, withRoot: true });
 * for await (const bytes of body) reader.write(bytes);
 * const state = reader.end();
 */
export async function loadStateCodec(preset: Preset): Promise<StateCodec> {
  const types = await loadStateTypes(preset);
  const typeOf = (fork: string) => types[asStateFork(fork)] as unknown as AnyContainer;
  const createReader: StateCodec["createReader"] = (fork, options) =>
    createStateReader(typeOf(fork), asStateFork(fork), options);
  return {
    preset,
    createReader,
    decodeState: (bytes, fork, options) => {
      const reader = createReader(fork, options);
      reader.write(bytes);
      return reader.end();
    },
    bytesFromJson: (data, fork) => {
      try {
        return typeOf(fork).serialize(typeOf(fork).fromJson(data) as never);
      } catch (cause) {
        throw malformed("its JSON cannot be read", cause);
      }
    },
    createStateProver: (bytes, fork, header) => createStateProver(types[asStateFork(fork)], bytes, header),
  };
}
