import { expect } from "chai";
import { parseEther } from "viem";

import { finalize, rebase, stake, totalsOf, waitForEligibility, withdraw } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, stage, viem, type Stage } from "../support/stage.ts";

const FORCED = parseEther("1000");

describe("StakingPool forced ether", () => {
  /** As a self-destructing contract, a block's fee recipient or a withdrawal of the beacon chain can. */
  async function force(s: Stage): Promise<void> {
    const address = s.pool.address;
    await networkHelpers.setBalance(address, (await s.client.getBalance({ address })) + FORCED);
  }

  it("INC-10 ether forced in before the first stake changes neither rate nor shares", async () => {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    await force(s);
    expect(await stake(s, alice, 1_000n)).to.equal(1_000n);
    expect(await stake(s, bob, 2_000n)).to.equal(2_000n);
    expect(await s.pool.read.convertToAssets([1_000n])).to.equal(1_000n);
    expect(await s.pool.read.totalPooledEther()).to.equal(parseEther("1") + 3_000n);
  });

  it("INC-10 ether forced in can be neither deposited nor finalised nor settled", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, parseEther("3"));
    const before = await totalsOf(s);
    await force(s);
    await rebase(s);
    expect(await totalsOf(s)).to.deep.equal({ ...before, balanceWei: before.balanceWei + FORCED });
    expect(await s.pool.read.depositableWei()).to.equal(parseEther("4"));
    await viem.assertions.revertWithCustomError(
      s.pool.write.takeForDeposits([4_000_000_001n], { account: s.as.manager }),
      s.pool,
      "BufferTooSmall",
    );
    await withdraw(s, alice, parseEther("3"));
    await waitForEligibility(s);
    await finalize(s);
    expect(await s.queue.read.claimableWei([1n])).to.equal(parseEther("3"));
    expect((await totalsOf(s)).balanceWei).to.equal(parseEther("1") + FORCED);
  });

  it("INC-10 INC-11 a gift through the vault is shared by all: who gives it loses it", async () => {
    const s = await stage();
    const [attacker, victim] = s.accounts.stakers;
    await stake(s, attacker, parseEther("1"));
    const giftWei = parseEther("100");
    await attacker.sendTransaction({ to: s.executionRewardsVault.address, value: giftWei });
    await rebase(s, { executionRewardsWei: giftWei });
    // The locked shares take half of the gift; the next staker loses less than one share.
    const paidWei = parseEther("7") + 3n;
    await stake(s, victim, paidWei);
    const shares = await s.token.read.balanceOf([addressOf(victim)]);
    const worthWei = await s.pool.read.convertToAssets([shares]);
    const perShareWei = (await s.pool.read.ethPerShare()) / parseEther("1") + 1n;
    expect(paidWei - worthWei <= perShareWei).to.equal(true);
    const attackerWei = await s.pool.read.convertToAssets([parseEther("1")]);
    expect(attackerWei < parseEther("1") + giftWei / 2n + perShareWei).to.equal(true);
  });

  it("INC-11 no transfer of shares, also to the protocol, changes the rate", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, parseEther("3"));
    const before = await totalsOf(s);
    await s.token.write.transfer([s.queue.address, parseEther("1")], { account: alice.account });
    await rebase(s);
    expect(await totalsOf(s)).to.deep.equal(before);
  });
});
