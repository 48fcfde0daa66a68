import { expect } from "chai";
import { parseEther, parseGwei, zeroAddress } from "viem";

import { deployEther, rebase, rebaseOf, reward, setRate, stake, totalsOf } from "../support/pool-steps.ts";
import { networkHelpers, same, stage, viem } from "../support/stage.ts";

const WEI_PER_GWEI = parseGwei("1");

describe("StakingPool distributeRewards", () => {
  async function prepare() {
    const s = await stage();
    await stake(s, s.accounts.stakers[0], parseEther("99"));
    await deployEther(s, parseEther("64") / WEI_PER_GWEI);
    await networkHelpers.setBalance(s.withdrawalVault.address, parseEther("10"));
    await networkHelpers.setBalance(s.executionRewardsVault.address, parseEther("3"));
    return s;
  }

  it("distributeRewards collects the vaults, mints the fee and moves the rate in one write", async () => {
    const s = await prepare();
    const before = await totalsOf(s);
    const feeWei = parseEther("0.1");
    const given = await rebaseOf(s, {
      consensusGwei: parseEther("56") / WEI_PER_GWEI,
      withdrawalsWei: parseEther("9"),
      executionRewardsWei: parseEther("2"),
      feeWei,
    });
    const pooledWei = parseEther("103");
    const feeShares = (feeWei * parseEther("100")) / (pooledWei - feeWei);

    const { result } = await s.pool.simulate.distributeRewards([given], { account: s.as.distribution });
    const sent = s.pool.write.distributeRewards([given], { account: s.as.distribution });
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [
      zeroAddress,
      same(s.distribution.address),
      feeShares,
    ]);
    await viem.assertions.balancesHaveChanged(sent, [
      { address: s.pool.address, amount: parseEther("11") },
      { address: s.withdrawalVault.address, amount: -parseEther("9") },
      { address: s.executionRewardsVault.address, amount: -parseEther("2") },
    ]);

    expect(result).to.deep.equal({
      feeShares,
      sweptWei: 0n,
      finalizedShares: 0n,
      finalizedWei: 0n,
      pooledWei,
      totalShares: parseEther("100") + feeShares,
    });
    expect(await totalsOf(s)).to.deep.equal({
      ...before,
      pooledWei,
      bufferedWei: parseEther("47"),
      consensusGwei: given.consensusGwei,
      balanceWei: parseEther("47"),
      totalShares: parseEther("100") + feeShares,
      circulatingShares: parseEther("100") + feeShares,
      supply: parseEther("100") + feeShares,
    });
    expect(await s.token.read.balanceOf([s.distribution.address])).to.equal(feeShares);
  });

  it("INV-10 fee shares are worth the fee at the new rate, rounded down", async () => {
    const s = await prepare();
    for (const [numerator, feeWei] of [
      [1_000_003n, 12_345_678_901_234_567n],
      [1_700_001n, 1n],
      [900_001n, 999_999_999_999n],
    ] as const) {
      await setRate(s, numerator, 1_000_000n);
      const before = await s.token.read.balanceOf([s.distribution.address]);
      await rebase(s, { feeWei });
      const feeShares = (await s.token.read.balanceOf([s.distribution.address])) - before;
      const { pooledWei, totalShares } = await totalsOf(s);
      expect(feeShares * pooledWei <= feeWei * totalShares).to.equal(true);
      expect((feeShares + 1n) * (pooledWei - feeWei) > feeWei * (totalShares - feeShares)).to.equal(true);
    }
  });

  it("distributeRewards mints nothing and collects nothing when nothing is told", async () => {
    const s = await prepare();
    const before = await totalsOf(s);
    const sent = await rebase(s);
    const { logs } = await s.client.getTransactionReceipt({ hash: sent });
    expect(logs).to.deep.equal([]);
    expect(await totalsOf(s)).to.deep.equal(before);
  });

  it("distributeRewards takes a loss", async () => {
    const s = await prepare();
    await reward(s, -parseEther("4") / WEI_PER_GWEI);
    expect(await s.pool.read.totalPooledEther()).to.equal(parseEther("96"));
    expect(await s.pool.read.ethPerShare()).to.equal(parseEther("0.96"));
  });

  it("distributeRewards reverts when a vault holds less than it is asked for", async () => {
    const s = await prepare();
    for (const given of [{ withdrawalsWei: parseEther("10") + 1n }, { executionRewardsWei: parseEther("3") + 1n }])
      await viem.assertions.revert(rebase(s, given));
  });

  it("distributeRewards reverts on more settled deposits than there were", async () => {
    const s = await prepare();
    await viem.assertions.revert(rebase(s, { settledDepositsGwei: (await s.pool.read.depositedGwei()) + 1n }));
  });
});
