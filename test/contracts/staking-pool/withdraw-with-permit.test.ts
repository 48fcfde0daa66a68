import { expect } from "chai";
import { parseEther, zeroHash } from "viem";

import type { Actor } from "../support/accounts.ts";
import { signPermit } from "../support/permit.ts";
import { stake } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, same, stage, viem, type Stage } from "../support/stage.ts";

describe("StakingPool withdrawWithPermit", () => {
  async function prepare() {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    const shares = await stake(s, alice, parseEther("2"));
    const deadline = BigInt(await networkHelpers.time.latest()) + 1000n;
    return { s, alice, bob, shares, deadline };
  }

  async function permitted(s: Stage, owner: Actor, shares: bigint, deadline: bigint) {
    return signPermit(s, owner, { spender: s.pool.address, shares, deadline });
  }

  it("withdrawWithPermit needs no allowance before", async () => {
    const { s, alice, bob, shares, deadline } = await prepare();
    const { v, r, s: s_ } = await permitted(s, alice, shares, deadline);
    const args = [shares, addressOf(bob), shares, deadline, v, r, s_] as const;
    const { result } = await s.pool.simulate.withdrawWithPermit(args, { account: addressOf(alice) });
    await s.pool.write.withdrawWithPermit(args, { account: alice.account });
    expect(result).to.equal(1n);
    expect((await s.queue.read.getRequest([1n])).shares).to.equal(shares);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(0n);
    expect(await s.token.read.allowance([addressOf(alice), s.pool.address])).to.equal(0n);
    expect(await s.token.read.nonces([addressOf(alice)])).to.equal(1n);
  });

  it("INC-17 withdrawWithPermit works when somebody else sent the permit first", async () => {
    const { s, alice, bob, shares, deadline } = await prepare();
    const { v, r, s: s_ } = await permitted(s, alice, shares, deadline);
    await s.token.write.permit([addressOf(alice), s.pool.address, shares, deadline, v, r, s_], {
      account: bob.account,
    });
    await s.pool.write.withdrawWithPermit([shares, addressOf(alice), 0n, deadline, v, r, s_], {
      account: alice.account,
    });
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(0n);
  });

  it("INC-17 withdrawWithPermit never spends another's allowance", async () => {
    const { s, alice, bob, shares, deadline } = await prepare();
    const { v, r, s: s_ } = await permitted(s, alice, shares, deadline);
    await s.token.write.approve([s.pool.address, shares], { account: alice.account });
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.withdrawWithPermit([shares, addressOf(bob), 0n, deadline, v, r, s_], { account: bob.account }),
      s.token,
      "ERC20InsufficientAllowance",
      [same(s.pool.address), 0n, shares],
    );
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(shares);
  });

  it("INC-17 withdrawWithPermit reverts on a bad or expired permit without an allowance", async () => {
    const { s, alice, shares, deadline } = await prepare();
    const good = await permitted(s, alice, shares, deadline);
    const expired = BigInt(await networkHelpers.time.latest());
    const late = await permitted(s, alice, shares, expired);
    for (const args of [
      [shares, addressOf(alice), 0n, deadline, good.v, zeroHash, good.s],
      [shares, addressOf(alice), 0n, deadline + 1n, good.v, good.r, good.s],
      [shares - 1n, addressOf(alice), 0n, deadline, good.v, good.r, good.s],
      [shares, addressOf(alice), 0n, expired, late.v, late.r, late.s],
    ] as const)
      await viem.assertions.revertWithCustomError(
        s.pool.write.withdrawWithPermit(args, { account: alice.account }),
        s.token,
        "ERC20InsufficientAllowance",
      );
  });

  it("INC-16 withdrawWithPermit reverts below minEther", async () => {
    const { s, alice, shares, deadline } = await prepare();
    const { v, r, s: s_ } = await permitted(s, alice, shares, deadline);
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.withdrawWithPermit([shares, addressOf(alice), shares + 1n, deadline, v, r, s_], {
        account: alice.account,
      }),
      s.pool,
      "EtherBelowMinimum",
      [shares, shares + 1n],
    );
  });
});
