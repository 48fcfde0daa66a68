import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, parseEventLogs, type Hex } from "viem";

import { startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { collectedOf, nextReport, sendReport, settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 10n ** 9n;
const POOLED_WEI = parseEther("220");
const YEAR = 365n * 24n * 3600n;
const FRAME_SECONDS = 768n;

async function withActive() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  return p;
}

/** What may be earned in so many frames, by the yearly bound. */
const mostWei = (frames: bigint, bps = 1_000_000n) => (POOLED_WEI * bps * FRAME_SECONDS * frames) / (10_000n * YEAR);

describe("RewardDistribution, growth bound", () => {
  it("INC-18 books growth up to the yearly bound, to the wei, and scales it by the frames since the last report", async () => {
    for (const frames of [1n, 10n])
      for (const above of [0n, 1n, 10n ** 9n]) {
        const p = await networkHelpers.loadFixture(withActive);
        const most = mostWei(frames);
        await networkHelpers.setBalance(p.executionRewardsVault.address, most + above);
        const { settlement, hash } = await settle(p, { frames });
        expect(settlement).to.include({ rewardsWei: most, executionRewardsWei: most });
        expect(await p.client.getBalance({ address: p.executionRewardsVault.address })).to.equal(above);
        const deferred = await deferralsOf(p, hash);
        expect(deferred).to.deep.equal(
          above === 0n ? [] : [{ consensusGwei: 0n, executionRewardsWei: above, withdrawalsWei: 0n }],
        );
      }
  });

  it("INC-04 defers a gift to a validator, and books it over later reports, every wei of it and none twice", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const giftGwei = 5_000_000_000n;
    const truthGwei = 64_000_000_000n + giftGwei;
    let bookedWei = 0n;
    for (let frame = 0; frame < 20 && bookedWei < giftGwei * GWEI; frame++) {
      const pooled = await p.pool.read.totalPooledEther();
      const most = (pooled * 1_000_000n * FRAME_SECONDS) / (10_000n * YEAR);
      const { settlement, hash } = await settle(p, { consensusBalanceGwei: truthGwei });
      const [deferred] = await deferralsOf(p, hash);
      expect(settlement.consensusGwei + (deferred?.consensusGwei ?? 0n)).to.equal(truthGwei);
      // Booked in whole Gwei, so less than one below the bound.
      if (deferred !== undefined) expect(most - settlement.rewardsWei < GWEI).to.equal(true);
      expect(settlement.rewardsWei <= most).to.equal(true);
      expect(await p.pool.read.totalPooledEther()).to.equal(pooled + settlement.rewardsWei);
      bookedWei += settlement.rewardsWei;
    }
    expect(bookedWei).to.equal(giftGwei * GWEI);
    expect(await p.pool.read.consensusGwei()).to.equal(truthGwei);
    expect((await settle(p, { consensusBalanceGwei: truthGwei })).settlement.rewardsWei).to.equal(0n);
  });

  it("INC-04 defers tips first, then balance, and withdrawals last, which requests wait for", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const most = mostWei(1n);
    // An exit of 32 ETH is no reward, and comes in whole beside a gift and tips.
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("32"));
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("1"));
    const { settlement, hash } = await settle(p, { consensusBalanceGwei: 32_000_000_000n + 7_000_000_000n });
    const surplus = parseEther("8") - most;
    const restGwei = (surplus - parseEther("1") + GWEI - 1n) / GWEI;
    expect(await deferralsOf(p, hash)).to.deep.equal([
      { consensusGwei: restGwei, executionRewardsWei: parseEther("1"), withdrawalsWei: 0n },
    ]);
    expect(settlement).to.include({
      withdrawalsWei: parseEther("32"),
      executionRewardsWei: 0n,
      consensusGwei: 39_000_000_000n - restGwei,
    });
    expect(await collectedOf(p, "executionRewardsVault")).to.equal(0n);
  });

  it("INC-04 leaves withdrawals in their vault when nothing else is left to defer", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const most = mostWei(1n);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("80"));
    const { settlement, hash } = await settle(p, { consensusBalanceGwei: 0n });
    expect(await deferralsOf(p, hash)).to.deep.equal([
      { consensusGwei: 0n, executionRewardsWei: 0n, withdrawalsWei: parseEther("16") - most },
    ]);
    expect(settlement).to.include({ rewardsWei: most, withdrawalsWei: parseEther("64") + most });
    expect(await p.client.getBalance({ address: p.withdrawalVault.address })).to.equal(parseEther("16") - most);
  });

  it("INC-25 a balance that is wrong by everything there is lifts the rate by the bound of a frame", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const { settlement } = await settle(p, { consensusBalanceGwei: 2n ** 64n - 1n });
    expect(settlement.rewardsWei <= mostWei(1n)).to.equal(true);
    expect(await p.pool.read.totalPooledEther()).to.equal(POOLED_WEI + settlement.rewardsWei);
  });

  it("takes a loss of the next window out of what was deferred", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    await settle(p, { consensusBalanceGwei: 69_000_000_000n });
    const { consensusGwei } = (await settle(p, { consensusBalanceGwei: 69_000_000_000n })).settlement;
    const { settlement } = await settle(p, { consensusBalanceGwei: consensusGwei - 1n });
    expect(settlement.rewardsWei).to.equal(-GWEI);
  });

  it("INC-25 follows the parameter, down to no growth at all", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    await p.distribution.write.setParameters([{ ...p.parameters.distribution, maxYearlyGrowthBps: 0 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    expect((await settle(p, { rewardsGwei: 1n })).settlement).to.include({ rewardsWei: 0n, feeWei: 0n });
  });

  /** What reports put off. */
  async function deferralsOf(p: Protocol, hash: Hex) {
    const { logs } = await p.client.waitForTransactionReceipt({ hash });
    return parseEventLogs({ abi: p.distribution.abi, eventName: "SurplusDeferred", logs }).map(
      ({ args }) => args.deferred,
    );
  }
});

for (const [vault, field] of [
  ["withdrawalVault", "withdrawalReceiptsWei"],
  ["executionRewardsVault", "executionReceiptsWei"],
] as const)
  describe(`RewardDistribution, receipts of the ${vault}`, () => {
    it("INC-26 refuses receipts below what was collected or above what the vault has and had", async () => {
      const p = await networkHelpers.loadFixture(withActive);
      const { address } = p[vault];
      await networkHelpers.setBalance(address, 900n);
      await settle(p);
      await networkHelpers.setBalance(address, 50n);
      const report = await nextReport(p);
      expect(report[field]).to.equal(950n);
      for (const receiptsWei of [899n, 0n, 951n, 2n ** 128n - 1n])
        await viem.assertions.revertWithCustomErrorWithArgs(
          sendReport(p, { ...report, [field]: receiptsWei }),
          p.distribution,
          "ReceiptsImplausible",
          [(got: string) => got.toLowerCase() === address.toLowerCase(), receiptsWei, 900n, 950n],
        );
    });

    it("INC-20 leaves in the vault what came after the cut-off", async () => {
      const p = await networkHelpers.loadFixture(withActive);
      const { address } = p[vault];
      await networkHelpers.setBalance(address, 900n);
      const report = await nextReport(p);
      await networkHelpers.setBalance(address, 2_000n);
      await sendReport(p, report);
      expect(await p.client.getBalance({ address })).to.equal(1_100n);
      expect(await collectedOf(p, vault)).to.equal(900n);
      await settle(p);
      expect(await collectedOf(p, vault)).to.equal(2_000n);
    });
  });
