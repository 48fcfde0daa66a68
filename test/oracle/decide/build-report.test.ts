import { expect } from "chai";
import { zeroHash } from "viem";

import { encodeReport } from "../../../chain/report/encoding.ts";
import { buildReport } from "../../../oracle/decide/build-report.ts";
import { checkReport } from "../../../oracle/decide/check-report.ts";
import type { Snapshot } from "../../../oracle/decide/snapshot.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { FOREIGN_CREDENTIALS, pendingDeposit } from "../support/deposits.ts";
import { epochResults, eth, operatorEpoch, ourValidator, record, rootOf, snapshot } from "../support/snapshots.ts";

/** Something of everything: three operators, a front-run, an exit, pending deposits, a breach, fees. */
function busySnapshot(): Snapshot {
  const inWindow = [{ blockNumber: 100, amountGwei: eth(1) }];
  return snapshot({
    cumulativeFeeShares: 10n ** 18n,
    withdrawalReceiptsWei: 5n * 10n ** 18n,
    executionReceiptsWei: 7n,
    validators: [
      ourValidator(1, { operatorId: 3, pendingDeposits: [pendingDeposit({ key: 1, amountGwei: eth(31) })] }),
      ourValidator(2, { operatorId: 1, record: record({ balanceGwei: 0n, exitEpoch: 9, withdrawableEpoch: 12 }) }),
      ourValidator(3, {
        operatorId: 2,
        deposits: inWindow,
        record: record({ withdrawalCredentials: FOREIGN_CREDENTIALS }),
      }),
      ourValidator(4, {
        operatorId: 2,
        record: undefined,
        deposits: inWindow,
        pendingDeposits: [pendingDeposit({ key: 4 })],
      }),
      ourValidator(5, { operatorId: 1, record: record({ balanceGwei: 0n, exitEpoch: 9, withdrawableEpoch: 12 }) }),
      ourValidator(6, {
        operatorId: 1,
        deposits: inWindow,
        record: record({ withdrawalCredentials: FOREIGN_CREDENTIALS }),
      }),
    ],
    epochs: epochResults(0, 14, () => [operatorEpoch(1, 32, 32), operatorEpoch(2, 64, 32), operatorEpoch(3, 32, 0)]),
  });
}

describe("oracle/decide/build-report", () => {
  it("reports a pool that has nothing yet", () => {
    const { report, leaves } = buildReport(snapshot({ epochs: [] }));
    expect(leaves).to.deep.equal([]);
    expect(report).to.deep.equal({
      refSlot: 127n,
      previousRefSlot: 95n,
      cutoffTimestamp: 11_524n,
      cutoffBlockHash: rootOf(1002),
      blockRoot: rootOf(1001),
      consensusBalanceGwei: 0n,
      exitingGwei: 0n,
      withdrawalReceiptsWei: 0n,
      executionReceiptsWei: 0n,
      rewardsRoot: zeroHash,
      rewardsTotalShares: 0n,
      losses: [],
      breaches: [],
      thefts: [],
      exits: [],
    });
    checkReport(report, snapshot({ epochs: [] }));
  });

  it("puts every part into its field", () => {
    const { report, leaves } = buildReport(busySnapshot());
    expect(report.consensusBalanceGwei).to.equal(eth(32 + 31 + 1));
    expect(report.losses).to.deep.equal([
      { operatorId: 1, amountWei: 10n ** 18n },
      { operatorId: 2, amountWei: 10n ** 18n },
    ]);
    expect(report.breaches.map(({ operatorId }) => operatorId)).to.deep.equal([2, 3]);
    expect(report.exits).to.deep.equal([rootOf(2), rootOf(5)].sort());
    expect(leaves.map(({ cumulativeShares }) => cumulativeShares)).to.deep.equal([5n * 10n ** 17n, 5n * 10n ** 17n]);
    checkReport(report, busySnapshot());
  });

  it("gives the same bytes in any order of arrival (INV-16, INC-23)", () => {
    const want = encodeReport(buildReport(busySnapshot()).report);
    for (let seed = 1; seed <= 50; seed++) {
      const given = busySnapshot();
      const shuffled = {
        ...given,
        validators: shuffle(given.validators, seed),
        epochs: shuffle([...given.epochs, ...epochResults(50, 60)], seed),
        previous: { ...given.previous, leaves: shuffle(given.previous.leaves, seed) },
      };
      expect(encodeReport(buildReport(shuffled).report), `seed ${seed}`).to.equal(want);
    }
  });

  describe("checkReport", () => {
    it("refuses to sign what the chain would refuse", () => {
      const given = busySnapshot();
      const { report } = buildReport(given);
      const broken: (typeof report)[] = [
        { ...report, refSlot: 126n },
        { ...report, refSlot: 95n },
        { ...report, cutoffTimestamp: 1n },
        { ...report, exitingGwei: report.consensusBalanceGwei + 1n },
        { ...report, rewardsTotalShares: 10n ** 18n + 1n },
        { ...report, losses: [...report.losses].reverse() },
        { ...report, losses: report.losses.slice(0, 1).concat(report.losses.slice(0, 1)) },
        { ...report, exits: [...report.exits].reverse() },
      ];
      for (const [i, bad] of broken.entries()) expect(isRefused(bad, given), `case ${i}`).to.equal(true);
      const richer = { ...given, previous: { ...given.previous, withdrawalReceiptsWei: 6n * 10n ** 18n } };
      expect(isRefused(report, richer)).to.equal(true);
      expect(isRefused(report, { ...given, previous: { ...given.previous, executionReceiptsWei: 8n } })).to.equal(true);
    });
  });
});

function isRefused(...args: Parameters<typeof checkReport>): boolean {
  try {
    checkReport(...args);
    return false;
  } catch (error) {
    return hasCode(error, "REPORT_REFUSED");
  }
}

/** Fisher and Yates with a small generator, so that a failure can be repeated. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items];
  let state = seed;
  for (let i = shuffled.length - 1; i > 0; i--) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const j = state % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled;
}
