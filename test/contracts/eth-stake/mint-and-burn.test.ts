import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";

import { stake, withdraw } from "../support/pool-steps.ts";
import { actAs, addressOf, same, stage, viem } from "../support/stage.ts";

describe("EthStake mint and burn", () => {
  async function prepare() {
    const s = await stage();
    return { s, alice: s.accounts.stakers[0], pool: await actAs(s.pool.address) };
  }

  it("mint gives shares", async () => {
    const { s, alice, pool } = await prepare();
    const sent = s.token.write.mint([addressOf(alice), 7n], { account: pool });
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [zeroAddress, same(addressOf(alice)), 7n]);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(7n);
  });

  it("burnFrom destroys shares that their holder allowed the pool to take, and spends the allowance", async () => {
    const { s, alice, pool } = await prepare();
    const shares = await stake(s, alice, parseEther("1"));
    await s.token.write.approve([s.pool.address, 7n], { account: alice.account });
    const sent = s.token.write.burnFrom([addressOf(alice), 5n], { account: pool });
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [same(addressOf(alice)), zeroAddress, 5n]);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(shares - 5n);
    expect(await s.token.read.allowance([addressOf(alice), s.pool.address])).to.equal(2n);
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.burnFrom([addressOf(alice), 3n], { account: pool }),
      s.token,
      "ERC20InsufficientAllowance",
      [same(s.pool.address), 2n, 3n],
    );
  });

  it("burnFrom reverts above the balance, and without an allowance", async () => {
    const { s, alice, pool } = await prepare();
    const shares = await stake(s, alice, parseEther("1"));
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.burnFrom([addressOf(alice), 1n], { account: pool }),
      s.token,
      "ERC20InsufficientAllowance",
      [same(s.pool.address), 0n, 1n],
    );
    await s.token.write.approve([s.pool.address, 2n ** 256n - 1n], { account: alice.account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.burnFrom([addressOf(alice), shares + 1n], { account: pool }),
      s.token,
      "ERC20InsufficientBalance",
      [same(addressOf(alice)), shares, shares + 1n],
    );
  });

  it("INV-05 INC-42 the pool cannot burn the locked shares, nor anything that nobody gave", async () => {
    const { s, alice, pool } = await prepare();
    await stake(s, alice, parseEther("1"));
    for (const holder of [s.token.address, addressOf(alice)])
      await viem.assertions.revertWithCustomError(
        s.token.write.burnFrom([holder, 1n], { account: pool }),
        s.token,
        "ERC20InsufficientAllowance",
      );
  });

  it("INC-11 INC-42 INV-13 mint and burnFrom revert for everybody but the pool", async () => {
    const { s, alice } = await prepare();
    const { roles, deployer, stranger } = s.accounts;
    const people = [alice, deployer, stranger, ...Object.values(roles)].map(addressOf);
    for (const caller of [...people, ...Object.values(s.as), await actAs(s.queue.address)]) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.token.write.mint([caller, 1n], { account: caller }),
        s.token,
        "NotPool",
        [same(caller)],
      );
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.token.write.burnFrom([addressOf(alice), 0n], { account: caller }),
        s.token,
        "NotPool",
        [same(caller)],
      );
    }
  });

  it("INV-05 totalSupply is what somebody holds: all shares but the queued ones", async () => {
    const { s, alice } = await prepare();
    const [, bob] = s.accounts.stakers;
    await stake(s, alice, parseEther("3"));
    await stake(s, bob, parseEther("2"));
    await withdraw(s, alice, parseEther("1"));
    await s.token.write.transfer([addressOf(bob), parseEther("0.5")], { account: alice.account });
    const holders = [addressOf(alice), addressOf(bob), s.token.address];
    const balances = await Promise.all(holders.map((holder) => s.token.read.balanceOf([holder])));
    expect(balances).to.deep.equal([parseEther("1.5"), parseEther("2.5"), parseEther("1")]);
    expect(await s.token.read.totalSupply()).to.equal(parseEther("5"));
    expect(await s.pool.read.totalShares()).to.equal(parseEther("6"));
  });
});
