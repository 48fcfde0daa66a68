import { ssz } from "@lodestar/types";
import { bytesToHex, concatHex, hexToBytes, type Hex } from "viem";

import { createStateProver, toAnchor, type BeaconAnchor, type ValidatorProof } from "../../../chain/ssz/proofs.ts";
import { seeded } from "../../support/beacon-state.ts";
import { setBeaconRoot } from "../../support/system-contracts.ts";
import type { Protocol } from "./protocol.ts";

/** A validator as the beacon chain has it; what is left out is that of an active validator of ours. */
export type BeaconRecord = {
  pubkey: Hex;
  withdrawalCredentials?: Hex;
  effectiveBalanceGwei?: bigint;
  slashed?: boolean;
  exitEpoch?: number;
};

/** What anybody can show of a beacon block: an anchor that EIP-4788 knows, and a proof for each validator. */
export type BeaconSight = { anchor: BeaconAnchor; proofs: ValidatorProof[]; pubkeys: Hex };

/** Validators of others stand before ours in the state, so that no index is zero; so many unless told. */
const OTHERS = 5;

/**
 * Makes a beacon block whose state has these validators, and writes its root where EIP-4788 keeps it.
 *
 * @example
 * await prove(protocol, await sight(protocol, [{ pubkey }]));
 */
export async function sight(
  p: Protocol,
  records: readonly BeaconRecord[],
  { ageSlots = 2, others = OTHERS }: { ageSlots?: number; others?: number } = {},
): Promise<BeaconSight> {
  const { genesisTime, secondsPerSlot } = p.chain;
  const slot = Math.floor(((await p.networkHelpers.time.latest()) - genesisTime) / secondsPerSlot) - ageSlots;
  const ours = await p.manager.read.withdrawalCredentials();
  const state = ssz.fulu.BeaconState.defaultViewDU();
  state.slot = slot;
  for (let i = 0; i < others; i++)
    state.validators.push(toRecord({ pubkey: bytesToHex(seeded(`other ${i}`, 48)) }, ours));
  for (const record of records) state.validators.push(toRecord(record, ours));
  state.commit();

  const bytes = state.serialize();
  const header = {
    slot,
    proposerIndex: 1,
    parentRoot: bytesToHex(seeded("parent", 32)),
    stateRoot: bytesToHex(state.hashTreeRoot()),
    bodyRoot: bytesToHex(seeded("body", 32)),
  };
  const prover = createStateProver(ssz.fulu.BeaconState, bytes, header);
  const childTimestamp = genesisTime + (slot + 1) * secondsPerSlot;
  await setBeaconRoot(p.networkHelpers, BigInt(childTimestamp), prover.blockRoot);
  return {
    anchor: toAnchor(header, childTimestamp),
    proofs: records.map((_, i) => prover.proveValidator(others + i)),
    pubkeys: concatHex(records.map(({ pubkey }) => pubkey)),
  };
}

/** Index that the n-th validator of a sight has. */
export function indexInSight(n: number): number {
  return OTHERS + n;
}

function toRecord(record: BeaconRecord, ours: Hex) {
  const { pubkey, withdrawalCredentials = ours, effectiveBalanceGwei = 1_000_000_000n } = record;
  return ssz.phase0.Validator.toViewDU({
    pubkey: hexToBytes(pubkey),
    withdrawalCredentials: hexToBytes(withdrawalCredentials),
    effectiveBalance: Number(effectiveBalanceGwei),
    slashed: record.slashed ?? false,
    activationEligibilityEpoch: 10,
    activationEpoch: 20,
    exitEpoch: record.exitEpoch ?? Infinity,
    withdrawableEpoch: record.exitEpoch === undefined ? Infinity : record.exitEpoch + 256,
  });
}
