import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";

import { stake } from "../support/pool-steps.ts";
import { actAs, addressOf, same, stage, viem } from "../support/stage.ts";

const MAX = 2n ** 256n - 1n;

describe("EthStake transfer", () => {
  async function prepare() {
    const s = await stage();
    const [alice, bob, carol] = s.accounts.stakers;
    const shares = await stake(s, alice, parseEther("5"));
    const balance = (actor: typeof alice) => s.token.read.balanceOf([addressOf(actor)]);
    return { s, alice, bob, carol, shares, balance };
  }

  it("transfer moves shares", async () => {
    const { s, alice, bob, shares, balance } = await prepare();
    const args = [addressOf(bob), 7n] as const;
    expect((await s.token.simulate.transfer(args, { account: addressOf(alice) })).result).to.equal(true);
    const sent = s.token.write.transfer(args, { account: alice.account });
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [same(addressOf(alice)), same(addressOf(bob)), 7n]);
    expect(await balance(alice)).to.equal(shares - 7n);
    expect(await balance(bob)).to.equal(7n);
    expect(await s.token.read.totalSupply()).to.equal(shares + parseEther("1"));
  });

  it("transfer to oneself changes nothing", async () => {
    const { s, alice, shares, balance } = await prepare();
    await s.token.write.transfer([addressOf(alice), shares], { account: alice.account });
    expect(await balance(alice)).to.equal(shares);
  });

  it("transfer reverts above the balance", async () => {
    const { s, alice, bob, shares } = await prepare();
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.transfer([addressOf(bob), shares + 1n], { account: alice.account }),
      s.token,
      "ERC20InsufficientBalance",
      [same(addressOf(alice)), shares, shares + 1n],
    );
  });

  it("INV-05 transfer reverts to nobody, to the token and to the pool, which would lose the shares", async () => {
    const { s, alice, bob } = await prepare();
    await s.token.write.approve([addressOf(bob), 1n], { account: alice.account });
    for (const to of [zeroAddress, s.token.address, s.pool.address]) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.token.write.transfer([to, 1n], { account: alice.account }),
        s.token,
        "ERC20InvalidReceiver",
        [same(to)],
      );
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.token.write.transferFrom([addressOf(alice), to, 1n], { account: bob.account }),
        s.token,
        "ERC20InvalidReceiver",
        [same(to)],
      );
    }
  });

  it("transferFrom spends the allowance exactly", async () => {
    const { s, alice, bob, carol, shares, balance } = await prepare();
    await s.token.write.approve([addressOf(bob), 10n], { account: alice.account });
    const args = [addressOf(alice), addressOf(carol), 7n] as const;
    expect((await s.token.simulate.transferFrom(args, { account: addressOf(bob) })).result).to.equal(true);
    const sent = s.token.write.transferFrom(args, { account: bob.account });
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [same(addressOf(alice)), same(addressOf(carol)), 7n]);
    expect(await balance(alice)).to.equal(shares - 7n);
    expect(await balance(carol)).to.equal(7n);
    expect(await s.token.read.allowance([addressOf(alice), addressOf(bob)])).to.equal(3n);
  });

  it("transferFrom leaves an unlimited allowance alone", async () => {
    const { s, alice, bob } = await prepare();
    await s.token.write.approve([addressOf(bob), MAX], { account: alice.account });
    await s.token.write.transferFrom([addressOf(alice), addressOf(bob), 7n], { account: bob.account });
    expect(await s.token.read.allowance([addressOf(alice), addressOf(bob)])).to.equal(MAX);
  });

  it("transferFrom reverts above the allowance, above the balance, and for the owner itself", async () => {
    const { s, alice, bob, shares } = await prepare();
    await s.token.write.approve([addressOf(bob), 10n], { account: alice.account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.transferFrom([addressOf(alice), addressOf(bob), 11n], { account: bob.account }),
      s.token,
      "ERC20InsufficientAllowance",
      [same(addressOf(bob)), 10n, 11n],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.transferFrom([addressOf(alice), addressOf(bob), 11n], { account: alice.account }),
      s.token,
      "ERC20InsufficientAllowance",
      [same(addressOf(alice)), 0n, 11n],
    );
    await s.token.write.approve([addressOf(bob), shares + 1n], { account: alice.account });
    await viem.assertions.revertWithCustomError(
      s.token.write.transferFrom([addressOf(alice), addressOf(bob), shares + 1n], { account: bob.account }),
      s.token,
      "ERC20InsufficientBalance",
    );
  });

  it("INV-05 the locked shares never move", async () => {
    const { s, bob } = await prepare();
    for (const caller of [addressOf(bob), await actAs(s.pool.address), ...Object.values(s.as)])
      await viem.assertions.revertWithCustomError(
        s.token.write.transferFrom([s.token.address, addressOf(bob), 1n], { account: caller }),
        s.token,
        "ERC20InsufficientAllowance",
      );
    expect(await s.token.read.balanceOf([s.token.address])).to.equal(parseEther("1"));
  });
});
