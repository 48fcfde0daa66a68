import { expect } from "chai";
import { parseEther, zeroHash } from "viem";

import { brokenBounds, reviewReason, settlementRewardsWei, type SettlementView } from "../../../chain/report/bounds.ts";
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
  maxLossBps: 100n,
  reviewUntil: 0n,
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
  thefts: [],
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
    expect(names({ withdrawalReceiptsWei: eth("6") })).to.deep.equal([]);
    expect(names({ withdrawalReceiptsWei: eth("6") + 1n })).to.deep.equal(["ReceiptsImplausible"]);
    expect(names({ withdrawalReceiptsWei: eth("5") })).to.deep.equal([]);
    expect(names({ withdrawalReceiptsWei: eth("5") - 1n })).to.deep.equal(["ReceiptsImplausible"]);
    expect(names({ executionReceiptsWei: eth("3") })).to.deep.equal([]);
    expect(names({ executionReceiptsWei: eth("3") + 1n })).to.deep.equal(["ReceiptsImplausible"]);
    expect(names({ executionReceiptsWei: eth("2") - 1n })).to.deep.equal(["ReceiptsImplausible"]);
    expect(names({ rewardsTotalShares: 20n })).to.deep.equal([]);
    expect(names({ rewardsTotalShares: 21n })).to.deep.equal(["RewardsImplausible"]);
    expect(names({ rewardsTotalShares: 10n })).to.deep.equal([]);
    expect(names({ rewardsTotalShares: 9n })).to.deep.equal(["RewardsImplausible"]);
  });

  it("INC-25 refuses neither growth nor loss: a surplus is deferred, and a great loss is reviewed", () => {
    const loss = { consensusBalanceGwei: 981n * GWEI + (GWEI * 8n) / 10n };
    const greater = { consensusBalanceGwei: loss.consensusBalanceGwei - 1n };
    for (const changes of [loss, greater, { consensusBalanceGwei: 5_000n * GWEI }])
      expect(names(changes)).to.deep.equal([]);
    const why = (changes: Partial<Report>) => reviewReason({ ...report, ...changes }, view);
    expect(why({})).to.equal(undefined);
    expect(why({ consensusBalanceGwei: 5_000n * GWEI })).to.equal(undefined);
    expect(why(loss)).to.equal(undefined);
    expect(why(greater)).to.equal("a loss of 10.000000001 ETH is above 10 ETH");
    // Named losses count in all, or the loss of the pool if that is more; never both.
    const half = { operatorId: 1, amountWei: eth("5") };
    expect(why({ ...loss, losses: [half, half] })).to.equal(undefined);
    expect(why({ losses: [half, { operatorId: 2, amountWei: eth("5") + 1n }] })).to.include("is above 10 ETH");
  });

  it("says that nothing is settled while a report waits for review", () => {
    expect(names({}, { reviewUntil: view.timestamp + 1n })).to.deep.equal(["ReviewNotOver"]);
    expect(names({}, { reviewUntil: view.timestamp })).to.deep.equal([]);
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
    const theft = (slot: bigint) => ({ thefts: [{ operatorId: 1, slot, amountWei: 1n }] });
    for (const slot of [7_200n, 14_399n]) expect(names(theft(slot))).to.deep.equal([]);
    for (const slot of [7_199n, 14_400n]) expect(names(theft(slot))).to.deep.equal(["TheftOutOfWindow"]);
    const loss = { operatorId: 2, amountWei: 1n };
    expect(names({ losses: [loss, loss] })).to.deep.equal(["LossesOutOfOrder"]);
  });
});
