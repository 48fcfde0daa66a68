import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { parseEther } from "viem";

import { startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle, settleFrom } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { networkHelpers } = connection;

async function withActive() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  return p;
}

const feeSharesOf = (p: Protocol) => p.token.read.balanceOf([p.distribution.address]);

describe("RewardDistribution, fees", () => {
  it("INV-10 mints shares worth the fee at the new rate, rounded down, for the operators", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const { settlement } = await settle(p, { rewardsGwei: 100_000_000n });
    expect(settlement.feeWei).to.equal(parseEther("0.005"));
    expect(await feeSharesOf(p)).to.equal(settlement.feeShares);
    expect(await p.distribution.read.cumulativeFeeShares()).to.equal(settlement.feeShares);
    expect(await p.pool.read.convertToAssets([settlement.feeShares])).to.equal(parseEther("0.005") - 1n);
  });

  it("INV-10 never gives more than the fee, nor less by a share, for any reward", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 1n, max: 500_000_000n }),
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        async (gwei, wei) => {
          await networkHelpers.setBalance(p.executionRewardsVault.address, wei);
          const before = await feeSharesOf(p);
          const { settlement } = await settle(p, { rewardsGwei: gwei });
          const { feeShares, feeWei, pooledAfterWei: pooled, sharesAfter: total, rewardsWei } = settlement;
          expect(feeWei).to.equal((rewardsWei * 500n) / 10_000n);
          expect(await feeSharesOf(p)).to.equal(before + feeShares);
          expect(feeShares * pooled <= feeWei * total).to.equal(true);
          // With one share more, and the rate that this would make, it would be above the fee.
          expect((feeShares + 1n) * pooled > feeWei * (total + 1n)).to.equal(true);
        },
      ),
      { numRuns: 20, seed: 7 },
    );
  });

  it("INV-10 takes no fee of a loss, of nothing, and of a bond that is burned", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    for (const rewardsGwei of [0n, -1n, -1_000_000_000n]) {
      const { settlement } = await settle(p, { rewardsGwei });
      expect(settlement).to.include({ feeWei: 0n, feeShares: 0n });
    }
    await p.registry.write.emergencySlash([1], { account: p.accounts.roles.GUARDIAN.account });
    const { maturesAt } = await p.registry.read.getLock([0n]);
    const { settlement } = await settleFrom(p, maturesAt);
    expect(settlement.burnedShares).to.equal(parseEther("20"));
    expect(settlement).to.include({ feeWei: 0n, feeShares: 0n });
    expect(await feeSharesOf(p)).to.equal(0n);
  });

  it("INV-10 takes the fee of what is left when losses and rewards meet in one frame", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.3"));
    const losses = [{ operatorId: 1, amountWei: parseEther("0.2") }];
    const { settlement } = await settle(p, { rewardsGwei: -200_000_000n, losses });
    expect(settlement).to.include({ rewardsWei: parseEther("0.1"), feeWei: parseEther("0.005") });
  });

  it("follows the fee that the administrator set, down to none", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    for (const [operatorFeeBps, fee] of [
      [1_000, "0.01"],
      [0, "0"],
    ] as const) {
      await p.distribution.write.setParameters([{ ...p.parameters.distribution, operatorFeeBps }], {
        account: p.accounts.roles.PARAMETERS.account,
      });
      expect((await settle(p, { rewardsGwei: 100_000_000n })).settlement.feeWei).to.equal(parseEther(fee));
    }
  });
});
