import { expect } from "chai";
import fc from "fast-check";

import { rewardsTotal } from "../../../chain/report/rewards-tree.ts";
import { divideRewards } from "../../../oracle/decide/rewards.ts";
import { epochResults, operatorEpoch } from "../support/snapshots.ts";

describe("oracle/decide/rewards", () => {
  it("divides new shares by what attested, summed over the window", () => {
    const window = epochResults(0, 3, (epoch) => [
      operatorEpoch(2, 32, epoch === 0 ? 0 : 32),
      operatorEpoch(1, 32, 32),
    ]);
    expect(divideRewards([], 700n, window)).to.deep.equal([
      { operatorId: 1, cumulativeShares: 400n },
      { operatorId: 2, cumulativeShares: 300n },
    ]);
  });

  it("adds to what was divided before, and divides a remainder again", () => {
    const window = epochResults(0, 0, () => [
      operatorEpoch(1, 32, 32),
      operatorEpoch(2, 32, 32),
      operatorEpoch(3, 32, 32),
    ]);
    const first = divideRewards([], 100n, window);
    expect(rewardsTotal(first)).to.equal(99n);
    expect(rewardsTotal(divideRewards(first, 100n, window))).to.equal(99n);
    expect(divideRewards(first, 102n, window)).to.deep.equal(
      [1, 2, 3].map((operatorId) => ({ operatorId, cumulativeShares: 34n })),
    );
  });

  it("keeps what is left when nobody attested, and gives it later", () => {
    const previous = [{ operatorId: 1, cumulativeShares: 5n }];
    expect(divideRewards(previous, 50n, [])).to.deep.equal(previous);
    const idle = epochResults(0, 3, () => [operatorEpoch(2, 32, 0)]);
    expect(divideRewards(previous, 50n, idle)).to.deep.equal(previous);
    const later = epochResults(4, 4, () => [operatorEpoch(2, 32, 32)]);
    expect(divideRewards(previous, 50n, later)).to.deep.equal([...previous, { operatorId: 2, cumulativeShares: 45n }]);
  });

  it("keeps the leaf of an operator that has left", () => {
    const previous = [{ operatorId: 9, cumulativeShares: 5n }];
    const window = epochResults(0, 0, () => [operatorEpoch(1, 32, 32)]);
    expect(divideRewards(previous, 6n, window)).to.deep.equal([{ operatorId: 1, cumulativeShares: 1n }, ...previous]);
  });

  it("never divides more than was minted, and never takes back", () => {
    const leaf = fc.record({ operatorId: fc.integer({ min: 1, max: 9 }), cumulativeShares: fc.bigInt(1n, 10n ** 24n) });
    const leaves = fc.uniqueArray(leaf, { selector: ({ operatorId }) => operatorId, maxLength: 9 });
    const duty = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 2048 }));
    fc.assert(
      fc.property(leaves, fc.bigInt(0n, 10n ** 24n), fc.array(duty, { maxLength: 30 }), (previous, minted, duties) => {
        const total = rewardsTotal(previous) + minted;
        const window = epochResults(0, duties.length - 1, (epoch) => {
          const [operatorId, attested] = duties[epoch] ?? [1, 0];
          return [operatorEpoch(operatorId, 2048, attested)];
        });
        const next = divideRewards(previous, total, window);
        expect(rewardsTotal(next) <= total).to.equal(true);
        // What rounding leaves is less than one share an operator.
        if (duties.some(([, attested]) => attested > 0)) expect(total - rewardsTotal(next) < 9n).to.equal(true);
        for (const { operatorId, cumulativeShares } of previous)
          expect(
            (next.find((item) => item.operatorId === operatorId)?.cumulativeShares ?? 0n) >= cumulativeShares,
          ).to.equal(true);
        expect(next.map(({ operatorId }) => operatorId)).to.deep.equal(
          [...new Set(next.map(({ operatorId }) => operatorId))].sort((a, b) => a - b),
        );
      }),
    );
  });
});
