import { expect } from "chai";

import { figuresOf, type Figures } from "../../scripts/simulate/report/figures.ts";
import { playScenario } from "../../scripts/simulate/run.ts";
import type { Scenario } from "../../scripts/simulate/scenarios/scenario.ts";

/** Plays a scenario on a network of its own, and has a test for each of its expectations and for what holds in all of them. */
export function testScenario(scenario: Scenario): void {
  describe(`scenario ${scenario.name}`, () => {
    let figures: Figures;

    before(async () => {
      const result = await playScenario(scenario, {
        write: (text) => {
          if (process.env["E2E_VERBOSE"] !== undefined) process.stdout.write(text);
        },
        live: false,
        signal: new AbortController().signal,
      });
      figures = figuresOf(result);
    });

    for (const { what } of scenario.expectations)
      it(what, () => {
        const found = figures.scenario?.checks.find((check) => check.what === what);
        expect(found?.held, found?.detail).to.equal(true);
      });

    it("holds every invariant after every day, and sends nothing twice", () => {
      expect(figures.days).to.equal(scenario.days);
      expect(figures.invariants).to.have.length.greaterThan(10);
      for (const { id, checks, broken } of figures.invariants) {
        expect(checks, id).to.equal(scenario.days);
        expect(broken, id).to.deep.equal([]);
      }
      expect(figures.sentTwice).to.deep.equal([]);
      expect(figures.ok).to.equal(true);
    });
  });
}
