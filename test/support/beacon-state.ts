import { createHash } from "node:crypto";

import { ssz } from "@lodestar/types";
import { bytesToHex, type Hex } from "viem";

import type { BeaconBlockHeader } from "../../chain/beacon/types.ts";
import { createStateProver, toAnchor, type BeaconAnchor, type StateProver } from "../../chain/ssz/proofs.ts";
import type { ProvableStateType } from "../../chain/ssz/state-types.ts";

export type Fork = "electra" | "fulu" | "gloas";

/** A validator's record, in the SSZ library's terms. */
export type ValidatorRecord = ReturnType<typeof ssz.phase0.Validator.defaultValue>;

/** A beacon block with its state, of which every validator and balance can be proven. */
export type BeaconBlock = {
  fork: Fork;
  slot: number;
  prover: StateProver;
  stateRoot: Hex;
  blockRoot: Hex;
  anchorAt(childTimestamp: bigint): BeaconAnchor;
  recordOf(index: number): ValidatorRecord;
  /** The root of a record as the SSZ library computes it. */
  validatorRootOf(index: number): Hex;
  /** Where something stands, found by names and not by number: the contracts' generalised indices are checked against it. */
  gindexOf(...path: (string | number)[]): bigint;
};

const STATE_TYPES: Readonly<Record<Fork, ProvableStateType>> = {
  electra: ssz.electra.BeaconState,
  fulu: ssz.fulu.BeaconState,
  gloas: ssz.gloas.BeaconState,
};

/**
 * Makes a block with a whole BeaconState of that fork, filled from a seed.
 *
 * @example
 * const block = createBeaconBlock({ fork: "gloas", validatorCount: 300 });
 * await beaconProofs.read.verifyValidators([block.anchorAt(timestamp), block.prover.proveValidators([17, 18])]);
 */
export function createBeaconBlock(options: { fork: Fork; validatorCount: number; slot?: number }): BeaconBlock {
  const { fork, validatorCount, slot = 12_345_678 } = options;
  // The fields that are filled have the same names and elements in all forks.
  const type = STATE_TYPES[fork] as typeof ssz.fulu.BeaconState;
  const records = Array.from({ length: validatorCount }, (_, index) => validatorRecord(index));
  const state = type.defaultViewDU();
  state.slot = slot;
  state.genesisTime = 1_606_824_023;
  state.validators = type.fields.validators.toViewDU(records);
  state.balances = type.fields.balances.toViewDU(records.map((_, index) => balanceGweiOf(index)));
  state.commit();

  const header: BeaconBlockHeader = {
    slot,
    proposerIndex: 7,
    parentRoot: bytesToHex(seeded("parent", 32)),
    stateRoot: bytesToHex(state.hashTreeRoot()),
    bodyRoot: bytesToHex(seeded("body", 32)),
  };
  const prover = createStateProver(STATE_TYPES[fork], state.serialize(), header);
  const recordOf = (index: number) => state.validators.getReadonly(index).toValue();
  return {
    fork,
    slot,
    prover,
    stateRoot: header.stateRoot,
    blockRoot: bytesToHex(
      ssz.phase0.BeaconBlockHeader.hashTreeRoot({
        slot,
        proposerIndex: 7,
        parentRoot: seeded("parent", 32),
        stateRoot: state.hashTreeRoot(),
        bodyRoot: seeded("body", 32),
      }),
    ),
    anchorAt: (childTimestamp) => toAnchor(header, Number(childTimestamp)),
    recordOf,
    validatorRootOf: (index) => bytesToHex(ssz.phase0.Validator.hashTreeRoot(recordOf(index))),
    gindexOf: (...path) => type.getPathInfo(path).gindex,
  };
}

/** What validator i has, in Gwei: no two of one leaf alike. */
export function balanceGweiOf(index: number): number {
  return 32_000_000_000 + index;
}

/** Bytes that are the same in every run. */
export function seeded(name: string, length: number): Uint8Array {
  return new Uint8Array(createHash("shake256", { outputLength: length }).update(name).digest());
}

/** Records that differ in every field; every third one is leaving, every fifth one slashed. */
function validatorRecord(index: number): ValidatorRecord {
  const leaving = index % 3 === 0;
  return {
    pubkey: seeded(`pubkey ${index}`, 48),
    withdrawalCredentials: seeded(`credentials ${index}`, 32),
    effectiveBalance: (32 + (index % 2016)) * 1_000_000_000,
    slashed: index % 5 === 0,
    activationEligibilityEpoch: 1000 + index,
    activationEpoch: 2000 + index,
    exitEpoch: leaving ? 300_000 + index : Infinity,
    withdrawableEpoch: leaving ? 300_256 + index : Infinity,
  };
}
