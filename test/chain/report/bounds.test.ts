import { expect } from "chai";
import { parseEther, zeroHash } from "viem";

import { brokenBounds, settlementRewardsWei, type SettlementView } from "../../../chain/report/bounds.ts";
import type { Report } from "../../../chain/report/report.ts";

const GWEI = 10n ** 9n;
const eth = (amount: string) => parseEther(amount);
const view: SettlementView = {
  lastRefSlot: 7_199n,
  lastCutoffTimestamp: 86_000n,
  slotsPerFrame: 7_200n,
  framesPerPeriod: 2n,
  secondsPerSlot: 12n,
  genesisTime: 0n,
  timestamp: 200_000n,
  pooledWei: eth("1000"),
  consensusGwei: 960n * GWEI,
  depositsGwei: 32n * GWEI,
  withdrawalVault: { collectedWei: eth("5"), balanceWei: eth("1") },
  executionVault: { collectedWei: eth("2"), balanceWei: eth("1") },
  pendingTotalShares: 10n,
  cumulativeFeeShares: 20n,
  maxYearlyGrowthBps: 1_000n,
  maxLossBps: 100n,
};
const report: Report = {
  refSlot: 14_399n,
  previousRefSlot: 7_199n,
  cutoffTimestamp: 172_700n,
  cutoffBlockHash: zeroHash,
  blockRoot: zeroHash,
  consensusBalanceGwei: 992n * GWEI,
  exitingGwei: 0n,
  withdrawalReceiptsWei: eth("5.1"),
  executionReceiptsWei: eth("2.1"),
  rewardsRoot: zeroHash,
  rewardsTotalShares: 15n,
  losses: [],
  breaches: [],
  exits: [],
};
const breach = { operatorId: 1, uptimePpm: 1, thresholdPpm: 2, missedGweiEpochs: 1n };
const names = (changes: Partial<Report>, viewChanges: Partial<SettlementView> = {}) =>
  brokenBounds({ ...report, ...changes }, { ...view, ...viewChanges }).map(({ errorName }) => errorName);

describe("chain/report/bounds", () => {
  it("lets a plausible report through, and counts its rewards as the contract does", () => {
    expect(names({})).to.deep.equal([]);
    expect(settlementRewardsWei(report, view)).to.equal(eth("0.2"));
  });

  it("INC-25 names each bound that is broken, and lets its very edge through", () => {
    // 10 % of 1000 ETH a year is 0.2739... ETH in a frame of a day.
    const maxGrowthWei = (eth("1000") * 1_000n * 86_400n) / (10_000n * 365n * 86_400n);
    const atEdge = { executionReceiptsWei: eth("2") + maxGrowthWei - eth("0.1") };
    expect(names(atEdge)).to.deep.equal([]);
    expect(names({ executionReceiptsWei: atEdge.executionReceiptsWei + 1n })).to.deep.equal(["GrowthImplausible"]);
    expect(names({ consensusBalanceGwei: 981n * GWEI + (GWEI * 8n) / 10n })).to.deep.equal([]);
    expect(names({ consensusBalanceGwei: 981n * GWEI + (GWEI * 8n) / 10n - 1n })).to.deep.equal(["LossImplausible"]);
    expect(names({ losses: [{ operatorId: 1, amountWei: eth("10") + 1n }] })).to.deep.equal(["LossImplausible"]);
    expect(names({ withdrawalReceiptsWei: eth("6") + 1n })).to.include("ReceiptsImplausible");
    expect(names({ executionReceiptsWei: eth("2") - 1n })).to.include("ReceiptsImplausible");
    expect(names({ rewardsTotalShares: 21n })).to.deep.equal(["RewardsImplausible"]);
    expect(names({ rewardsTotalShares: 9n })).to.deep.equal(["RewardsImplausible"]);
  });

  it("names what is out of order", () => {
    expect(names({ refSlot: 14_398n })).to.include("OffGrid");
    expect(names({}, { lastRefSlot: 14_399n })).to.include.members(["FrameSettled", "BuiltOnOther"]);
    expect(names({}, { timestamp: 14_400n * 12n - 1n })).to.deep.equal(["FrameNotOver"]);
    expect(names({}, { timestamp: 14_400n * 12n })).to.deep.equal([]);
    expect(names({ cutoffTimestamp: 85_999n })).to.deep.equal(["CutoffOutOfOrder"]);
    expect(names({ cutoffTimestamp: 14_399n * 12n + 1n })).to.deep.equal(["CutoffOutOfOrder"]);
    expect(names({ breaches: [{ ...breach, period: 0 }] })).to.deep.equal([]);
    expect(names({ breaches: [{ ...breach, period: 1 }] })).to.deep.equal(["PeriodNotOver"]);
    const loss = { operatorId: 2, amountWei: 1n };
    expect(names({ losses: [loss, loss] })).to.deep.equal(["LossesOutOfOrder"]);
  });
});
