import { bytesToHex, concat, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import { bytesOfSize } from "../hex.ts";
import { ValidatorType } from "./containers.ts";
import { BALANCES_PER_LEAF, balancesGindex, validatorGindex, type StateLayout } from "./gindex.ts";
import { multiproofRoot, siblingsOf, type ReadNode } from "./multiproof.ts";

/** Records of validators and the siblings that they need together, as the contracts take them. */
export type ValidatorMultiproof = {
  /** 126 bytes each, in ascending order: the index (5 bytes, big-endian), then the record's 121 bytes of SSZ. */
  records: Hex;
  siblings: Hex[];
};

/** A balance, in a leaf of four, and its branch, as the contracts take them. */
export type BalanceProof = { index: number; leaf: Hex; branch: Hex[] };

const INDEX_BYTES = 5;
const RECORD_BYTES = INDEX_BYTES + 121;

/**
 * Proves validators together. Neighbours share most of their branches, so a proof of eight is little longer than one of one.
 *
 * @param records The SSZ bytes of each validator's record, by index.
 * @param read The state's tree.
 * @example
 * proveValidators("container", new Map([[7, state.validators.getReadonly(7).serialize()]]), (g) => tree.getRoot(g));
 */
export function proveValidators(
  layout: StateLayout,
  records: ReadonlyMap<number, Uint8Array>,
  read: ReadNode,
): ValidatorMultiproof {
  if (records.size === 0) throw new EthStakeError("NOTHING_TO_PROVE", "Ask for a proof of at least one validator");
  const ascending = [...records].toSorted(([a], [b]) => a - b);
  const gindices = ascending.map(([index]) => validatorGindex(layout, index));
  return {
    records: bytesToHex(concat(ascending.map(([index, record]) => packRecord(index, record)))),
    siblings: siblingsOf(gindices, read).map((sibling) => bytesToHex(sibling)),
  };
}

/** Proves the balance of one validator. */
export function proveBalance(layout: StateLayout, index: number, read: ReadNode): BalanceProof {
  const gindex = balancesGindex(layout, index);
  return {
    index,
    leaf: bytesToHex(read(gindex)),
    branch: siblingsOf([gindex], read).map((sibling) => bytesToHex(sibling)),
  };
}

/** True when the proof leads to the state root, judged by sha256 alone as the contract does it. */
export function verifyValidators(layout: StateLayout, proof: ValidatorMultiproof, stateRoot: Hex): boolean {
  const leaves = unpackRecords(proof.records).map(([index, record]) => ({
    gindex: validatorGindex(layout, index),
    node: ValidatorType.hashTreeRoot(ValidatorType.deserialize(record)),
  }));
  return leadsTo(stateRoot, leaves, proof.siblings);
}

/** The balance in Gwei, when the proof leads to the state root; undefined when it does not. */
export function verifyBalance(layout: StateLayout, proof: BalanceProof, stateRoot: Hex): bigint | undefined {
  const leaf = bytesOfSize(proof.leaf, 32);
  const known = { gindex: balancesGindex(layout, proof.index), node: leaf };
  if (!leadsTo(stateRoot, [known], proof.branch)) return undefined;
  return new DataView(leaf.buffer, leaf.byteOffset).getBigUint64((proof.index % BALANCES_PER_LEAF) * 8, true);
}

function leadsTo(stateRoot: Hex, leaves: Parameters<typeof multiproofRoot>[0], siblings: readonly Hex[]): boolean {
  const root = multiproofRoot(
    leaves,
    siblings.map((sibling) => bytesOfSize(sibling, 32)),
  );
  return root !== undefined && bytesToHex(root) === stateRoot;
}

function packRecord(index: number, record: Uint8Array): Uint8Array {
  const packed = Buffer.alloc(RECORD_BYTES);
  packed.writeUIntBE(index, 0, INDEX_BYTES);
  packed.set(record, INDEX_BYTES);
  return new Uint8Array(packed);
}

/** Indices and SSZ records of a multiproof. */
export function unpackRecords(records: Hex): [index: number, record: Uint8Array][] {
  const bytes = Buffer.from(records.slice(2), "hex");
  return Array.from({ length: bytes.length / RECORD_BYTES }, (_, i) => {
    const packed = bytes.subarray(i * RECORD_BYTES, (i + 1) * RECORD_BYTES);
    return [packed.readUIntBE(0, INDEX_BYTES), new Uint8Array(packed.subarray(INDEX_BYTES))];
  });
}
