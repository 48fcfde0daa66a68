import { expect } from "chai";
import { encodeAbiParameters, parseAbiParameters, parseEther, type Address } from "viem";

import { eligibleAtOf, stake } from "../support/pool-steps.ts";
import { actAs, addressOf, same, stage, viem } from "../support/stage.ts";

describe("StakingPool onTransferReceived", () => {
  const termsOf = (receiver: Address, minEtherWei: bigint) =>
    encodeAbiParameters(parseAbiParameters("address, uint256"), [receiver, minEtherWei]);

  async function prepare() {
    const s = await stage();
    const [alice, bob] = s.accounts.stakers;
    return { s, alice, bob, shares: await stake(s, alice, parseEther("2")) };
  }

  it("transferAndCall without data gives the sender a ticket", async () => {
    const { s, alice, shares } = await prepare();
    const sent = s.token.write.transferAndCall([s.pool.address, shares], { account: alice.account });
    await viem.assertions.emitWithArgs(sent, s.queue, "WithdrawalRequested", [
      same(addressOf(alice)),
      same(addressOf(alice)),
      1n,
      shares,
      shares,
      await eligibleAtOf(s, sent),
    ]);
    expect(await s.token.read.balanceOf([addressOf(alice)])).to.equal(0n);
    expect(await s.token.read.balanceOf([s.pool.address])).to.equal(0n);
    expect(await s.queue.read.queuedShares()).to.equal(shares);
  });

  it("transferAndCall with data gives the ticket to the receiver in it", async () => {
    const { s, alice, bob, shares } = await prepare();
    const data = termsOf(addressOf(bob), shares);
    const sent = s.token.write.transferAndCall([s.pool.address, shares, data], { account: alice.account });
    await viem.assertions.emitWithArgs(sent, s.queue, "WithdrawalRequested", [
      same(addressOf(alice)),
      same(addressOf(bob)),
      1n,
      shares,
      shares,
      await eligibleAtOf(s, sent),
    ]);
  });

  it("transferFromAndCall takes the holder's shares and, without data, gives the holder the ticket", async () => {
    const { s, alice, bob, shares } = await prepare();
    await s.token.write.approve([addressOf(bob), shares], { account: alice.account });
    const sent = s.token.write.transferFromAndCall([addressOf(alice), s.pool.address, shares], {
      account: bob.account,
    });
    await viem.assertions.emitWithArgs(sent, s.queue, "WithdrawalRequested", [
      same(addressOf(alice)),
      same(addressOf(alice)),
      1n,
      shares,
      shares,
      await eligibleAtOf(s, sent),
    ]);
  });

  it("INC-16 transferAndCall reverts below the minimum in its data", async () => {
    const { s, alice, shares } = await prepare();
    const data = termsOf(addressOf(alice), shares + 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.transferAndCall([s.pool.address, shares, data], { account: alice.account }),
      s.pool,
      "EtherBelowMinimum",
      [shares, shares + 1n],
    );
  });

  it("transferAndCall reverts for a contract of the protocol, and on data that is cut", async () => {
    const { s, alice, shares } = await prepare();
    await viem.assertions.revertWithCustomError(
      s.token.write.transferAndCall([s.pool.address, shares, termsOf(s.queue.address, 0n)], {
        account: alice.account,
      }),
      s.pool,
      "ReceiverNotAllowed",
    );
    const cut = termsOf(addressOf(alice), 0n).slice(0, -2) as `0x${string}`;
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.token.write.transferAndCall([s.pool.address, shares, cut], { account: alice.account }),
      s.token,
      "ERC1363InvalidReceiver",
      [same(s.pool.address)],
    );
  });

  it("INC-13 onTransferReceived reverts for anybody but the token", async () => {
    const { s, alice, shares } = await prepare();
    for (const caller of [addressOf(alice), ...Object.values(s.as), await actAs(s.queue.address)])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.pool.write.onTransferReceived([caller, caller, shares, "0x"], { account: caller }),
        s.pool,
        "NotEthStake",
        [same(caller)],
      );
  });

  it("onTransferReceived answers its selector to the token", async () => {
    const { s, alice, shares } = await prepare();
    const { result } = await s.pool.simulate.onTransferReceived([addressOf(alice), addressOf(alice), shares, "0x"], {
      account: await actAs(s.token.address),
    });
    expect(result).to.equal("0x88a7ca5c");
  });
});
