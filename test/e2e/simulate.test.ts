import { expect } from "chai";

import { figuresOf, type Figures } from "../../scripts/simulate/report/figures.ts";
import { simulate } from "../../scripts/simulate/run.ts";

// Three days of `npm run simulate`, with the faults that ask most of the programs. The network is real.
describe("simulation, on a real network", () => {
  let figures: Figures;

  before(async () => {
    const result = await simulate({
      seed: 7,
      days: 3,
      kinds: ["oracle-crash", "keeper-crash", "offline", "bank-run"],
      write: (text) => {
        if (process.env["E2E_VERBOSE"] !== undefined) process.stdout.write(text);
      },
      live: false,
      signal: new AbortController().signal,
    });
    figures = figuresOf(result);
  });

  it("makes every fault that was planned", () => {
    for (const [kind, { planned, made }] of Object.entries(figures.faults)) {
      expect(planned, kind).to.equal(1);
      expect(made, kind).to.equal(1);
    }
  });

  it("holds every invariant after every day", () => {
    expect(figures.invariants).to.have.length.greaterThan(10);
    for (const { id, checks, broken } of figures.invariants) {
      expect(checks, id).to.equal(3);
      expect(broken, id).to.deep.equal([]);
    }
    expect(figures.ok).to.equal(true);
  });

  it("INV-17 sends nothing twice, and goes on after the crashes", () => {
    expect(figures.sentTwice).to.deep.equal([]);
    expect(figures.framesSettled).to.be.at.least(3);
    expect(figures.uptime.programs).to.be.lessThan(1);
    expect(figures.costs.keeper.transactions).to.be.greaterThan(0);
  });

  it("takes the bank run's requests", () => {
    expect(figures.acts["bank-run"]?.done).to.be.at.least(5);
    expect(figures.requests.made).to.be.at.least(5);
  });
});
