import { expect } from "chai";

import {
  assertGrid,
  epochsAhead,
  epochsOf,
  judgedEpochs,
  lastClosedEpoch,
  latestFrameEnd,
  periodEpochs,
  periodsEnded,
  turnOf,
  windowEpochs,
} from "../../../oracle/decide/frames.ts";
import { GRID } from "../support/snapshots.ts";

describe("oracle/decide/frames", () => {
  it("takes the newest frame whose last slot is final", () => {
    expect([0, 30, 31, 32, 62, 63, 64, 127].map((slot) => latestFrameEnd(GRID, slot))).to.deep.equal([
      undefined,
      undefined,
      31,
      31,
      31,
      63,
      63,
      127,
    ]);
  });

  it("counts an epoch as closed when the next one has ended", () => {
    expect([0, 7, 14, 15, 22, 23, 31].map((slot) => lastClosedEpoch(GRID, slot))).to.deep.equal([
      -1, -1, -1, 0, 0, 1, 2,
    ]);
  });

  it("puts every epoch into exactly one window, whichever frames were skipped", () => {
    for (const settled of [
      [31, 63, 95, 127, 159],
      [31, 159],
      [31, 95, 159],
    ]) {
      const windows = settled.map((refSlot, i) => windowEpochs(GRID, settled[i - 1] ?? -1, refSlot));
      expect(windows.flatMap(epochsOf)).to.deep.equal(epochsOf({ first: 0, last: 18 }));
    }
  });

  it("puts every epoch into exactly one SLA period", () => {
    expect([0, 1, 2].map((period) => periodEpochs(GRID, period))).to.deep.equal([
      { first: 0, last: 6 },
      { first: 7, last: 14 },
      { first: 15, last: 22 },
    ]);
  });

  it("judges each period once, with the report in which it ends, also when frames were skipped", () => {
    for (const settled of [[31, 63, 95, 127, 159, 191], [31, 159, 191], [63, 127, 191], [191]]) {
      const judged = settled.map((refSlot, i) => periodsEnded(GRID, settled[i - 1] ?? -1, refSlot));
      expect(judged.flat(), settled.join()).to.deep.equal([0, 1, 2]);
    }
    expect(periodsEnded(GRID, 63, 95)).to.deep.equal([]);
    expect(periodsEnded(GRID, 95, 127)).to.deep.equal([1]);
  });

  it("looks at the epochs of the window and of the periods that ended in it", () => {
    expect(judgedEpochs(GRID, 63, 95)).to.deep.equal([7, 8, 9, 10]);
    expect(judgedEpochs(GRID, 95, 127)).to.deep.equal([7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it("has closed all epochs of a period at its last slot", () => {
    const { last } = periodEpochs(GRID, 1);
    expect(lastClosedEpoch(GRID, 127)).to.equal(last);
  });

  it("gives every member another turn, and another one first in every frame", () => {
    for (const members of [1, 2, 3, 7])
      for (let frame = 0; frame < 2 * members; frame++) {
        const refSlot = (frame + 1) * GRID.slotsPerFrame - 1;
        const turns = Array.from({ length: members }, (_, index) => turnOf(GRID, refSlot, index, members));
        expect([...turns].sort()).to.deep.equal(Array.from({ length: members }, (_, i) => i));
        expect(turns.indexOf(0)).to.equal(frame % members);
      }
  });

  it("refuses frames that do not end with an epoch", () => {
    expect(() => assertGrid(GRID)).not.to.throw();
    for (const slotsPerFrame of [0, 7, 36]) expect(() => assertGrid({ ...GRID, slotsPerFrame })).to.throw();
  });

  it("looks ahead to the epochs of the running window and period, as far as they are final", () => {
    // Frame 3 ends with slot 127 and is settled: period 2 begins with slot 128 and judges from epoch 15 on.
    expect(epochsAhead(GRID, 127, 20, 0)).to.deep.equal([15, 16, 17, 18]);
    expect(epochsAhead(GRID, 127, 20, 17)).to.deep.equal([17, 18]);
    expect(epochsAhead(GRID, 127, 16, 0)).to.deep.equal([]);
    // In the middle of a period, all of it is judged at its end.
    expect(epochsAhead(GRID, 159, 22, 0)).to.deep.equal([15, 16, 17, 18, 19, 20]);
    expect(epochsAhead(GRID, 0, 3, 0)).to.deep.equal([0, 1]);
  });
});
