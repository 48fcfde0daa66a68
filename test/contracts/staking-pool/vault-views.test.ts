import { expect } from "chai";
import fc from "fast-check";
import { getAddress, parseEther, zeroAddress } from "viem";

import { PAUSE } from "../support/pause-flags.ts";
import { setRate, stake, totalsOf } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, same, stage, viem } from "../support/stage.ts";

// https://eips.ethereum.org/EIPS/eip-7535 and https://eips.ethereum.org/EIPS/eip-7575
describe("StakingPool as an ERC-7535 vault", () => {
  it("asset is ether, share is the token, totalAssets is the pool", async () => {
    const s = await stage();
    expect(await s.pool.read.asset()).to.equal(getAddress("0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE"));
    expect(await s.pool.read.share()).to.satisfy(same(s.token.address));
    await stake(s, s.accounts.stakers[0], parseEther("9"));
    expect(await s.pool.read.totalAssets()).to.equal(await s.pool.read.totalPooledEther());
  });

  it("deposit mints what previewDeposit said, to the share, and tells of it as the standard does", async () => {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    await setRate(s, 1_234_567n, 1_000_000n);
    const assets = parseEther("3") + 1n;
    const shares = await s.pool.read.previewDeposit([assets]);
    const given = { account: alice.account.address, value: assets };
    expect((await s.pool.simulate.deposit([assets, addressOf(bob)], given)).result).to.equal(shares);
    const sent = s.pool.write.deposit([assets, addressOf(bob)], given);
    const args = [same(addressOf(alice)), same(addressOf(bob)), assets, shares] as const;
    await viem.assertions.emitWithArgs(sent, s.pool, "Deposit", [...args]);
    await viem.assertions.emitWithArgs(sent, s.pool, "Staked", [...args]);
    expect(await s.token.read.balanceOf([addressOf(bob)])).to.equal(shares);
  });

  it("INC-13 deposit takes the ether that is sent, and reverts when the argument says another amount", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    for (const assets of [0n, 6n, 8n, 2n ** 256n - 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.deposit([assets, addressOf(alice)], { account: alice.account, value: 7n }),
        s.pool,
        "ValueMismatch",
        [7n, assets],
      );
  });

  it("INC-12 previewMint asks for enough, and for less than one share too much", async () => {
    const s = await stage();
    for (const numerator of [1_000_000_007n, 1_300_000_021n]) {
      await setRate(s, numerator, 1_000_000_000n);
      await fc.assert(
        fc.asyncProperty(fc.bigInt(0n, parseEther("1000")), async (shares) => {
          const assets = await s.pool.read.previewMint([shares]);
          expect((await s.pool.read.convertToShares([assets])) >= shares).to.equal(true);
          if (assets > 0n) expect((await s.pool.read.convertToShares([assets - 1n])) < shares).to.equal(true);
        }),
        { numRuns: 20 },
      );
    }
  });

  it("maxDeposit is what is left below the ceiling, and zero whenever a stake would revert", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const max = (receiver = addressOf(alice)) => s.pool.read.maxDeposit([receiver]);
    const { pooledWei } = await totalsOf(s);
    expect(await max()).to.equal((await s.pool.read.stakeCeilingWei()) - pooledWei);
    for (const refused of [zeroAddress, s.pool.address, s.coverFund.address, s.queue.address])
      expect(await max(refused)).to.equal(0n);

    const limits = { ...s.parameters.pool, stakeCapWei: parseEther("3") };
    await s.pool.write.setLimits([limits], { account: s.accounts.roles.PARAMETERS.account });
    expect(await max()).to.equal(parseEther("2"));
    await s.pool.write.deposit([parseEther("2"), addressOf(alice)], { account: alice.account, value: parseEther("2") });
    expect(await max()).to.equal(0n);
    await s.pool.write.setLimits([{ ...limits, stakeCapWei: 0n }], { account: s.accounts.roles.PARAMETERS.account });
    expect(await max()).to.equal(0n);
  });

  it("maxDeposit is zero while staking is paused and once the rate is stale", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const max = () => s.pool.read.maxDeposit([addressOf(alice)]);
    await s.pool.write.pause([PAUSE.stake, 100], { account: s.accounts.roles.GUARDIAN.account });
    expect(await max()).to.equal(0n);
    await networkHelpers.time.increase(100);
    expect((await max()) > 0n).to.equal(true);
    await networkHelpers.time.increaseTo((await s.pool.read.staleAfter()) + 1n);
    expect(await max()).to.equal(0n);
  });

  it("promises no withdrawal at once", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, parseEther("9"));
    expect(await s.pool.read.maxWithdraw([addressOf(alice)])).to.equal(0n);
    expect(await s.pool.read.maxRedeem([addressOf(alice)])).to.equal(0n);
  });

  it("pausedUntil answers zero for what is no single flag", async () => {
    const s = await stage();
    await s.pool.write.pause([15, 1000], { account: s.accounts.roles.GUARDIAN.account });
    for (const flag of [0, 3, 12, 15, 32, 64, 128, 255]) expect(await s.pool.read.pausedUntil([flag])).to.equal(0);
  });
});
