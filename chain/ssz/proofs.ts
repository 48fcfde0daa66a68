import { Tree } from "@chainsafe/persistent-merkle-tree";
import { ProgressiveContainerType } from "@chainsafe/ssz";
import { bytesToHex, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import type { BeaconBlockHeader, Validator } from "../beacon/types.ts";
import { bytesOfSize } from "../hex.ts";
import { epochToUint64 } from "../slots.ts";
import { BeaconBlockHeaderType, ValidatorType } from "./containers.ts";
import { pubkeyRoot } from "./domains.ts";
import { validatorGindex, type StateLayout } from "./gindex.ts";
import { branchRoot } from "./sha256.ts";
import {
  proveBalance,
  proveValidators,
  verifyBalance,
  verifyValidators,
  type BalanceProof,
  type ValidatorMultiproof,
} from "./state-proofs.ts";
import type { ProvableStateType, FuluStateType } from "./state-types.ts";

/** 6 + 1 + 40 siblings, in Electra and Fulu. */
export const VALIDATOR_BRANCH_LENGTH = 47;

/** A record and its place, with the names and types that the contracts take (`ValidatorProof`). */
export type ValidatorProof = {
  index: number;
  pubkey: Hex;
  pubkeyRoot: Hex;
  withdrawalCredentials: Hex;
  effectiveBalanceGwei: bigint;
  slashed: boolean;
  activationEligibilityEpoch: bigint;
  activationEpoch: bigint;
  exitEpoch: bigint;
  withdrawableEpoch: bigint;
  /** Siblings from the record's root to the state root, leaf first. */
  branch: Hex[];
};

/** A header as the contracts take it (`BeaconAnchor`): with the timestamp under which EIP-4788 knows its root. */
export type BeaconAnchor = {
  childTimestamp: bigint;
  header: { slot: bigint; proposerIndex: bigint; parentRoot: Hex; stateRoot: Hex; bodyRoot: Hex };
};

export type StateProver = {
  readonly blockRoot: Hex;
  readonly header: BeaconBlockHeader;
  /**
   * Proves one validator of a state of Electra or Fulu, as the contracts take it until they take multiproofs.
   * Here and below: throws NO_SUCH_VALIDATOR beyond the last one. Every proof is verified before it is answered.
   */
  proveValidator(index: number): ValidatorProof;
  /** Proves validators together, whatever their order. */
  proveValidators(indices: Iterable<number>): ValidatorMultiproof;
  proveBalance(index: number): BalanceProof;
  /** Where exits of the whole network are being booked to, and how many validators there are. */
  exitQueue(): StateExitQueue;
};

/** Fields of a state that say how long leaving takes; amounts in Gwei. */
export type StateExitQueue = { earliestEpoch: number; balanceToConsumeGwei: bigint; validatorCount: number };

/** Proves validators and balances of one state. Refuses a state whose root is not the one in the header. */
export function createStateProver(
  type: ProvableStateType,
  stateBytes: Uint8Array,
  header: BeaconBlockHeader,
): StateProver {
  const layout: StateLayout = type instanceof ProgressiveContainerType ? "progressive" : "container";
  const view = readView(type, stateBytes);
  const root = bytesToHex(view.hashTreeRoot());
  if (root !== header.stateRoot)
    throw new EthStakeError("STATE_ROOT_MISMATCH", "Use another beacon node: its state is not the one of the block", {
      details: { slot: header.slot, want: header.stateRoot, got: root },
    });
  const tree = new Tree(view.node);
  const read = (gindex: bigint) => tree.getRoot(gindex);
  const validators = view.validators;
  const recordOf = (index: number) => {
    requireIndex(index, validators.length);
    return validators.getReadonly(index).serialize();
  };
  const proven = <Proof>(proof: Proof, isValid: boolean, indices: readonly number[]): Proof => {
    if (isValid) return proof;
    throw new EthStakeError("PROOF_INVALID", `The proof of validators ${indices} does not lead to its state root`, {
      details: { indices, slot: header.slot },
    });
  };
  return {
    header,
    blockRoot: headerRoot(header),
    proveValidator: (index) => {
      const proof = toProof(index, recordOf(index), tree.getSingleProof(validatorGindex(layout, index)));
      return proven(proof, verifyValidatorProof(proof, header), [index]);
    },
    proveValidators: (indices) => {
      const records = new Map([...indices].map((index) => [index, recordOf(index)]));
      const proof = proveValidators(layout, records, read);
      return proven(proof, verifyValidators(layout, proof, header.stateRoot), [...records.keys()]);
    },
    exitQueue: () => ({
      earliestEpoch: Number(view.earliestExitEpoch),
      balanceToConsumeGwei: BigInt(view.exitBalanceToConsume),
      validatorCount: validators.length,
    }),
    proveBalance: (index) => {
      requireIndex(index, validators.length);
      const proof = proveBalance(layout, index, read);
      return proven(proof, verifyBalance(layout, proof, header.stateRoot) !== undefined, [index]);
    },
  };
}

/** True when the branch leads from the leaf to the root, by sha256 alone, as a contract checks it. */
export function verifyBranch(leaf: Hex, branch: readonly Hex[], generalisedIndex: bigint, root: Hex): boolean {
  // A branch of another length would prove an inner node, or something below the leaf.
  if (generalisedIndex >> BigInt(branch.length) !== 1n) return false;
  const siblings = branch.map((sibling) => bytesOfSize(sibling, 32));
  return bytesToHex(branchRoot(bytesOfSize(leaf, 32), siblings, generalisedIndex)) === root;
}

/** True when the record hashes to a leaf that the branch leads to the header's state root. */
export function verifyValidatorProof(proof: ValidatorProof, header: Pick<BeaconBlockHeader, "stateRoot">): boolean {
  return verifyBranch(validatorRoot(proof), proof.branch, validatorGindex("container", proof.index), header.stateRoot);
}

/** Root of a validator's record, whose epochs may be numbers or uint64. */
export function validatorRoot(record: Omit<Validator, EpochField> & Record<EpochField, number | bigint>): Hex {
  const epoch = (value: number | bigint) => (typeof value === "bigint" ? numberFromUint64(value) : value);
  return bytesToHex(
    ValidatorType.hashTreeRoot({
      pubkey: bytesOfSize(record.pubkey, 48),
      withdrawalCredentials: bytesOfSize(record.withdrawalCredentials, 32),
      effectiveBalanceGwei: record.effectiveBalanceGwei,
      slashed: record.slashed,
      activationEligibilityEpoch: epoch(record.activationEligibilityEpoch),
      activationEpoch: epoch(record.activationEpoch),
      exitEpoch: epoch(record.exitEpoch),
      withdrawableEpoch: epoch(record.withdrawableEpoch),
    }),
  );
}

/** Root of a block, from its header. */
export function headerRoot(header: BeaconBlockHeader): Hex {
  return bytesToHex(
    BeaconBlockHeaderType.hashTreeRoot({
      slot: BigInt(header.slot),
      proposerIndex: BigInt(header.proposerIndex),
      parentRoot: bytesOfSize(header.parentRoot, 32),
      stateRoot: bytesOfSize(header.stateRoot, 32),
      bodyRoot: bytesOfSize(header.bodyRoot, 32),
    }),
  );
}

/** A header as a contract argument; `childTimestamp` is that of the execution payload of its child block. */
export function toAnchor(header: BeaconBlockHeader, childTimestamp: number): BeaconAnchor {
  return {
    childTimestamp: BigInt(childTimestamp),
    header: { ...header, slot: BigInt(header.slot), proposerIndex: BigInt(header.proposerIndex) },
  };
}

type EpochField = "activationEligibilityEpoch" | "activationEpoch" | "exitEpoch" | "withdrawableEpoch";

function numberFromUint64(value: bigint): number {
  return value === epochToUint64(Infinity) ? Infinity : Number(value);
}

function requireIndex(index: number, count: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new EthStakeError("NO_SUCH_VALIDATOR", `Ask for a validator below ${count}, not ${index}`, {
      details: { index, count },
    });
}

function readView(type: ProvableStateType, bytes: Uint8Array) {
  try {
    // What is read of the view, the validators and the exit queue, has the same name and elements in all of them.
    return (type as FuluStateType).deserializeToViewDU(bytes);
  } catch (cause) {
    throw new EthStakeError("STATE_MALFORMED", "Use another beacon node: the state it serves is malformed", { cause });
  }
}

function toProof(index: number, bytes: Uint8Array, branch: Uint8Array[]): ValidatorProof {
  const record = ValidatorType.deserialize(bytes);
  const pubkey = bytesToHex(record.pubkey);
  return {
    index,
    pubkey,
    pubkeyRoot: pubkeyRoot(pubkey),
    withdrawalCredentials: bytesToHex(record.withdrawalCredentials),
    effectiveBalanceGwei: record.effectiveBalanceGwei,
    slashed: record.slashed,
    activationEligibilityEpoch: epochToUint64(record.activationEligibilityEpoch),
    activationEpoch: epochToUint64(record.activationEpoch),
    exitEpoch: epochToUint64(record.exitEpoch),
    withdrawableEpoch: epochToUint64(record.withdrawableEpoch),
    branch: branch.map((sibling) => bytesToHex(sibling)),
  };
}
