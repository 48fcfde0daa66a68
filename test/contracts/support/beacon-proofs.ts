import { expect } from "chai";
import type { NetworkConnection } from "hardhat/types/network";
import { BaseError, ContractFunctionRevertedError, concatHex, hexToBytes, slice, toHex, type Hex } from "viem";

import type { ValidatorMultiproof } from "../../../chain/ssz/state-proofs.ts";
import { createBeaconBlock, type BeaconBlock, type Fork } from "../../support/beacon-state.ts";
import { setBeaconRoot } from "../../support/system-contracts.ts";

export const GENESIS_TIME = 1_606_824_023n;
export const SECONDS_PER_SLOT = 12n;
export const LAYOUTS = { containerSlot: 11_000_000n, progressiveSlot: 12_500_000n, closingSlot: 14_000_000n };
/** A slot of each fork, as these layouts have it. */
export const SLOTS: Readonly<Record<Fork, number>> = { electra: 11_500_000, fulu: 12_345_678, gloas: 13_000_000 };

export const RECORD_BYTES = 126;

/** A block of a fork, at a slot where the layouts expect it. */
export function blockOf(fork: Fork, validatorCount: number, slot: number = SLOTS[fork]): BeaconBlock {
  return createBeaconBlock({ fork, validatorCount, slot });
}

/** The verifier, and a function that puts a block where EIP-4788 names it. */
export async function deployBeaconProofs({ viem, networkHelpers }: NetworkConnection<"l1">, layouts = LAYOUTS) {
  const proofs = await viem.deployContract("BeaconProofs", [GENESIS_TIME, SECONDS_PER_SLOT, layouts]);
  const now = BigInt(await networkHelpers.time.latest());
  let known = 0n;
  const anchorOf = async (block: BeaconBlock) => {
    const childTimestamp = now - 600n + known++;
    await setBeaconRoot(networkHelpers, childTimestamp, block.blockRoot);
    return block.anchorAt(childTimestamp);
  };
  return { proofs, anchorOf };
}

/** One record of a packed list. */
export function recordAt(proof: ValidatorMultiproof, i: number): Hex {
  return slice(proof.records, i * RECORD_BYTES, (i + 1) * RECORD_BYTES);
}

/** The proof with other records, in the given order. */
export function withRecords(proof: ValidatorMultiproof, records: readonly Hex[]): ValidatorMultiproof {
  return { ...proof, records: concatHex(records) };
}

/** The proof with one bit of its records flipped. */
export function flipRecordByte(proof: ValidatorMultiproof, at: number): ValidatorMultiproof {
  const bytes = hexToBytes(proof.records);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { ...proof, records: toHex(bytes) };
}

/** A word with its last bit flipped. */
export function flip(word: Hex): Hex {
  return toHex(BigInt(word) ^ 1n, { size: 32 });
}

/** Expects that a call reverts with one of these custom errors, where which one depends on what was forged. */
export async function expectOneOf(call: Promise<unknown>, errors: readonly string[]): Promise<void> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const revert =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : error;
  expect(revert).to.be.instanceOf(ContractFunctionRevertedError);
  if (revert instanceof ContractFunctionRevertedError) expect(revert.data?.errorName).to.be.oneOf(errors);
}

/** What a proof is refused with whose positions were forged. */
export const POSITION_ERRORS = ["StateRootMismatch", "SiblingCountMismatch", "IndicesNotAscending"];
