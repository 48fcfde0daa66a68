import { expect } from "chai";
import fc from "fast-check";

import { SLOTS_PER_DAY } from "../../scripts/simulate/plan/days.ts";
import { FAULT_KINDS, FAULTS } from "../../scripts/simulate/plan/fault-kinds.ts";
import { ACT_KINDS, makePlan } from "../../scripts/simulate/plan/plan.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 31 });
const lengths = fc.integer({ min: 3, max: 120 });

describe("simulation, plan", () => {
  it("is the same for the same seed and another for another", () => {
    fc.assert(
      fc.property(seeds, lengths, (seed, days) => {
        expect(makePlan({ seed, days })).to.deep.equal(makePlan({ seed, days }));
        expect(makePlan({ seed, days })).to.not.deep.equal(makePlan({ seed: seed + 1, days }));
      }),
      { numRuns: 30 },
    );
  });

  it("makes every kind of fault at least ten times in ninety days", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { faults } = makePlan({ seed, days: 90 });
        for (const kind of FAULT_KINDS)
          expect(faults.filter((fault) => fault.kind === kind).length, kind).to.be.at.least(10);
      }),
    );
  });

  it("makes every kind at least once in a short run, and only those that are asked for", () => {
    fc.assert(
      fc.property(seeds, lengths, fc.subarray(FAULT_KINDS, { minLength: 1 }), (seed, days, kinds) => {
        const { faults } = makePlan({ seed, days, kinds });
        expect([...new Set(faults.map(({ kind }) => kind))]).to.have.members(kinds);
      }),
    );
  });

  it("has everything begin within the run, in order, for as long as its kind lasts", () => {
    fc.assert(
      fc.property(seeds, lengths, (seed, days) => {
        const { acts, faults } = makePlan({ seed, days });
        for (const list of [acts, faults]) {
          expect(list.every(({ slot }) => slot >= 0 && slot < days * SLOTS_PER_DAY)).to.equal(true);
          expect(list.every(({ slot }, i) => i === 0 || (list[i - 1]?.slot ?? 0) <= slot)).to.equal(true);
        }
        for (const { kind, slot, endSlot, who, size } of faults) {
          expect(endSlot - slot).to.be.within(FAULTS[kind].minSlots, FAULTS[kind].maxSlots);
          expect([who, size].every((part) => part >= 0 && part < 1)).to.equal(true);
        }
      }),
    );
  });

  it("never has two faults at once that keep reports from coming, in ninety days", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const grave = makePlan({ seed, days: 90 }).faults.filter(({ kind }) => FAULTS[kind].stopsReports);
        grave.forEach(({ slot }, i) => expect(slot).to.be.at.least(grave[i - 1]?.endSlot ?? 0));
      }),
    );
  });

  it("lets people do everything that they can in ninety days", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const kinds = new Set(makePlan({ seed, days: 90 }).acts.map(({ kind }) => kind));
        // A registration comes six times in a hundred days: one seed in two hundred has none.
        for (const kind of ACT_KINDS.filter((one) => one !== "register" && one !== "ask-bond"))
          expect(kinds.has(kind), kind).to.equal(true);
      }),
    );
  });
});
