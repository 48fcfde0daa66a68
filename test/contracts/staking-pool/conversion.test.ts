import { expect } from "chai";
import fc from "fast-check";
import { parseEther, parseGwei } from "viem";

import { deployEther, rebase, setRate, stake, totalsOf, withdraw } from "../support/pool-steps.ts";
import { addressOf, stage, type Stage } from "../support/stage.ts";

const WEI_PER_GWEI = parseGwei("1");

describe("StakingPool conversion", () => {
  /** The highest and lowest rates that a pool of one ether can be brought to. */
  async function extreme(consensusGwei: bigint): Promise<Stage> {
    const s = await stage();
    const greatest = parseEther("130000000");
    const limits = { ...s.parameters.pool, stakeCapWei: greatest, stakeAllowanceWei: greatest };
    await s.pool.write.setLimits([limits], { account: s.accounts.roles.PARAMETERS.account });
    await deployEther(s, parseEther("1") / WEI_PER_GWEI);
    await rebase(s, { consensusGwei });
    return s;
  }

  it("convertToShares, convertToAssets and ethPerShare round down", async () => {
    const s = await stage();
    await setRate(s, 1_234_567_891n, 1_000_000_000n);
    const { pooledWei, totalShares } = await totalsOf(s);
    for (const amount of [0n, 1n, 2n, 3n, parseEther("1") - 1n, parseEther("1"), parseEther("123456.7")]) {
      expect(await s.pool.read.convertToShares([amount])).to.equal((amount * totalShares) / pooledWei);
      expect(await s.pool.read.convertToAssets([amount])).to.equal((amount * pooledWei) / totalShares);
    }
    expect(await s.pool.read.ethPerShare()).to.equal((parseEther("1") * pooledWei) / totalShares);
  });

  it("INC-12 there and back never gains, at rates from 1e-9 to 1e9", async () => {
    for (const consensusGwei of [1n, 1_000n, 999_999_937n, 10n ** 9n, 10n ** 12n + 39n, 10n ** 18n]) {
      const s = await extreme(consensusGwei);
      const { pooledWei, totalShares } = await totalsOf(s);
      await fc.assert(
        fc.asyncProperty(fc.bigInt(0n, parseEther("1000000")), async (amount) => {
          const shares = await s.pool.read.convertToShares([amount]);
          const back = await s.pool.read.convertToAssets([shares]);
          expect(back <= amount).to.equal(true);
          // Less than one share is lost, in ether rounded up, and never more.
          expect(amount - back <= pooledWei / totalShares + 1n).to.equal(true);
          const assets = await s.pool.read.convertToAssets([amount]);
          expect((await s.pool.read.convertToShares([assets])) <= amount).to.equal(true);
        }),
        { numRuns: 25 },
      );
    }
  });

  it("INC-12 INV-03 INV-04 many tiny stakes and requests gain nothing, at rates from 1e-9 to 1e8", async () => {
    for (const consensusGwei of [1n, 999_999_937n, 10n ** 9n, 10n ** 12n + 39n, 10n ** 17n]) {
      const s = await extreme(consensusGwei);
      const [alice] = s.accounts.stakers;
      let paidWei = 0n;
      let before = await totalsOf(s);
      for (let i = 0n; i < 20n; i++) {
        const oneShareWei = before.pooledWei / before.totalShares + 1n;
        const amountWei = oneShareWei * (1n + i * i) + i;
        await stake(s, alice, amountWei);
        paidWei += amountWei;
        const after = await totalsOf(s);
        expect(after.pooledWei * before.totalShares >= before.pooledWei * after.totalShares).to.equal(true);
        before = after;
      }
      const shares = await s.token.read.balanceOf([addressOf(alice)]);
      expect((await s.pool.read.convertToAssets([shares])) <= paidWei).to.equal(true);
    }
  });

  it("INC-12 a request is worth no more than its shares", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const paidWei = parseEther("1") + 12_345n;
    await setRate(s, 1_300_000_021n, 1_000_000_000n);
    const shares = await stake(s, alice, paidWei);
    await withdraw(s, alice, shares);
    const { amountWei } = await s.queue.read.getRequest([1n]);
    expect(amountWei <= paidWei && amountWei >= paidWei - 2n).to.equal(true);
  });
});
