import { expect } from "chai";

import { judgeEpoch, type DutyState } from "../../../oracle/decide/epoch-result.ts";
import { columnsOf } from "../support/columns.ts";
import { eth } from "../support/snapshots.ts";

const TARGET = 0b010;
const SOURCE_AND_HEAD = 0b101;
type Activity = { effectiveBalanceGwei: bigint; slashed: boolean; activationEpoch: number; exitEpoch: number };
const active = (changes: Partial<Activity> = {}): Activity => ({
  effectiveBalanceGwei: eth(32),
  slashed: false,
  activationEpoch: 0,
  exitEpoch: Infinity,
  ...changes,
});

/** Validator i with its flags for the previous and the current epoch of the state. */
function stateAt(slot: number, validators: { activity: Activity; previous: number; current: number }[]): DutyState {
  return {
    slot,
    validators: columnsOf(validators.map(({ activity }) => activity)),
    previousEpochParticipation: Uint8Array.from(validators, ({ previous }) => previous),
    currentEpochParticipation: Uint8Array.from(validators, ({ current }) => current),
  };
}

const judge = (state: DutyState, operators: [number, number][] = [], epoch = 10) =>
  judgeEpoch(state, epoch, 8, new Map(operators));

describe("oracle/decide/epoch-result", () => {
  it("counts timely target votes, and no others, by effective balance", () => {
    const state = stateAt(95, [
      { activity: active(), previous: TARGET, current: 0 },
      { activity: active({ effectiveBalanceGwei: eth(2016) }), previous: SOURCE_AND_HEAD, current: TARGET },
      { activity: active(), previous: 0b111, current: 0 },
    ]);
    expect(
      judge(state, [
        [0, 5],
        [1, 5],
        [2, 3],
      ]),
    ).to.deep.equal({
      epoch: 10,
      network: { assignedGwei: eth(2080), attestedGwei: eth(64) },
      operators: [
        { operatorId: 3, weightGwei: eth(32), assignedGwei: eth(32), attestedGwei: eth(32) },
        { operatorId: 5, weightGwei: eth(32), assignedGwei: eth(2048), attestedGwei: eth(32) },
      ],
    });
  });

  it("gives duties from two epochs after activation until the exit epoch, and weight from activation", () => {
    const at = (changes: Partial<Activity>) =>
      judge(stateAt(95, [{ activity: active(changes), previous: TARGET, current: 0 }]), [[0, 1]]).operators;
    const full = { operatorId: 1, weightGwei: eth(32), assignedGwei: eth(32), attestedGwei: eth(32) };
    expect(at({ activationEpoch: 8 })).to.deep.equal([full]);
    expect(at({ activationEpoch: 9 })).to.deep.equal([{ ...full, assignedGwei: 0n, attestedGwei: 0n }]);
    expect(at({ activationEpoch: 10 })).to.deep.equal([{ ...full, assignedGwei: 0n, attestedGwei: 0n }]);
    expect(at({ activationEpoch: 11 })).to.deep.equal([]);
    expect(at({ exitEpoch: 11 })).to.deep.equal([full]);
    expect(at({ exitEpoch: 10 })).to.deep.equal([]);
  });

  it("leaves the slashed out, of ours and of the network", () => {
    const state = stateAt(95, [
      { activity: active({ slashed: true }), previous: TARGET, current: 0 },
      { activity: active(), previous: TARGET, current: 0 },
    ]);
    const { network, operators } = judge(state, [[0, 1]]);
    expect(operators).to.deep.equal([]);
    expect(network).to.deep.equal({ assignedGwei: eth(32), attestedGwei: eth(32) });
  });

  it("reads the flags from where the state stands when epochs had no block", () => {
    const validators = [{ activity: active(), previous: TARGET, current: 0 }];
    const attestedAt = (slot: number) => judge(stateAt(slot, validators)).network.attestedGwei;
    // The state is of epoch 11: previous is epoch 10.
    expect(attestedAt(95)).to.equal(eth(32));
    expect(attestedAt(88)).to.equal(eth(32));
    // Epoch 11 had no block: the state is of epoch 10 and its current flags are final.
    expect(attestedAt(87)).to.equal(0n);
    const current = [{ activity: active(), previous: 0, current: TARGET }];
    expect(judge(stateAt(80, current)).network.attestedGwei).to.equal(eth(32));
    // Neither had one: nobody can have attested.
    expect(
      judge(stateAt(79, [{ activity: active(), previous: TARGET, current: TARGET }])).network.attestedGwei,
    ).to.equal(0n);
  });
});
