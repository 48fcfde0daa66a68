import { expect } from "chai";

import { buildReport } from "../../oracle/decide/build-report.ts";
import { explainReport } from "../../oracle/tell/explain.ts";
import { rootOf, snapshot } from "./support/snapshots.ts";

const { report: base } = buildReport(snapshot());

describe("oracle/tell/explain", () => {
  it("says in words and ETH what changed", () => {
    const before = { ...base, refSlot: 95n, consensusBalanceGwei: 100_000_000_000n, executionReceiptsWei: 10n ** 18n };
    const report = {
      ...base,
      previousRefSlot: 95n,
      consensusBalanceGwei: 99_500_000_000n,
      exitingGwei: 32_000_000_000n,
      executionReceiptsWei: 3n * 10n ** 18n,
      losses: [{ operatorId: 4, amountWei: 5n * 10n ** 17n }],
      breaches: [{ operatorId: 7, period: 2, uptimePpm: 990_000, thresholdPpm: 997_000, missedGweiEpochs: 1n }],
      exits: [rootOf(1), rootOf(2)],
    };
    const text = explainReport(report, before).map((change) => `${change.about}: ${change.text}`);
    expect(text).to.deep.equal([
      "frame: slot 127, built on slot 95",
      "consensus balance: 99.500000 ETH, -0.500000 ETH",
      "of it exiting: 32.000000 ETH",
      "withdrawals received: 0.000000 ETH came from the beacon chain",
      "tips and MEV: 2.000000 ETH came into the rewards vault",
      "operator rewards: 0.000000 shares were divided",
      "loss: operator 4 lost 0.500000 ETH",
      "breach: operator 7 was at 99.00 % in period 2, below 99.70 %",
      "exits: 2 validators have been paid out in full",
    ]);
  });

  it("explains the first report from nothing", () => {
    const [frame, balance] = explainReport({ ...base, consensusBalanceGwei: 5n }, undefined);
    expect(frame?.text).to.equal("slot 127, built on slot 95");
    expect(balance?.text).to.include("+0.000000");
  });
});
