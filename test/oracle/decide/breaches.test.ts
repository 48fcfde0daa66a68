import { expect } from "chai";

import { breachesOf, exactEpochs, judgePeriod, neededEpochs } from "../../../oracle/decide/breaches.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { FOREIGN_CREDENTIALS, OUR_CREDENTIALS } from "../support/deposits.ts";
import { epochResults, eth, GRID, operatorEpoch, ourValidator, record, snapshot } from "../support/snapshots.ts";

describe("oracle/decide/breaches", () => {
  describe("judgePeriod", () => {
    it("finds who stayed below 99.7 % and counts what is missing beyond the allowance", () => {
      const epochs = epochResults(0, 999, (epoch) => [
        operatorEpoch(1, 32, epoch < 4 ? 0 : 32),
        operatorEpoch(2, 32, epoch < 3 ? 0 : 32),
      ]);
      // Operator 1 missed 4 of 1000 duties of 32 ETH, where 3 are allowed; operator 2 exactly its 3.
      expect(judgePeriod(7, epochs)).to.deep.equal([
        { operatorId: 1, period: 7, uptimePpm: 996_000, thresholdPpm: 997_000, missedGweiEpochs: eth(32) },
      ]);
    });

    it("weighs by effective balance", () => {
      const epochs = epochResults(0, 99, (epoch) => [
        // A validator of 2016 ETH that always attests beside one of 32 ETH that never does.
        operatorEpoch(1, 2048, 2016),
        operatorEpoch(2, 64, epoch === 0 ? 32 : 64),
      ]);
      expect(judgePeriod(0, epochs)).to.deep.equal([
        {
          operatorId: 1,
          period: 0,
          uptimePpm: 984_375,
          thresholdPpm: 997_000,
          // 100 epochs: 0.997 * 204800 - 201600 = 2585.6 ETH.
          missedGweiEpochs: eth(2585.6),
        },
        { operatorId: 2, period: 0, uptimePpm: 995_000, thresholdPpm: 997_000, missedGweiEpochs: eth(12.8) },
      ]);
    });

    it("leaves out epochs in which the whole network was below 95 % (INC-39)", () => {
      const epochs = epochResults(0, 99, (epoch) => [operatorEpoch(1, 32, epoch >= 50 ? 0 : 32)]);
      const incident = epochs.map((result) =>
        result.epoch < 50 ? result : { ...result, network: { assignedGwei: eth(100), attestedGwei: eth(94.999) } },
      );
      expect(judgePeriod(0, epochs)).to.have.length(1);
      expect(judgePeriod(0, incident)).to.deep.equal([]);
      const justAbove = incident.map((result) =>
        result.epoch < 50 ? result : { ...result, network: { assignedGwei: eth(100), attestedGwei: eth(95) } },
      );
      expect(judgePeriod(0, justAbove)).to.have.length(1);
    });

    it("asks for no more than the network does, less 0.3 percent (INC-39)", () => {
      const network = { assignedGwei: eth(1000), attestedGwei: eth(970) };
      const at = (attested: number) =>
        judgePeriod(
          0,
          epochResults(0, 9, () => [operatorEpoch(1, 1000, attested)]).map((result) => ({ ...result, network })),
        );
      expect(at(967)).to.deep.equal([]);
      expect(at(966.999)).to.deep.equal([
        { operatorId: 1, period: 0, uptimePpm: 966_999, thresholdPpm: 967_000, missedGweiEpochs: eth(0.01) },
      ]);
    });

    it("judges nobody without duties", () => {
      expect(
        judgePeriod(
          0,
          epochResults(0, 9, () => [operatorEpoch(1, 0, 0)]),
        ),
      ).to.deep.equal([]);
      expect(judgePeriod(0, [])).to.deep.equal([]);
    });
  });

  it("judges a period with the report in which it ends, and by its own epochs alone", () => {
    const validators = [ourValidator(1)];
    // Offline in epoch 6, which belongs to period 0, and in epoch 15, which belongs to period 2.
    const epochs = epochResults(0, 20, (epoch) => [operatorEpoch(1, 32, epoch === 6 || epoch === 15 ? 0 : 32)]);
    expect(breachesOf(snapshot({ validators, epochs }))).to.deep.equal([]);
    const offline = epochResults(0, 20, (epoch) => [operatorEpoch(1, 32, epoch === 7 || epoch === 14 ? 0 : 32)]);
    expect(breachesOf(snapshot({ validators, epochs: offline }))).to.deep.equal([
      // 6 of 8 duties; 0.997 * 8 - 6 = 1.976 duties of 32 ETH.
      { operatorId: 1, period: 1, uptimePpm: 750_000, thresholdPpm: 997_000, missedGweiEpochs: eth(63.232) },
    ]);
  });

  it("brings the periods of skipped frames with the next report, by period, then operator", () => {
    const epochs = epochResults(0, 22, () => [operatorEpoch(9, 32, 0), operatorEpoch(4, 32, 0)]);
    const given = snapshot({ refSlot: 191, validators: [ourValidator(1)], epochs });
    const breaches = breachesOf({ ...given, previous: { ...given.previous, refSlot: 31 } });
    expect(breaches.map(({ period, operatorId }) => [period, operatorId])).to.deep.equal([
      [0, 4],
      [0, 9],
      [1, 4],
      [1, 9],
      [2, 4],
      [2, 9],
    ]);
  });

  describe("the epochs that a report needs", () => {
    it("are those of the window and its periods in which one of ours was active", () => {
      const ours = record({ activationEpoch: 9, exitEpoch: 13 });
      const theirs = record({ withdrawalCredentials: FOREIGN_CREDENTIALS });
      expect(neededEpochs(GRID, 95, 127, [ours, theirs], OUR_CREDENTIALS)).to.deep.equal([9, 10, 11, 12]);
      expect(neededEpochs(GRID, 95, 127, [theirs], OUR_CREDENTIALS)).to.deep.equal([]);
      expect(neededEpochs(GRID, 63, 95, [record()], OUR_CREDENTIALS)).to.deep.equal([7, 8, 9, 10]);
    });

    it("must all be there: a frame with a gap is not reported", () => {
      const epochs = epochResults(0, 14).filter(({ epoch }) => epoch !== 12);
      let thrown: unknown;
      try {
        exactEpochs(snapshot({ validators: [ourValidator(1)], epochs }));
      } catch (error) {
        thrown = error;
      }
      expect(hasCode(thrown, "EPOCH_MISSING")).to.equal(true);
    });

    it("are all that counts: leftovers in a store change nothing", () => {
      const validators = [ourValidator(1, { record: record({ activationEpoch: 10 }) })];
      const epochs = epochResults(0, 30).reverse();
      expect(exactEpochs(snapshot({ validators, epochs })).map(({ epoch }) => epoch)).to.deep.equal([
        10, 11, 12, 13, 14,
      ]);
    });
  });
});
