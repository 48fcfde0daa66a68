import { expect } from "chai";
import { zeroAddress } from "viem";

import { addressOf, same, stage, viem } from "../support/stage.ts";

describe("EthStake approve", () => {
  async function prepare() {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    return { s, alice, bob, hooks: await viem.deployContract("TokenHooks") };
  }

  it("approve sets the allowance and replaces the one before", async () => {
    const { s, alice, bob } = await prepare();
    for (const shares of [7n, 5n, 2n ** 256n - 1n, 0n]) {
      const args = [addressOf(bob), shares] as const;
      expect((await s.token.simulate.approve(args, { account: addressOf(alice) })).result).to.equal(true);
      await viem.assertions.emitWithArgs(s.token.write.approve(args, { account: alice.account }), s.token, "Approval", [
        same(addressOf(alice)),
        same(addressOf(bob)),
        shares,
      ]);
      expect(await s.token.read.allowance([addressOf(alice), addressOf(bob)])).to.equal(shares);
    }
  });

  it("approve reverts for nobody", async () => {
    const { s, alice } = await prepare();
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.approve([zeroAddress, 1n], { account: alice.account }),
      s.token,
      "ERC20InvalidSpender",
      [zeroAddress],
    );
  });

  it("approveAndCall approves and tells the spender", async () => {
    const { s, alice, hooks } = await prepare();
    const empty = s.token.write.approveAndCall([hooks.address, 7n], { account: alice.account });
    await viem.assertions.emitWithArgs(empty, hooks, "ApprovalReceived", [same(addressOf(alice)), 7n, "0x"]);
    const short = [hooks.address, 8n] as const;
    expect((await s.token.simulate.approveAndCall(short, { account: addressOf(alice) })).result).to.equal(true);
    const args = [...short, "0xc0ffee"] as const;
    expect((await s.token.simulate.approveAndCall(args, { account: addressOf(alice) })).result).to.equal(true);
    const sent = s.token.write.approveAndCall(args, { account: alice.account });
    await viem.assertions.emitWithArgs(sent, hooks, "ApprovalReceived", [same(addressOf(alice)), 8n, "0xc0ffee"]);
    expect(await s.token.read.allowance([addressOf(alice), hooks.address])).to.equal(8n);
  });

  it("approveAndCall reverts when the spender answers wrongly, or has no code, and passes its reason on", async () => {
    const { s, alice, bob, hooks } = await prepare();
    for (const spender of [hooks.address, addressOf(bob)]) {
      await hooks.write.setAnswer([true, false]);
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.token.write.approveAndCall([spender, 7n], { account: alice.account }),
        s.token,
        "ERC1363InvalidSpender",
        [same(spender)],
      );
    }
    await hooks.write.setAnswer([false, true]);
    await viem.assertions.revertWithCustomError(
      s.token.write.approveAndCall([hooks.address, 7n], { account: alice.account }),
      hooks,
      "Unwilling",
    );
    expect(await s.token.read.allowance([addressOf(alice), hooks.address])).to.equal(0n);
  });
});
