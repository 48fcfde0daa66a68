import { Tree } from "@chainsafe/persistent-merkle-tree";
import { ProgressiveContainerType } from "@chainsafe/ssz";
import { bytesToHex, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import type { BeaconBlockHeader } from "../beacon/types.ts";
import { bytesOfSize } from "../hex.ts";
import { BeaconBlockHeaderType } from "./containers.ts";
import type { StateLayout } from "./gindex.ts";
import {
  proveBalance,
  proveValidators,
  verifyBalance,
  verifyValidators,
  type BalanceProof,
  type ValidatorMultiproof,
} from "./state-proofs.ts";
import type { ProvableStateType, FuluStateType } from "./state-types.ts";

/** A header as the contracts take it (`BeaconAnchor`): with the timestamp under which EIP-4788 knows its root. */
export type BeaconAnchor = {
  childTimestamp: bigint;
  header: { slot: bigint; proposerIndex: bigint; parentRoot: Hex; stateRoot: Hex; bodyRoot: Hex };
};

export type StateProver = {
  readonly blockRoot: Hex;
  readonly header: BeaconBlockHeader;
  /**
   * Proves validators together, whatever their order. Here and below: throws NO_SUCH_VALIDATOR beyond the last one. Every
   * proof is verified before it is answered.
   */
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
