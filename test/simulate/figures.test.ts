import { expect } from "chai";

import { keeper } from "../../scripts/simulate/people.ts";
import { makePlan } from "../../scripts/simulate/plan/plan.ts";
import { figuresOf } from "../../scripts/simulate/report/figures.ts";
import { picturesOf } from "../../scripts/simulate/report/pictures.ts";
import { reportText } from "../../scripts/simulate/report/text.ts";
import type { DayRecord } from "../../scripts/simulate/ledger/day.ts";
import type { SimulationResult } from "../../scripts/simulate/run.ts";

const GAS = 2_000_000n;

function dayOf(day: number, held = true): DayRecord {
  return {
    ...{ day, slot: day * 40, refSlot: day * 40 - 1, settledFrames: day, rateRay: 10n ** 27n + BigInt(day) },
    ...{ pooledGwei: 100n, bufferedGwei: 1n, queuedGwei: 0n, validators: 4, baseFeeWei: 1n },
    ...{ blocks: 0.5, programsUp: 1, nodesUp: 1, epochsSinceFinal: 2 },
    invariants: [{ id: "INV-01", what: "every wei", held, detail: "lost one" }],
  };
}

function runOf(change: Partial<SimulationResult> = {}): SimulationResult {
  const call = { operation: "Pool.act", hash: "0x00", from: keeper.address, input: "0x01", gasUsed: GAS } as const;
  return {
    ...{ seed: 1, exitQueueDays: 0, plan: makePlan({ seed: 1, days: 3 }), stopped: false, failed: false, notes: [] },
    faults: new Map([["offline", { made: 1, passedOver: 0 }]]),
    outcomes: new Map([["stake", { done: 2, refused: new Map([["BUSY", 1]]) }]]),
    days: [dayOf(1), dayOf(2)],
    queue: [
      { requestId: 1n, amountWei: 1n, requestedDay: 1, expectedDay: 2, claimableDay: 3 },
      { requestId: 2n, amountWei: 1n, requestedDay: 1, expectedDay: undefined, claimableDay: 9 },
      { requestId: 3n, amountWei: 1n, requestedDay: 1, expectedDay: 2, claimableDay: undefined },
    ],
    calls: [{ ...call, success: true, blockNumber: 1n }],
    ...{ reviewed: [], restarts: new Map() },
    usage: { seconds: 1, slots: 80, peakBytes: 0, peakBytesByProcess: {} },
    ...change,
  };
}

describe("simulation, report", () => {
  it("adds up requests, and what was told of them", () => {
    const { requests } = figuresOf(runOf());
    expect(requests).to.deep.include({ made: 3, finished: 2, daysLeast: 2, daysMost: 8, withinSevenDays: 1 });
    expect(requests).to.deep.include({ predicted: 1, meanErrorDays: 1, meanAbsoluteErrorDays: 1 });
  });

  it("tells what a day costs at each price of gas", () => {
    const { keeper: cost } = figuresOf(runOf()).costs;
    expect(cost.gasPerDay).to.equal(1_000_000);
    expect(cost.etherPerDay).to.deep.equal({ "1": 0.001, "5": 0.005, "30": 0.03 });
  });

  it("is not content with a broken invariant, a failure, or what was sent twice", () => {
    expect(figuresOf(runOf()).ok).to.equal(true);
    const broken = figuresOf(runOf({ days: [dayOf(1), dayOf(2, false)] }));
    expect(broken.ok).to.equal(false);
    expect(broken.invariants[0]?.broken).to.deep.equal([{ day: 2, detail: "lost one" }]);
    expect(figuresOf(runOf({ failed: true })).ok).to.equal(false);
    const [once] = runOf().calls;
    expect(figuresOf(runOf({ calls: [once!, once!] })).ok).to.equal(false);
    expect(figuresOf(runOf({ days: [] })).ok).to.equal(false);
  });

  it("writes all of it, with faults that were planned and not made", () => {
    const text = reportText(figuresOf(runOf()));
    expect(text).to.include("| offline | 1 | 1 | 0 |").and.to.include("| slashing | 1 | 0 | 0 |");
    expect(text).to.include("| stake | 2 | 1 BUSY |").and.to.include("Nothing is wrong.");
    for (const [name, picture] of Object.entries(picturesOf(runOf()))) {
      expect(picture, name).to.match(/^<svg [\s\S]*<\/svg>\n$/);
      expect(picture, name).not.to.match(/NaN|undefined/);
    }
  });
});
