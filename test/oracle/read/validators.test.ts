import { expect } from "chai";

import type { PendingPartialWithdrawal, Validator } from "../../../chain/beacon/types.ts";
import type { DecodedState } from "../../../chain/ssz/state-reader.ts";
import { findInState, ourValidators, penaltyBasis } from "../../../oracle/read/validators.ts";
import { FOREIGN_CREDENTIALS, OUR_CREDENTIALS, pendingDeposit, validatorKey } from "../support/deposits.ts";
import { columnsOf } from "../support/columns.ts";
import { eth, rootOf } from "../support/snapshots.ts";

const [one, two, three] = [1, 2, 3].map((key) => validatorKey(key).pubkey) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
];
const validator = (changes: Partial<Validator>): Validator => ({
  pubkey: one,
  withdrawalCredentials: OUR_CREDENTIALS,
  effectiveBalanceGwei: eth(32),
  slashed: false,
  activationEligibilityEpoch: 0,
  activationEpoch: 0,
  exitEpoch: Infinity,
  withdrawableEpoch: Infinity,
  ...changes,
});

function state(changes: Partial<DecodedState> & { list: Validator[] }): DecodedState {
  const { list, ...rest } = changes;
  return {
    fork: "fulu",
    root: undefined,
    genesisTime: 0,
    genesisValidatorsRoot: rootOf(0),
    slot: 127,
    validators: columnsOf(list),
    found: new Map(list.map((item, index) => [item.pubkey, { index, validator: item }])),
    balanceGwei: (index) => BigInt(1000 + index),
    previousEpochParticipation: new Uint8Array(list.length),
    currentEpochParticipation: new Uint8Array(list.length),
    slashingsGwei: [],
    finalizedCheckpoint: { epoch: 0, root: rootOf(0) },
    pendingDeposits: [],
    pendingPartialWithdrawals: [],
    consolidatingIndices: [],
    payloadExpectedWithdrawals: [],
    latestBlockHash: rootOf(1),
    ...rest,
  };
}

describe("oracle/read/validators", () => {
  it("finds the record, the balance, the partial withdrawals and the deposits of each key, in their order", () => {
    const partial = (validatorIndex: number, amountGwei: bigint): PendingPartialWithdrawal => ({
      validatorIndex,
      amountGwei,
      withdrawableEpoch: 20,
    });
    const deposits = [
      pendingDeposit({ key: 2, amountGwei: 1n, withdrawalCredentials: FOREIGN_CREDENTIALS }),
      pendingDeposit({ key: 3, amountGwei: 2n }),
      pendingDeposit({ key: 2, amountGwei: 3n }),
    ];
    const find = findInState(
      state({
        list: [validator({ pubkey: three }), validator({ pubkey: one })],
        pendingDeposits: deposits,
        pendingPartialWithdrawals: [partial(1, 5n), partial(0, 7n), partial(1, 11n)],
      }),
      [one, two],
    );
    const { pubkey: _, ...record } = validator({ pubkey: one });
    expect(find(one)).to.deep.equal({
      record: { ...record, balanceGwei: 1001n, pendingPartialsGwei: 16n, consolidating: false },
      pendingDeposits: [],
    });
    expect(find(two)).to.deep.equal({ record: undefined, pendingDeposits: [deposits[0], deposits[2]] });
  });

  it("knows whose ether waits to be moved to another validator", () => {
    const list = [validator({ pubkey: one }), validator({ pubkey: two })];
    const find = findInState(state({ list, consolidatingIndices: [1] }), [one, two]);
    expect([find(one).record?.consolidating, find(two).record?.consolidating]).to.deep.equal([false, true]);
  });

  it("counts what Gloas took from a balance and has not paid yet", () => {
    const list = [validator({ pubkey: one }), validator({ pubkey: two })];
    const payloadExpectedWithdrawals = [
      { validatorIndex: 1, amountGwei: 5n },
      { validatorIndex: 1, amountGwei: 7n },
    ];
    const find = findInState(state({ list, payloadExpectedWithdrawals }), [one, two]);
    expect([find(one).record?.balanceGwei, find(two).record?.balanceGwei]).to.deep.equal([1000n, 1013n]);
  });

  it("joins what the contracts said with what the state has", () => {
    const keys = [
      { pubkey: one, pubkeyRoot: rootOf(1), operatorId: 7, blockNumber: 5 },
      { pubkey: two, pubkeyRoot: rootOf(2), operatorId: 8, blockNumber: 6 },
    ];
    const deposits = [
      { pubkeyRoot: rootOf(1), amountGwei: eth(1), blockNumber: 5 },
      { pubkeyRoot: rootOf(2), amountGwei: eth(1), blockNumber: 6 },
      { pubkeyRoot: rootOf(1), amountGwei: eth(31), blockNumber: 9 },
    ];
    const proofs = [{ pubkeyRoot: rootOf(1), blockNumber: 8 }];
    const found = ourValidators(state({ list: [validator({})] }), { keys, deposits, proofs }, new Set([rootOf(2)]));
    expect(
      found.map(({ operatorId, proven, exitSettled, deposits: own, record }) => [
        operatorId,
        proven,
        exitSettled,
        own.length,
        record?.balanceGwei,
      ]),
    ).to.deep.equal([
      [7, true, false, 2, 1000n],
      [8, false, true, 1, undefined],
    ]);
  });

  it("sums the balances of validators that are active in the epoch of the state, and of the slashed among them", () => {
    const list = [
      validator({}),
      validator({ activationEpoch: 15 }),
      validator({ activationEpoch: 16 }),
      validator({ exitEpoch: 15 }),
      validator({ exitEpoch: 16, slashed: true, effectiveBalanceGwei: eth(1) }),
      validator({ exitEpoch: 17, slashed: true, effectiveBalanceGwei: eth(2) }),
      validator({ exitEpoch: 16, slashed: true, effectiveBalanceGwei: eth(4) }),
      validator({ exitEpoch: 15, slashed: true, effectiveBalanceGwei: eth(8) }),
      validator({ exitEpoch: 17 }),
    ];
    expect(penaltyBasis(state({ list }), 8)).to.deep.include({
      epoch: 15,
      totalActiveBalanceGwei: eth(32 * 3 + 7),
      slashedLeaving: [
        { exitEpoch: 16, effectiveBalanceGwei: eth(5) },
        { exitEpoch: 17, effectiveBalanceGwei: eth(2) },
      ],
    });
  });
});
