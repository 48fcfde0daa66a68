import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";

import { reward, setRate } from "../support/pool-steps.ts";
import { rebasingStage } from "../support/rebasing.ts";
import { addressOf, same, viem } from "../support/stage.ts";

describe("RebasingEthStake wrap and unwrap", () => {
  it("wrap takes shares and gives their worth", async () => {
    const { s, rebasing, alice, sharesOf, balanceOf } = await rebasingStage();
    await setRate(s, 7n, 5n);
    const shares = parseEther("10") + 1n;
    const worthWei = await s.pool.read.convertToAssets([shares]);
    const before = await s.token.read.balanceOf([addressOf(alice)]);
    expect((await rebasing.simulate.wrap([shares], { account: addressOf(alice) })).result).to.equal(worthWei);
    const sent = rebasing.write.wrap([shares], { account: alice.account });
    const to = same(addressOf(alice));
    await viem.assertions.emitWithArgs(sent, rebasing, "Transfer", [zeroAddress, to, worthWei]);
    await viem.assertions.emitWithArgs(sent, rebasing, "TransferShares", [zeroAddress, to, shares]);
    expect(await sharesOf(alice)).to.equal(shares);
    expect(await balanceOf(alice)).to.equal(worthWei);
    expect(await rebasing.read.totalShares()).to.equal(shares);
    expect(await rebasing.read.totalSupply()).to.equal(worthWei);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(before - shares);
    expect(await s.token.read.balanceOf([rebasing.address])).to.equal(shares);
  });

  it("balances grow and fall with the rate, and shares stay", async () => {
    const { s, rebasing, alice, wrap, sharesOf, balanceOf } = await rebasingStage();
    await wrap(alice, parseEther("10"));
    await reward(s, 11n * 10n ** 8n);
    expect(await balanceOf(alice)).to.equal(await s.pool.read.convertToAssets([parseEther("10")]));
    expect((await balanceOf(alice)) > parseEther("10")).to.equal(true);
    await reward(s, -22n * 10n ** 8n);
    expect((await balanceOf(alice)) < parseEther("10")).to.equal(true);
    expect(await rebasing.read.totalSupply()).to.equal(await balanceOf(alice));
    expect(await sharesOf(alice)).to.equal(parseEther("10"));
  });

  it("INC-12 unwrap gives no more shares than the amount is worth, and unwrapShares the rest to the last", async () => {
    const { s, rebasing, alice, wrap, sharesOf, balanceOf } = await rebasingStage();
    await setRate(s, 3n, 2n);
    const before = await s.token.read.balanceOf([addressOf(alice)]);
    await wrap(alice, parseEther("10"));
    const amountWei = parseEther("6") + 1n;
    const shares = await s.pool.read.convertToShares([amountWei]);
    expect((await rebasing.simulate.unwrap([amountWei], { account: addressOf(alice) })).result).to.equal(shares);
    const sent = rebasing.write.unwrap([amountWei], { account: alice.account });
    await viem.assertions.emitWithArgs(sent, rebasing, "Transfer", [same(addressOf(alice)), zeroAddress, amountWei]);
    expect(await sharesOf(alice)).to.equal(parseEther("10") - shares);

    const left = await sharesOf(alice);
    const worthWei = await s.pool.read.convertToAssets([left]);
    const { result } = await rebasing.simulate.unwrapShares([left], { account: addressOf(alice) });
    expect(result).to.equal(worthWei);
    const emptied = rebasing.write.unwrapShares([left], { account: alice.account });
    await viem.assertions.emitWithArgs(emptied, rebasing, "Transfer", [same(addressOf(alice)), zeroAddress, worthWei]);
    expect(await balanceOf(alice)).to.equal(0n);
    expect(await rebasing.read.totalShares()).to.equal(0n);
    expect(await s.token.read.balanceOf([rebasing.address])).to.equal(0n);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(before);
  });

  it("all three revert above what the caller has", async () => {
    const { s, rebasing, alice, bob, wrap, balanceOf } = await rebasingStage();
    await wrap(alice, parseEther("10"));
    await wrap(bob, parseEther("1"));
    const own = await balanceOf(bob);
    await viem.assertions.revertWithCustomErrorWithArgs(
      rebasing.write.unwrap([own + 1n], { account: bob.account }),
      rebasing,
      "ERC20InsufficientBalance",
      [same(addressOf(bob)), own, own + 1n],
    );
    await viem.assertions.revertWithCustomError(
      rebasing.write.unwrapShares([parseEther("1") + 1n], { account: bob.account }),
      rebasing,
      "ERC20InsufficientBalance",
    );
    await viem.assertions.revertWithCustomError(
      rebasing.write.wrap([parseEther("9") + 1n], { account: bob.account }),
      s.token,
      "ERC20InsufficientBalance",
    );
    await s.token.write.approve([rebasing.address, 1n], { account: bob.account });
    await viem.assertions.revertWithCustomError(
      rebasing.write.wrap([2n], { account: bob.account }),
      s.token,
      "ERC20InsufficientAllowance",
    );
  });

  it("ethSTAKE that is sent to it by mistake is nobody's", async () => {
    const { s, rebasing, alice, bob, wrap, balanceOf } = await rebasingStage();
    await wrap(alice, parseEther("10"));
    await s.token.write.transfer([rebasing.address, parseEther("3")], { account: bob.account });
    expect(await balanceOf(alice)).to.equal(parseEther("10"));
    expect(await rebasing.read.totalSupply()).to.equal(parseEther("10"));
  });
});
