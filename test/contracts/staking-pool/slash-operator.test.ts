import { expect } from "chai";
import { parseEther, stringToHex, zeroAddress } from "viem";

import { setRate, stake, totalsOf } from "../support/pool-steps.ts";
import { addressOf, same, stage, viem } from "../support/stage.ts";

const OPERATOR = 1;

describe("StakingPool slashOperator", () => {
  async function prepare() {
    const s = await stage();
    const [owner] = s.accounts.operators;
    const [alice] = s.accounts.stakers;
    const bondWei = parseEther("20");
    await s.registry.write.registerOperator(["one", addressOf(owner), stringToHex("GELS")], {
      account: owner.account,
      value: bondWei,
    });
    await stake(s, alice, parseEther("79"));
    return { s, alice, bondShares: bondWei };
  }

  it("INV-12 slashOperator burns bonded shares, so that every other share gains", async () => {
    const { s, alice } = await prepare();
    await setRate(s, 3n, 2n);
    const before = await totalsOf(s);
    const shares = parseEther("10");
    const heldWei = await s.pool.read.convertToAssets([parseEther("79")]);
    const sent = s.pool.write.slashOperator([OPERATOR, shares], { account: s.as.distribution });
    await viem.assertions.emitWithArgs(sent, s.pool, "OperatorSlashed", [OPERATOR, shares, parseEther("15")]);
    await viem.assertions.emitWithArgs(sent, s.token, "Transfer", [same(s.registry.address), zeroAddress, shares]);

    expect(await totalsOf(s)).to.deep.equal({
      ...before,
      totalShares: before.totalShares - shares,
      circulatingShares: before.circulatingShares - shares,
      supply: before.supply - shares,
    });
    expect(await s.token.read.balanceOf([s.registry.address])).to.equal(parseEther("10"));
    expect(await s.token.read.balanceOf([s.pool.address])).to.equal(0n);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(parseEther("79"));
    // 100 shares at 1.5 became 90 at 5/3.
    expect(await s.pool.read.convertToAssets([parseEther("79")])).to.equal((heldWei * 100n) / 90n);
  });

  it("slashOperator takes all that the registry holds and reverts above it", async () => {
    const { s, bondShares } = await prepare();
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.pool.write.slashOperator([OPERATOR, bondShares + 1n], { account: s.as.distribution }),
      s.token,
      "ERC20InsufficientBalance",
      [same(s.registry.address), bondShares, bondShares + 1n],
    );
    await s.pool.write.slashOperator([OPERATOR, bondShares], { account: s.as.distribution });
    expect(await s.token.read.balanceOf([s.registry.address])).to.equal(0n);
  });

  it("slashOperator burns the registry's shares and nobody else's", async () => {
    const { s, alice } = await prepare();
    const before = await s.token.read.balanceOf([addressOf(alice)]);
    await s.pool.write.slashOperator([OPERATOR, parseEther("3")], { account: s.as.distribution });
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(before);
    expect(await s.token.read.balanceOf([s.registry.address])).to.equal(parseEther("17"));
  });
});
