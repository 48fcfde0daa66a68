import { expect } from "chai";
import { parseEther, parseGwei, zeroAddress } from "viem";

import { reward, setRate, stake, totalsOf } from "../support/pool-steps.ts";
import { actAs, addressOf, same, stage, viem } from "../support/stage.ts";

describe("StakingPool stake", () => {
  const amountWei = parseEther("3");

  it("stake mints shares at the rate before it, rounded down", async () => {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    await reward(s, parseGwei("0.7"));
    const before = await totalsOf(s);
    const want = (amountWei * before.totalShares) / before.pooledWei;

    const { result } = await s.pool.simulate.stake([addressOf(bob), want], {
      account: addressOf(alice),
      value: amountWei,
    });
    const sent = s.pool.write.stake([addressOf(bob), want], { account: alice.account, value: amountWei });
    await viem.assertions.emitWithArgs(sent, s.pool, "Staked", [addressOf(alice), addressOf(bob), amountWei, want]);
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [zeroAddress, addressOf(bob), want]);
    await viem.assertions.balancesHaveChanged(sent, [
      { address: addressOf(alice), amount: -amountWei },
      { address: s.pool.address, amount: amountWei },
    ]);

    expect(result).to.equal(want);
    expect(await s.token.read.balanceOf([addressOf(bob)])).to.equal(want);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(0n);
    expect(await totalsOf(s)).to.deep.equal({
      ...before,
      pooledWei: before.pooledWei + amountWei,
      bufferedWei: before.bufferedWei + amountWei,
      balanceWei: before.balanceWei + amountWei,
      totalShares: before.totalShares + want,
      circulatingShares: before.circulatingShares + want,
      supply: before.supply + want,
    });
  });

  it("a plain transfer stakes for its sender", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const sent = alice.sendTransaction({ to: s.pool.address, value: amountWei });
    await viem.assertions.emitWithArgs(sent, s.pool, "Staked", [
      addressOf(alice),
      addressOf(alice),
      amountWei,
      amountWei,
    ]);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(amountWei);
  });

  it("INC-16 stake reverts below minShares when the rate rose after it was signed", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const promised = await s.pool.read.convertToShares([amountWei]);
    await setRate(s, 2n, 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.stake([addressOf(alice), promised], { account: alice.account, value: amountWei }),
      s.pool,
      "SharesBelowMinimum",
      [promised / 2n, promised],
    );
  });

  it("stake reverts without ether, and with ether that buys no share", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await setRate(s, 5n, 1n);
    for (const value of [0n, 4n])
      await viem.assertions.revertWithCustomError(
        s.pool.write.stake([addressOf(alice), 0n], { account: alice.account, value }),
        s.pool,
        "ZeroAmount",
      );
    expect(await stake(s, alice, 5n)).to.equal(1n);
  });

  it("stake reverts for a contract of the protocol and for nobody", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const { pool, token, queue, registry, manager, distribution, withdrawalVault, executionRewardsVault } = s;
    const contracts = [pool, token, queue, registry, manager, distribution, withdrawalVault, executionRewardsVault];
    for (const receiver of [...contracts.map(({ address }) => address), zeroAddress])
      await viem.assertions.revertWithCustomErrorWithArgs(
        pool.write.stake([receiver, 0n], { account: alice.account, value: amountWei }),
        pool,
        "ReceiverNotAllowed",
        [same(receiver)],
      );
  });

  it("a plain transfer of a contract of the protocol reverts", async () => {
    const s = await stage();
    const vault = await actAs(s.executionRewardsVault.address);
    const client = await viem.getWalletClient(vault);
    await viem.assertions.revertWithCustomError(
      client.sendTransaction({ to: s.pool.address, value: amountWei }),
      s.pool,
      "ReceiverNotAllowed",
    );
  });
});
