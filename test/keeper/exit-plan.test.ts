import { expect } from "chai";
import fc from "fast-check";

import { sweepSlots, withdrawableEpoch, type ExitQueue } from "../../keeper/exit/exit-queue.ts";
import { planExits, type PlanInput } from "../../keeper/exit/plan.ts";
import { eth } from "./samples.ts";

const rules = { churnGwei: eth(256), lookaheadEpochs: 5, withdrawableDelayEpochs: 256 };
const DAY = 86_400;
const NOW = 100 * DAY;

/** The function of the specification, as it stands there, for one amount after the other. */
function specification(state: { earliestExitEpoch: number; balanceToConsume: bigint }, epoch: number, balance: bigint) {
  let earliest = Math.max(state.earliestExitEpoch, epoch + 5);
  let consume = state.earliestExitEpoch < earliest ? eth(256) : state.balanceToConsume;
  if (balance > consume) {
    const additional = (balance - consume - 1n) / eth(256) + 1n;
    earliest += Number(additional);
    consume += additional * eth(256);
  }
  return { earliestExitEpoch: earliest, balanceToConsume: consume - balance };
}

describe("the exit queue of the chain", () => {
  it("books an exit as the specification does", () => {
    const arbitrary = [
      fc.integer({ min: 0, max: 400 }),
      fc.bigInt(0n, eth(256)),
      fc.array(fc.bigInt(1n, eth(2_048)), { minLength: 1, maxLength: 6 }),
    ] as const;
    fc.assert(
      fc.property(...arbitrary, (earliestEpoch, balanceToConsumeGwei, amounts) => {
        const queue: ExitQueue = { earliestEpoch, balanceToConsumeGwei };
        let state = { earliestExitEpoch: earliestEpoch, balanceToConsume: balanceToConsumeGwei };
        for (const amount of amounts) state = specification(state, 200, amount);
        // The last of several is through when their sum is.
        const sum = amounts.reduce((total, amount) => total + amount, 0n);
        expect(withdrawableEpoch(queue, rules, 200, sum)).to.equal(state.earliestExitEpoch + 256);
      }),
    );
  });

  it("sweeps sixteen validators a slot at the least", () => {
    expect([sweepSlots(0), sweepSlots(16), sweepSlots(17)]).to.deep.equal([0, 1, 2]);
  });
});

const input = (changes: Partial<PlanInput> = {}): PlanInput => ({
  now: NOW,
  epoch: 1_000,
  secondsPerEpoch: 384,
  secondsPerSlot: 12,
  demands: [],
  uncoveredGwei: 0n,
  spareGwei: eth(1_000_000),
  skimGwei: 0n,
  queue: { earliestEpoch: 0, balanceToConsumeGwei: 0n },
  rules,
  validatorCount: 16_000,
  reportSeconds: DAY,
  marginSeconds: DAY / 2,
  ...changes,
});
const due = (days: number, ether: number) => ({ gwei: eth(ether), dueAt: NOW + days * DAY });
const CALM = (5 + 256) * 384 + DAY;

describe("the plan of exits", () => {
  it("orders what a request lacks when waiting would make it late, and not before", () => {
    const at = (seconds: number) =>
      planExits(input({ demands: [{ gwei: eth(10), dueAt: NOW + seconds }], uncoveredGwei: eth(10) }));
    expect(at(CALM + DAY / 2)).to.deep.include({ orderGwei: eth(10), waitingGwei: 0n, lateGwei: 0n });
    expect(at(CALM + DAY / 2 + 1)).to.deep.include({ orderGwei: 0n, waitingGwei: eth(10), waitsUntil: NOW + 1 });
  });

  it("counts what is covered for the oldest, and orders only for those that are near", () => {
    const demands = [due(1, 100), due(2, 50), due(6, 70)];
    expect(planExits(input({ demands, uncoveredGwei: eth(90) }))).to.deep.include({
      orderGwei: eth(20),
      waitingGwei: eth(70),
    });
  });

  it("orders earlier when the queue of the chain is long, and says what will be late", () => {
    const demands = [due(6, 70)];
    const weeks = { earliestEpoch: 1_000 + 225 * 14, balanceToConsumeGwei: 0n };
    expect(planExits(input({ demands, uncoveredGwei: eth(70), queue: weeks }))).to.deep.include({
      orderGwei: eth(70),
      lateGwei: eth(70),
    });
  });

  it("adds the time of a sweep where whole validators have to leave", () => {
    const demands = [due(6, 70)];
    const many = { demands, uncoveredGwei: eth(70), validatorCount: 1_000_000 };
    expect(planExits(input(many)).orderGwei).to.equal(0n);
    expect(planExits(input({ ...many, spareGwei: eth(69) })).orderGwei).to.equal(eth(70));
  });

  it("leaves to the sweep what it brings in time", () => {
    const demands = [due(3, 70)];
    const skimmed = {
      demands,
      uncoveredGwei: eth(70),
      skimGwei: eth(30),
      queue: { earliestEpoch: 1_400, balanceToConsumeGwei: 0n },
    };
    expect(planExits(input(skimmed)).orderGwei).to.equal(eth(40));
    expect(planExits(input({ ...skimmed, validatorCount: 1_000_000 })).orderGwei).to.equal(eth(70));
  });

  it("asks for what the contract allows at the most, in time for every request that it can be in time for", () => {
    const arbitrary = fc.record({
      demands: fc.array(
        fc.record({ ether: fc.integer({ min: 1, max: 900 }), hours: fc.integer({ min: 0, max: 200 }) }),
        {
          maxLength: 8,
        },
      ),
      uncovered: fc.bigInt(0n, eth(5_000)),
      spare: fc.bigInt(0n, eth(3_000)),
      skim: fc.bigInt(0n, eth(100)),
      ahead: fc.integer({ min: 0, max: 2_000 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ demands: given, uncovered, spare, skim, ahead }) => {
        const hours = given.map((it) => it.hours).sort((a, b) => a - b);
        const demands = given.map(({ ether }, i) => ({ gwei: eth(ether), dueAt: NOW + (hours[i] ?? 0) * 3_600 }));
        const queue = { earliestEpoch: 1_000 + ahead, balanceToConsumeGwei: 0n };
        const whole = input({ demands, uncoveredGwei: uncovered, spareGwei: spare, skimGwei: skim, queue });
        const plan = planExits(whole);
        const totalGwei = demands.reduce((sum, { gwei }) => sum + gwei, 0n);
        expect(plan.orderGwei >= 0n && plan.orderGwei <= uncovered).to.equal(true);
        // Nothing is both ordered and waited for, and nothing that lacks is forgotten but what the sweep may bring.
        const lackGwei = uncovered < totalGwei ? uncovered : totalGwei;
        expect(plan.orderGwei + plan.waitingGwei + skim >= lackGwei).to.equal(true);
        expect(plan.waitsUntil === undefined || plan.waitsUntil > NOW).to.equal(true);
        // Time alone never lowers an order.
        const later = planExits({
          ...whole,
          now: NOW + 3_600,
          epoch: 1_009,
          queue: { ...queue, earliestEpoch: queue.earliestEpoch + 9 },
        });
        if (skim === 0n) expect(later.orderGwei >= plan.orderGwei).to.equal(true);
        // One that is not asked for can still be asked for in time.
        if (plan.waitsUntil !== undefined)
          expect(plan.waitsUntil + (plan.arrivesAt - NOW)).to.be.at.most(Math.max(...demands.map((it) => it.dueAt)));
      }),
      { numRuns: 2_000 },
    );
  });
});
