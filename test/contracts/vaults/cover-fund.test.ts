import { expect } from "chai";
import { parseEther } from "viem";

import { stake } from "../support/pool-steps.ts";
import { addressOf, same, stage, viem } from "../support/stage.ts";

describe("CoverFund", () => {
  it("holds shares that anyone gives it, and lets the pool alone take them, only to burn", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, parseEther("9"));
    await s.token.write.transfer([s.coverFund.address, parseEther("4")], { account: alice.account });
    expect(await s.coverFund.read.TOKEN()).to.satisfy(same(s.token.address));
    expect(await s.token.read.allowance([s.coverFund.address, s.pool.address])).to.equal(2n ** 256n - 1n);

    const sent = s.pool.write.burnCover([parseEther("1")], { account: s.as.distribution });
    await viem.assertions.emitWithArgs(sent, s.pool, "CoverBurned", [parseEther("1"), parseEther("1")]);
    expect(await s.token.read.balanceOf([s.coverFund.address])).to.equal(parseEther("3"));
    // 10 ETH for 9 shares.
    expect(await s.pool.read.ethPerShare()).to.equal((parseEther("1") * 10n) / 9n);
    await viem.assertions.revertWithCustomError(
      s.pool.write.burnCover([parseEther("3") + 1n], { account: s.as.distribution }),
      s.token,
      "ERC20InsufficientBalance",
    );
  });

  it("is no receiver of stakes or tickets: nobody could claim for it", async () => {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, parseEther("9"));
    await s.token.write.approve([s.pool.address, parseEther("1")], { account: alice.account });
    for (const refused of [
      s.pool.write.stake([s.coverFund.address, 0n], { account: alice.account, value: 7n }),
      s.pool.write.withdraw([parseEther("1"), s.coverFund.address, 0n], { account: alice.account }),
    ])
      await viem.assertions.revertWithCustomErrorWithArgs(refused, s.pool, "ReceiverNotAllowed", [
        same(s.coverFund.address),
      ]);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(parseEther("9"));
  });
});
