import { expect } from "chai";
import fc from "fast-check";

import { coverDemand } from "../../keeper/exit/cover-demand.ts";
import { decideExit } from "../../keeper/exit/decide.ts";
import type { ExitCandidate, ExitSnapshot } from "../../keeper/exit/read.ts";
import { eth, keyOf, operator } from "./samples.ts";

const candidate = (n: number, ether: number, changes: Partial<ExitCandidate> = {}): ExitCandidate => ({
  pubkey: keyOf(n),
  operatorId: 1,
  index: n,
  status: "active",
  depositedGwei: eth(ether),
  exitRequestedAt: 0,
  balanceGwei: eth(ether),
  effectiveBalanceGwei: eth(ether),
  requestsFromEpoch: 10,
  leaving: false,
  pendingPartialGwei: 0n,
  ...changes,
});
const snapshot = (changes: Partial<ExitSnapshot>): ExitSnapshot => ({
  now: 100_000,
  epoch: 100,
  demandGwei: 0n,
  minPartialGwei: eth(1),
  exitRetrySeconds: 1_000,
  requestFeeWei: 1n,
  operators: [operator(1), operator(2)],
  candidates: [],
  ...changes,
});
const decide = (changes: Partial<ExitSnapshot>) => decideExit(snapshot(changes), { maxRequestFeeWei: 100n });
const sent = (changes: Partial<ExitSnapshot>) =>
  decide(changes).intents.map((intent) =>
    intent.kind === "exit"
      ? { exit: intent.indices, because: intent.because }
      : { partial: intent.indices, ether: intent.amountsGwei.map((amount) => Number(amount) / 1e9) },
  );
const codes = (changes: Partial<ExitSnapshot>) => decide(changes).reasons.map(({ code }) => code);

describe("the decision to exit", () => {
  it("does nothing without demand", () => {
    expect(sent({ candidates: [candidate(1, 100)] })).to.be.empty;
    expect(codes({ candidates: [candidate(1, 100)] })).to.deep.equal(["NO_DEMAND"]);
  });

  it("takes part of the balance above 32 ETH where that is enough", () => {
    expect(sent({ demandGwei: eth(50), candidates: [candidate(1, 100), candidate(2, 40)] })).to.deep.equal([
      { partial: [1], ether: [50] },
    ]);
    expect(sent({ demandGwei: eth(70), candidates: [candidate(1, 100), candidate(2, 40)] })).to.deep.equal([
      { partial: [1, 2], ether: [68, 2] },
    ]);
  });

  it("exits the smallest validator that closes the gap, and takes the rest from others", () => {
    const candidates = [candidate(1, 100), candidate(2, 40), candidate(3, 32), candidate(4, 64)];
    // 68 + 8 + 0 + 32 = 108 can be had in parts; exiting validator 3 brings the missing 2.
    expect(sent({ demandGwei: eth(110), candidates })).to.deep.equal([
      { exit: [3], because: "demand" },
      { partial: [1, 4], ether: [68, 10] },
    ]);
  });

  it("exits the largest when none closes the gap alone", () => {
    const candidates = [candidate(1, 32), candidate(2, 40), candidate(3, 33)];
    expect(sent({ demandGwei: eth(105), candidates })).to.deep.equal([{ exit: [2, 3, 1], because: "demand" }]);
  });

  it("never exits what gives 32 ETH more than is needed: the contract refuses it", () => {
    // Penalties have left too little above 32 ETH for a partial withdrawal of what is asked.
    const candidates = [candidate(1, 2016, { balanceGwei: eth(100), effectiveBalanceGwei: eth(100) })];
    expect(sent({ demandGwei: eth(70), candidates })).to.deep.equal([{ partial: [1], ether: [68] }]);
    expect(codes({ demandGwei: eth(70), candidates })).to.deep.equal(["NOT_ENOUGH_EXITABLE"]);
  });

  it("asks nobody for both, and never below the least partial", () => {
    expect(sent({ demandGwei: eth(1) / 2n, candidates: [candidate(1, 100)] })).to.be.empty;
    expect(codes({ demandGwei: eth(1) / 2n, candidates: [candidate(1, 100)] })).to.deep.equal(["NOT_ENOUGH_EXITABLE"]);
  });

  const unusable: [string, Partial<ExitCandidate>][] = [
    ["leaves already", { leaving: true }],
    ["is too young for the chain to act on it", { requestsFromEpoch: 101 }],
    ["was asked to exit a short time ago", { status: "exiting", exitRequestedAt: 99_001 }],
  ];
  for (const [why, changes] of unusable)
    it(`leaves out a validator that ${why}`, () => {
      const candidates = [candidate(1, 32, changes)];
      expect(sent({ demandGwei: eth(32), candidates })).to.be.empty;
      expect(codes({ demandGwei: eth(32), candidates })).to.deep.equal(["NOT_ENOUGH_EXITABLE"]);
    });

  it("asks again for an exit that was ignored, before it asks anybody else", () => {
    const ignored = candidate(2, 32, { status: "exiting", exitRequestedAt: 99_000 });
    expect(sent({ demandGwei: eth(20), candidates: [candidate(1, 32), ignored] })).to.deep.equal([
      { exit: [2], because: "demand" },
    ]);
  });

  it("takes no partial from a validator that is to exit, and no exit from one with a waiting partial", () => {
    const ignored = candidate(1, 100, { status: "exiting", exitRequestedAt: 1 });
    expect(sent({ demandGwei: eth(10), candidates: [ignored] })).to.be.empty;
    const waiting = candidate(2, 40, { pendingPartialGwei: eth(8) });
    expect(sent({ demandGwei: eth(40), candidates: [waiting] })).to.be.empty;
  });

  it("exits all of a deactivated operator once its deadline has passed, and counts it against the demand", () => {
    const operators = [operator(1), operator(2, { status: "deactivated", exitDeadlinePassed: true })];
    const candidates = [candidate(1, 100), candidate(2, 32, { operatorId: 2 }), candidate(3, 33, { operatorId: 2 })];
    expect(sent({ operators, candidates })).to.deep.equal([{ exit: [2, 3], because: "deactivated" }]);
    expect(sent({ operators, candidates, demandGwei: eth(70) })).to.deep.equal([
      { exit: [2, 3], because: "deactivated" },
      { partial: [1], ether: [5] },
    ]);
  });

  it("sends nothing while a request costs too much", () => {
    const changes = { demandGwei: eth(50), candidates: [candidate(1, 100)], requestFeeWei: 101n };
    expect(sent(changes)).to.be.empty;
    expect(codes(changes)).to.deep.equal(["REQUEST_FEE_HIGH"]);
  });

  it("asks for 16 at the most in one run", () => {
    const candidates = Array.from({ length: 20 }, (_, i) => candidate(i, 32));
    expect(decide({ demandGwei: eth(640), candidates }).intents[0]?.indices).to.have.length(16);
  });
});

describe("covering a demand", () => {
  it("stays within what the contract allows, whatever it sees", () => {
    const arbitrary = fc.record({
      demand: fc.bigInt(0n, eth(3_000)),
      places: fc.array(
        fc.record({
          deposited: fc.integer({ min: 32, max: 2016 }),
          percent: fc.integer({ min: 80, max: 110 }),
          pending: fc.constantFrom(0, 0, 0, 5),
          exiting: fc.boolean(),
        }),
        { maxLength: 8 },
      ),
    });
    fc.assert(
      fc.property(arbitrary, ({ demand, places }) => {
        const candidates = places.map(({ deposited, percent, pending, exiting }, i) => {
          const balanceGwei = (eth(deposited) * BigInt(percent)) / 100n;
          const effectiveBalanceGwei = (balanceGwei / eth(1)) * eth(1);
          const pendingPartialGwei = eth(pending);
          const status = exiting ? ("exiting" as const) : ("active" as const);
          return candidate(i, deposited, { balanceGwei, effectiveBalanceGwei, pendingPartialGwei, status });
        });
        const { exits, partials, shortGwei } = coverDemand(candidates, demand, eth(1), 16);
        let left = demand;
        for (const { depositedGwei, pendingPartialGwei } of exits) {
          expect(left > 0n && depositedGwei < left + eth(32) && pendingPartialGwei === 0n).to.equal(true);
          left = left > depositedGwei ? left - depositedGwei : 0n;
        }
        for (const { candidate: from, amountGwei } of partials) {
          expect(amountGwei >= eth(1) && amountGwei <= left && from.status === "active").to.equal(true);
          expect(from.balanceGwei - from.pendingPartialGwei - amountGwei >= eth(32)).to.equal(true);
          expect(exits).not.to.include(from);
          left -= amountGwei;
        }
        expect(shortGwei).to.equal(left);
      }),
      { numRuns: 500 },
    );
  });
});
