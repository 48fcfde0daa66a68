import { expect } from "chai";
import { getAddress, parseEther, zeroAddress } from "viem";

import { eligibleAtOf, setRate, stake, totalsOf, withdraw } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, same, stage, viem } from "../support/stage.ts";

describe("StakingPool withdraw", () => {
  it("withdraw burns the shares and gives a ticket; the totals stay", async () => {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    const staked = await stake(s, alice, parseEther("10"));
    await setRate(s, 7n, 5n);
    const before = await totalsOf(s);
    const shares = staked / 3n;
    const amountWei = (shares * before.pooledWei) / before.totalShares;
    await s.token.write.approve([s.pool.address, shares], { account: alice.account });

    const args = [shares, addressOf(bob), amountWei] as const;
    const { result } = await s.pool.simulate.withdraw(args, { account: addressOf(alice) });
    const sent = s.pool.write.withdraw(args, { account: alice.account });
    await viem.assertions.emitWithArgs(sent, s.queue, "WithdrawalRequested", [
      same(addressOf(alice)),
      same(addressOf(bob)),
      1n,
      shares,
      amountWei,
      await eligibleAtOf(s, sent),
    ]);
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [same(addressOf(alice)), zeroAddress, shares]);

    expect(result).to.equal(1n);
    expect(getAddress(await s.queue.read.ownerOf([1n]))).to.equal(getAddress(addressOf(bob)));
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(staked - shares);
    expect(await s.token.read.allowance([addressOf(alice), s.pool.address])).to.equal(0n);
    expect(await s.token.read.balanceOf([s.pool.address])).to.equal(0n);
    const request = await s.queue.read.getRequest([1n]);
    expect([request.shares, request.amountWei, request.pendingShares]).to.deep.equal([shares, amountWei, shares]);
    expect(await totalsOf(s)).to.deep.equal({
      ...before,
      circulatingShares: before.circulatingShares - shares,
      supply: before.supply - shares,
      queuedShares: shares,
    });
  });

  it("INC-16 withdraw reverts below minEther when a loss came after it was signed", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const shares = await stake(s, alice, parseEther("10"));
    await setRate(s, 2n, 1n);
    const promised = await s.pool.read.convertToAssets([shares]);
    await setRate(s, 1n, 1n);
    await s.token.write.approve([s.pool.address, shares], { account: alice.account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.withdraw([shares, addressOf(alice), promised], { account: alice.account }),
      s.pool,
      "EtherBelowMinimum",
      [promised / 2n, promised],
    );
  });

  it("withdraw reverts without an allowance, and with one above the balance", async () => {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    const shares = await stake(s, alice, parseEther("1"));
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.withdraw([shares, addressOf(alice), 0n], { account: alice.account }),
      s.token,
      "ERC20InsufficientAllowance",
      [same(s.pool.address), 0n, shares],
    );
    await s.token.write.approve([s.pool.address, shares + 1n], { account: alice.account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.withdraw([shares + 1n, addressOf(alice), 0n], { account: alice.account }),
      s.token,
      "ERC20InsufficientBalance",
      [same(addressOf(alice)), shares, shares + 1n],
    );
    await viem.assertions.revertWithCustomError(
      s.pool.write.withdraw([shares, addressOf(bob), 0n], { account: bob.account }),
      s.token,
      "ERC20InsufficientAllowance",
    );
  });

  it("withdraw reverts for a contract of the protocol and for nobody", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const shares = await stake(s, alice, parseEther("1"));
    await s.token.write.approve([s.pool.address, shares], { account: alice.account });
    const { pool, token, queue, registry, manager, distribution, withdrawalVault, executionRewardsVault } = s;
    const contracts = [pool, token, queue, registry, manager, distribution, withdrawalVault, executionRewardsVault];
    for (const { address } of contracts)
      await viem.assertions.revertWithCustomErrorWithArgs(
        pool.write.withdraw([shares, address, 0n], { account: alice.account }),
        pool,
        "ReceiverNotAllowed",
        [same(address)],
      );
    await viem.assertions.revertWithCustomErrorWithArgs(
      pool.write.withdraw([shares, zeroAddress, 0n], { account: alice.account }),
      queue,
      "ERC721InvalidReceiver",
      [zeroAddress],
    );
  });

  it("withdraw reverts outside of the bounds of a request", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const { minRequestWei, maxRequestWei } = s.parameters.queue;
    await stake(s, alice, maxRequestWei + 1n);
    await s.token.write.approve([s.pool.address, 2n ** 256n - 1n], { account: alice.account });
    for (const shares of [0n, minRequestWei - 1n, maxRequestWei + 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.withdraw([shares, addressOf(alice), 0n], { account: alice.account }),
        s.queue,
        "RequestOutOfBounds",
        [shares, minRequestWei, maxRequestWei],
      );
  });

  it("withdraw works on a stale report: the lesser of two values is paid", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    const shares = await stake(s, alice, parseEther("1"));
    await networkHelpers.time.increaseTo((await s.pool.read.staleAfter()) + 1n);
    expect(await withdraw(s, alice, shares)).to.equal(1n);
  });
});
