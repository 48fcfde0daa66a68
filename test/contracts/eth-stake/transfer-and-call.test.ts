import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";

import { stake } from "../support/pool-steps.ts";
import { addressOf, same, stage, viem } from "../support/stage.ts";

describe("EthStake transferAndCall", () => {
  async function prepare() {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    const shares = await stake(s, alice, parseEther("5"));
    await s.token.write.approve([addressOf(bob), 100n], { account: alice.account });
    return { s, alice, bob, shares, hooks: await viem.deployContract("TokenHooks") };
  }

  it("transferAndCall moves shares and tells the receiver", async () => {
    const { s, alice, hooks } = await prepare();
    const empty = s.token.write.transferAndCall([hooks.address, 7n], { account: alice.account });
    const by = same(addressOf(alice));
    await viem.assertions.emitWithArgs(empty, hooks, "TransferReceived", [by, by, 7n, "0x"]);
    const short = [hooks.address, 8n] as const;
    expect((await s.token.simulate.transferAndCall(short, { account: addressOf(alice) })).result).to.equal(true);
    const args = [...short, "0xc0ffee"] as const;
    expect((await s.token.simulate.transferAndCall(args, { account: addressOf(alice) })).result).to.equal(true);
    const sent = s.token.write.transferAndCall(args, { account: alice.account });
    await viem.assertions.emitWithArgs(sent, hooks, "TransferReceived", [by, by, 8n, "0xc0ffee"]);
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [by, same(hooks.address), 8n]);
    expect(await s.token.read.balanceOf([hooks.address])).to.equal(15n);
  });

  it("transferFromAndCall moves the holder's shares, spends the allowance and tells the receiver who asked", async () => {
    const { s, alice, bob, shares, hooks } = await prepare();
    const [by, of] = [same(addressOf(bob)), same(addressOf(alice))];
    const empty = s.token.write.transferFromAndCall([addressOf(alice), hooks.address, 7n], { account: bob.account });
    await viem.assertions.emitWithArgs(empty, hooks, "TransferReceived", [by, of, 7n, "0x"]);
    const short = [addressOf(alice), hooks.address, 8n] as const;
    expect((await s.token.simulate.transferFromAndCall(short, { account: addressOf(bob) })).result).to.equal(true);
    const args = [...short, "0xc0ffee"] as const;
    expect((await s.token.simulate.transferFromAndCall(args, { account: addressOf(bob) })).result).to.equal(true);
    const sent = s.token.write.transferFromAndCall(args, { account: bob.account });
    await viem.assertions.emitWithArgs(sent, hooks, "TransferReceived", [by, of, 8n, "0xc0ffee"]);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(shares - 15n);
    expect(await s.token.read.allowance([addressOf(alice), addressOf(bob)])).to.equal(85n);
  });

  it("INV-05 both burn what they hand to the pool, which never holds a share", async () => {
    const { s, alice, bob, shares } = await prepare();
    const { minRequestWei } = s.parameters.queue;
    await s.token.write.approve([addressOf(bob), minRequestWei], { account: alice.account });
    const ways = [
      () => s.token.write.transferAndCall([s.pool.address, minRequestWei], { account: alice.account }),
      () =>
        s.token.write.transferFromAndCall([addressOf(alice), s.pool.address, minRequestWei], { account: bob.account }),
    ];
    for (const send of ways) {
      const sent = send();
      await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [
        same(addressOf(alice)),
        zeroAddress,
        minRequestWei,
      ]);
      expect(await s.token.read.balanceOf([s.pool.address])).to.equal(0n);
    }
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(shares - 2n * minRequestWei);
    expect(await s.token.read.allowance([addressOf(alice), addressOf(bob)])).to.equal(0n);
    expect(await s.queue.read.queuedShares()).to.equal(2n * minRequestWei);
    expect(await s.token.read.totalSupply()).to.equal((await s.pool.read.totalShares()) - 2n * minRequestWei);
  });

  it("both revert above the balance and the allowance", async () => {
    const { s, alice, bob, shares, hooks } = await prepare();
    await viem.assertions.revertWithCustomError(
      s.token.write.transferAndCall([hooks.address, shares + 1n], { account: alice.account }),
      s.token,
      "ERC20InsufficientBalance",
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.transferFromAndCall([addressOf(alice), hooks.address, 101n], { account: bob.account }),
      s.token,
      "ERC20InsufficientAllowance",
      [same(addressOf(bob)), 100n, 101n],
    );
  });

  it("both revert when the receiver answers wrongly, or has no code, and pass its reason on", async () => {
    const { s, alice, bob, shares, hooks } = await prepare();
    const both = (to: `0x${string}`) => [
      () => s.token.write.transferAndCall([to, 7n], { account: alice.account }),
      () => s.token.write.transferFromAndCall([addressOf(alice), to, 7n], { account: bob.account }),
    ];
    await hooks.write.setAnswer([true, false]);
    for (const to of [hooks.address, addressOf(bob)])
      for (const send of both(to))
        await viem.assertions.revertWithCustomErrorWithArgs(send(), s.token, "ERC1363InvalidReceiver", [same(to)]);
    await hooks.write.setAnswer([false, true]);
    for (const send of both(hooks.address)) await viem.assertions.revertWithCustomError(send(), hooks, "Unwilling");
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(shares);
  });
});
