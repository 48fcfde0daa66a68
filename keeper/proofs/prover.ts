import type { BeaconApi } from "../../chain/beacon/api.ts";
import { toAnchor, type BeaconAnchor, type StateExitQueue, type StateProver } from "../../chain/ssz/proofs.ts";
import type { ValidatorMultiproof } from "../../chain/ssz/state-proofs.ts";
import { loadStateCodec } from "../../chain/ssz/state.ts";
import type { AnchorPoint } from "./anchor.ts";

/** Makes the proofs that the contracts take. */
export type Prover = {
  /** One proof of validators, in the order of their indices, and the anchor that it stands under. */
  prove(point: AnchorPoint, indices: readonly number[]): Promise<{ anchor: BeaconAnchor; proof: ValidatorMultiproof }>;
  /** The exit queue of the network in the same state. */
  exitQueue(point: AnchorPoint): Promise<StateExitQueue>;
};

/**
 * Proves from the SSZ state that the beacon node serves. The last state is kept: a mainnet one has hundreds of
 * megabytes, and jobs that follow each other mostly prove from the same one.
 */
export function createProver(beacon: BeaconApi): Prover {
  let last: StateProver | undefined;

  const proverOf = async ({ header }: AnchorPoint): Promise<StateProver> => {
    if (last?.header.stateRoot === header.stateRoot) return last;
    // Freed before the next one is read: two of them would not fit.
    last = undefined;
    const { preset } = await beacon.spec();
    const codec = await loadStateCodec(preset);
    const { bytes, fork } = await beacon.stateSsz(header.stateRoot);
    last = codec.createStateProver(bytes, fork, header);
    return last;
  };

  return {
    prove: async (point, indices) => {
      const prover = await proverOf(point);
      return {
        anchor: toAnchor(point.header, point.moment.timestamp),
        proof: prover.proveValidators(indices),
      };
    },
    exitQueue: async (point) => (await proverOf(point)).exitQueue(),
  };
}
