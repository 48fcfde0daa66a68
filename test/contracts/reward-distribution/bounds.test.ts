import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { startProtocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, settle, type ReportChanges } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const POOLED_WEI = parseEther("220");
const YEAR = 365n * 24n * 3600n;
const FRAME_SECONDS = 768n;

async function withActive() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  const refused = async (
    changes: ReportChanges,
    error: "GrowthImplausible" | "LossImplausible",
    args: [bigint, bigint],
  ) =>
    viem.assertions.revertWithCustomErrorWithArgs(
      sendReport(p, await nextReport(p, changes)),
      p.distribution,
      error,
      args,
    );
  return { p, refused };
}

/** What may be earned in so many frames, by the yearly bound. */
const mostWei = (frames: bigint, bps = 1_000_000n) => (POOLED_WEI * bps * FRAME_SECONDS * frames) / (10_000n * YEAR);

describe("RewardDistribution, bounds", () => {
  it("INC-18 refuses growth above the yearly bound, to the wei, and scales it by the frames since the last report", async () => {
    for (const frames of [1n, 10n]) {
      const { p, refused } = await networkHelpers.loadFixture(withActive);
      const most = mostWei(frames);
      await networkHelpers.setBalance(p.executionRewardsVault.address, most + 1n);
      await refused({ frames }, "GrowthImplausible", [most + 1n, most]);
      await networkHelpers.setBalance(p.executionRewardsVault.address, most);
      expect((await settle(p, { frames })).settlement.rewardsWei).to.equal(most);
    }
  });

  it("INC-25 bounds what a wrong balance can do: nothing, and everything there is", async () => {
    const { p, refused } = await networkHelpers.loadFixture(withActive);
    await refused({ consensusBalanceGwei: 0n }, "LossImplausible", [parseEther("64"), POOLED_WEI / 20n]);
    const all = 2n ** 64n - 1n;
    await refused({ consensusBalanceGwei: all }, "GrowthImplausible", [
      all * 1_000_000_000n - parseEther("64"),
      mostWei(1n),
    ]);
    expect(await p.pool.read.totalPooledEther()).to.equal(POOLED_WEI);
  });

  it("INC-25 refuses a loss above the bound of one report, to the gwei", async () => {
    const { p, refused } = await networkHelpers.loadFixture(withActive);
    const most = POOLED_WEI / 20n;
    await refused({ rewardsGwei: -11_000_000_001n }, "LossImplausible", [most + 1_000_000_000n, most]);
    const { settlement } = await settle(p, { rewardsGwei: -11_000_000_000n });
    expect(settlement).to.include({ rewardsWei: -most, feeWei: 0n, feeShares: 0n });
  });

  it("INC-25 bounds the sum of named losses in the same way", async () => {
    const { refused } = await networkHelpers.loadFixture(withActive);
    const most = POOLED_WEI / 20n;
    const losses = [
      { operatorId: 1, amountWei: most },
      { operatorId: 2, amountWei: 1n },
    ];
    await refused({ losses }, "LossImplausible", [most + 1n, most]);
    const huge = [{ operatorId: 1, amountWei: 2n ** 128n - 1n }];
    await refused({ losses: huge }, "LossImplausible", [2n ** 128n - 1n, most]);
  });

  it("INC-25 follows the parameters, down to no growth and no loss at all", async () => {
    const { p, refused } = await networkHelpers.loadFixture(withActive);
    await p.distribution.write.setParameters([{ ...p.parameters.distribution, maxYearlyGrowthBps: 0, maxLossBps: 0 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    await refused({ rewardsGwei: 1n }, "GrowthImplausible", [1_000_000_000n, 0n]);
    await refused({ rewardsGwei: -1n }, "LossImplausible", [1_000_000_000n, 0n]);
    await settle(p);
  });
});

for (const [vault, field] of [
  ["withdrawalVault", "withdrawalReceiptsWei"],
  ["executionRewardsVault", "executionReceiptsWei"],
] as const)
  describe(`RewardDistribution, receipts of the ${vault}`, () => {
    it("INC-26 refuses receipts below what was collected or above what the vault has and had", async () => {
      const { p } = await networkHelpers.loadFixture(withActive);
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
      const { p } = await networkHelpers.loadFixture(withActive);
      const { address } = p[vault];
      await networkHelpers.setBalance(address, 900n);
      const report = await nextReport(p);
      await networkHelpers.setBalance(address, 2_000n);
      await sendReport(p, report);
      expect(await p.client.getBalance({ address })).to.equal(1_100n);
      expect(await p[vault].read.collectedWei()).to.equal(900n);
      await settle(p);
      expect(await p[vault].read.collectedWei()).to.equal(2_000n);
    });
  });
