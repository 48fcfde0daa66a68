import { ProofType, createProof, type SingleProof } from "@chainsafe/persistent-merkle-tree";
import { ssz } from "@lodestar/types";
import { bytesToHex, hexToBytes, keccak256, stringToBytes, type Hex } from "viem";

/** A header as the contracts take it. */
export type BeaconBlockHeader = {
  slot: bigint;
  proposerIndex: bigint;
  parentRoot: Hex;
  stateRoot: Hex;
  bodyRoot: Hex;
};

/** A validator's record and branch as the contracts take it. */
export type ValidatorProof = {
  index: number;
  pubkeyRoot: Hex;
  withdrawalCredentials: Hex;
  effectiveBalanceGwei: bigint;
  slashed: boolean;
  activationEligibilityEpoch: bigint;
  activationEpoch: bigint;
  exitEpoch: bigint;
  withdrawableEpoch: bigint;
  branch: readonly Hex[];
};

/** A beacon block with its state, of which every validator can be proven. */
export type BeaconBlock = {
  header: BeaconBlockHeader;
  blockRoot: Hex;
  pubkeyOf(index: number): Hex;
  /** The root of a record as the SSZ library computes it. */
  validatorRootOf(index: number): Hex;
  proofOf(index: number): ValidatorProof;
};

const STATE_TYPES = { electra: ssz.electra.BeaconState, fulu: ssz.fulu.BeaconState };
const FAR_FUTURE_EPOCH = 2n ** 64n - 1n;

/**
 * Makes a block with a whole BeaconState of that fork, filled from a seed.
 *
 * @example
 * const block = createBeaconBlock({ fork: "fulu", validatorCount: 300 });
 * await harness.read.verifyValidator([block.header.stateRoot, block.proofOf(17)]);
 */
export function createBeaconBlock(options: { fork: "electra" | "fulu"; validatorCount: number }): BeaconBlock {
  const slot = 12_345_678;
  const state = STATE_TYPES[options.fork].defaultViewDU();
  state.slot = slot;
  state.genesisTime = 1_606_824_023;
  for (let index = 0; index < options.validatorCount; index++) {
    state.validators.push(ssz.phase0.Validator.toViewDU(validatorRecord(index)));
    state.balances.push(32_000_000_000 + index);
  }
  state.commit();

  const header = {
    slot,
    proposerIndex: 7,
    parentRoot: seeded("parent", 32),
    stateRoot: state.hashTreeRoot(),
    bodyRoot: seeded("body", 32),
  };

  return {
    header: {
      slot: BigInt(slot),
      proposerIndex: 7n,
      parentRoot: bytesToHex(header.parentRoot),
      stateRoot: bytesToHex(header.stateRoot),
      bodyRoot: bytesToHex(header.bodyRoot),
    },
    blockRoot: bytesToHex(ssz.phase0.BeaconBlockHeader.hashTreeRoot(header)),
    pubkeyOf: (index) => bytesToHex(state.validators.getReadonly(index).pubkey),
    validatorRootOf: (index) => bytesToHex(state.validators.getReadonly(index).hashTreeRoot()),
    proofOf(index) {
      const record = state.validators.getReadonly(index);
      // The path by names and not by number: the contracts' generalised index is checked against it.
      const { gindex } = STATE_TYPES[options.fork].getPathInfo(["validators", index]);
      const proof = createProof(state.node, { type: ProofType.single, gindex }) as SingleProof;
      return {
        index,
        pubkeyRoot: bytesToHex(ssz.BLSPubkey.hashTreeRoot(record.pubkey)),
        withdrawalCredentials: bytesToHex(record.withdrawalCredentials),
        effectiveBalanceGwei: BigInt(record.effectiveBalance),
        slashed: record.slashed,
        activationEligibilityEpoch: epoch(record.activationEligibilityEpoch),
        activationEpoch: epoch(record.activationEpoch),
        exitEpoch: epoch(record.exitEpoch),
        withdrawableEpoch: epoch(record.withdrawableEpoch),
        branch: proof.witnesses.map((node) => bytesToHex(node)),
      };
    },
  };
}

/** Bytes that are the same in every run. */
export function seeded(name: string, length: number): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, block) =>
    hexToBytes(keccak256(stringToBytes(`${name}/${block}`))),
  );
  return Uint8Array.from(blocks.flatMap((block) => [...block])).slice(0, length);
}

/** Records that differ in every field; every third one is leaving, every fifth one slashed. */
function validatorRecord(index: number): ReturnType<typeof ssz.phase0.Validator.defaultValue> {
  const leaving = index % 3 === 0;
  return {
    pubkey: seeded(`pubkey ${index}`, 48),
    withdrawalCredentials: seeded(`credentials ${index}`, 32),
    effectiveBalance: (32 + index) * 1_000_000_000,
    slashed: index % 5 === 0,
    activationEligibilityEpoch: 1000 + index,
    activationEpoch: 2000 + index,
    exitEpoch: leaving ? 300_000 + index : Infinity,
    withdrawableEpoch: leaving ? 300_256 + index : Infinity,
  };
}

/** The SSZ library reads the far future as infinity. */
function epoch(value: number): bigint {
  return value === Infinity ? FAR_FUTURE_EPOCH : BigInt(value);
}
