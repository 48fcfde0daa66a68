import { expect } from "chai";

import { maybeSlashedInWindow, namedLosses } from "../../../oracle/decide/losses.ts";
import { FOREIGN_CREDENTIALS, pendingDeposit } from "../support/deposits.ts";
import { eth, ourValidator, record, snapshot } from "../support/snapshots.ts";

const WEI_PER_GWEI = 10n ** 9n;
const inWindow = [{ blockNumber: 100, amountGwei: eth(1) }];
const lossesOf = (...validators: ReturnType<typeof ourValidator>[]) => namedLosses(snapshot({ validators }));
const foreignRecord = record({ withdrawalCredentials: FOREIGN_CREDENTIALS });

describe("oracle/decide/losses", () => {
  it("names nothing when all is well", () => {
    expect(lossesOf(ourValidator(1, { deposits: inWindow }))).to.deep.equal([]);
    expect(
      lossesOf(
        ourValidator(1, { deposits: inWindow, record: undefined, pendingDeposits: [pendingDeposit({ key: 1 })] }),
      ),
    ).to.deep.equal([]);
  });

  it("names a deposit of the window that went to a foreign validator (INC-01)", () => {
    const frontRun = ourValidator(1, { deposits: inWindow, record: foreignRecord });
    expect(lossesOf(frontRun)).to.deep.equal([{ operatorId: 1, amountWei: eth(1) * WEI_PER_GWEI }]);
  });

  it("names it while both deposits wait, and when ours is gone", () => {
    const foreign = pendingDeposit({ key: 1, withdrawalCredentials: FOREIGN_CREDENTIALS });
    const waiting = ourValidator(1, {
      deposits: inWindow,
      record: undefined,
      pendingDeposits: [foreign, pendingDeposit({ key: 1 })],
    });
    const gone = ourValidator(2, { deposits: inWindow, record: undefined, pendingDeposits: [] });
    expect(lossesOf(waiting)).to.deep.equal([{ operatorId: 1, amountWei: eth(1) * WEI_PER_GWEI }]);
    expect(lossesOf(gone)).to.deep.equal([{ operatorId: 1, amountWei: eth(1) * WEI_PER_GWEI }]);
  });

  it("names it once: only deposits after the last cut-off and up to this one", () => {
    const blocks = [90, 91, 120, 121];
    const losses = blocks.map((blockNumber) =>
      lossesOf(ourValidator(1, { deposits: [{ blockNumber, amountGwei: eth(1) }], record: foreignRecord })),
    );
    expect(losses.map((list) => list.length)).to.deep.equal([0, 1, 1, 0]);
  });

  it("sums by operator, ascending", () => {
    const frontRun = (key: number, operatorId: number, amountGwei: bigint) =>
      ourValidator(key, { operatorId, record: foreignRecord, deposits: [{ blockNumber: 100, amountGwei }] });
    expect(lossesOf(frontRun(1, 30, 5n), frontRun(2, 4, 1n), frontRun(3, 30, 6n))).to.deep.equal([
      { operatorId: 4, amountWei: 1n * WEI_PER_GWEI },
      { operatorId: 30, amountWei: 11n * WEI_PER_GWEI },
    ]);
  });

  describe("of a slashing", () => {
    const before = { record: record({ balanceGwei: eth(32) }), pendingDeposits: [] };
    // Slashed in epoch 14; 65 epochs of attestation penalties as in valuation.test.ts from the previous epoch 11.
    const slashed = record({ slashed: true, exitEpoch: 18, withdrawableEpoch: 78, balanceGwei: eth(31.99) });
    const perEpochGwei = 313_047n + 581_373n;
    const aheadGwei = perEpochGwei * BigInt(78 - 15);
    const mostGwei = eth(32) / 4096n + perEpochGwei * BigInt(78 - 11);

    it("names the fall in value: paid already and still to come", () => {
      const validator = ourValidator(1, { record: { ...slashed, balanceGwei: eth(32) - 9_000_000n }, before });
      expect(lossesOf(validator)).to.deep.equal([
        { operatorId: 1, amountWei: (9_000_000n + aheadGwei) * WEI_PER_GWEI },
      ]);
    });

    it("does not name ether that was paid out to the vault meanwhile", () => {
      const validator = ourValidator(1, {
        record: slashed,
        before: { record: record({ balanceGwei: eth(132) }), pendingDeposits: [] },
      });
      expect(lossesOf(validator)).to.deep.equal([{ operatorId: 1, amountWei: mostGwei * WEI_PER_GWEI }]);
    });

    it("counts deposits of the window as ether that was there before", () => {
      const validator = ourValidator(1, {
        record: slashed,
        before: { record: undefined, pendingDeposits: [] },
        deposits: [{ blockNumber: 100, amountGwei: eth(32) }],
      });
      expect(lossesOf(validator)).to.deep.equal(
        [{ operatorId: 1, amountWei: (eth(32) - eth(31.99) + aheadGwei) * WEI_PER_GWEI }].map(
          ({ operatorId, amountWei }) => ({
            operatorId,
            amountWei: amountWei < mostGwei * WEI_PER_GWEI ? amountWei : mostGwei * WEI_PER_GWEI,
          }),
        ),
      );
    });

    it("names it once: not when it was slashed before, nor when nobody looked because it cannot be new", () => {
      const known = { record: { ...slashed, balanceGwei: eth(32) }, pendingDeposits: [] };
      expect(lossesOf(ourValidator(1, { record: slashed, before: known }))).to.deep.equal([]);
      expect(lossesOf(ourValidator(1, { record: slashed }))).to.deep.equal([]);
    });

    it("names nothing when value rose", () => {
      const validator = ourValidator(1, {
        record: { ...slashed, balanceGwei: eth(40) },
        before: { record: record({ balanceGwei: eth(32) }), pendingDeposits: [] },
      });
      expect(lossesOf(validator)).to.deep.equal([]);
    });

    it("is looked for only where the withdrawable epoch allows it", () => {
      const is = (changes: Parameters<typeof record>[0]) => maybeSlashedInWindow({ record: record(changes) }, 64, 11);
      expect(is({ slashed: true, withdrawableEpoch: 11 + 64 })).to.equal(true);
      expect(is({ slashed: true, withdrawableEpoch: 10 + 64 })).to.equal(false);
      expect(is({ slashed: false, withdrawableEpoch: 500 })).to.equal(false);
      expect(maybeSlashedInWindow({ record: undefined }, 64, 11)).to.equal(false);
    });
  });
});
