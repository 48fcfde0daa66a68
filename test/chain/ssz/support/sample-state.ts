import { bytesToHex } from "viem";

import type { BeaconBlockHeader } from "../../../../chain/beacon/types.ts";
import { loadStateTypes, type StateFork } from "../../../../chain/ssz/state-types.ts";

/** Validators in the sample: more than the subtrees 1 + 4 of a progressive list hold, and no power of two. */
export const COUNT = 11;

/** So many bytes of one value. */
export const fill = (size: number, byte: number): Uint8Array => new Uint8Array(size).fill(byte);

/** A small state of the minimal preset with something in every field that is read. */
export async function sampleState(fork: StateFork): Promise<{ bytes: Uint8Array; header: BeaconBlockHeader }> {
  const types = await loadStateTypes("minimal");
  // The forks share all fields but the last ones, which are filled below.
  const type = types[fork] as typeof types.fulu;
  const state = type.defaultViewDU();
  state.slot = 77;
  state.genesisTime = 1000;
  state.genesisValidatorsRoot = fill(32, 9);
  const balances: number[] = [];
  const previous: number[] = [];
  const current: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    state.validators.push(
      type.fields.validators.elementType.toViewDU({
        pubkey: fill(48, i + 1),
        withdrawalCredentials: fill(32, 100 + i),
        effectiveBalance: 32_000_000_000 + i,
        slashed: i === 3,
        activationEligibilityEpoch: i,
        activationEpoch: i + 1,
        exitEpoch: i === 4 ? 50 : Infinity,
        withdrawableEpoch: i === 4 ? 306 : Infinity,
      }),
    );
    balances.push(32_000_000_000 + 7 * i);
    previous.push(i % 8);
    current.push(7 - (i % 8));
  }
  state.balances = type.fields.balances.toViewDU(balances);
  state.previousEpochParticipation = type.fields.previousEpochParticipation.toViewDU(previous);
  state.currentEpochParticipation = type.fields.currentEpochParticipation.toViewDU(current);
  state.inactivityScores = type.fields.inactivityScores.toViewDU(balances.map((_, i) => i));
  state.slashings.set(5, 123);
  state.finalizedCheckpoint = type.fields.finalizedCheckpoint.toViewDU({ epoch: 8, root: fill(32, 8) });
  for (const [byte, amount] of [
    [2, 1_000_000_000],
    [200, 2_000_000_000],
    [2, 3_000_000_000],
  ] as const)
    state.pendingDeposits.push(
      type.fields.pendingDeposits.elementType.toViewDU({
        pubkey: fill(48, byte),
        withdrawalCredentials: fill(32, 2),
        amount,
        signature: fill(96, 3),
        slot: 70,
      }),
    );
  for (const validatorIndex of [1, 2])
    state.pendingPartialWithdrawals.push(
      type.fields.pendingPartialWithdrawals.elementType.toViewDU({
        validatorIndex,
        amount: 5_000_000_000n,
        withdrawableEpoch: 300,
      }),
    );
  for (const sourceIndex of [2, 1])
    state.pendingConsolidations.push(
      type.fields.pendingConsolidations.elementType.toViewDU({ sourceIndex, targetIndex: 5 }),
    );
  if (fork === "gloas") {
    const gloas = types.gloas;
    const view = state as unknown as ReturnType<typeof gloas.defaultViewDU>;
    view.latestBlockHash = fill(32, 6);
    for (const validatorIndex of [1, 5])
      view.payloadExpectedWithdrawals.push(
        gloas.fields.payloadExpectedWithdrawals.elementType.toViewDU({
          index: 40 + validatorIndex,
          validatorIndex,
          address: fill(20, 4),
          amount: 70n + BigInt(validatorIndex),
        }),
      );
  } else {
    const payload = type.fields.latestExecutionPayloadHeader.defaultViewDU();
    payload.blockHash = fill(32, 6);
    payload.blockNumber = 60;
    payload.timestamp = 1462;
    payload.extraData = fill(5, 1);
    state.latestExecutionPayloadHeader = payload;
  }
  state.commit();
  const header: BeaconBlockHeader = {
    slot: 77,
    proposerIndex: 5,
    parentRoot: bytesToHex(fill(32, 1)),
    stateRoot: bytesToHex(state.hashTreeRoot()),
    bodyRoot: bytesToHex(fill(32, 2)),
  };
  return { bytes: state.serialize(), header };
}
