import { expect } from "chai";
import { encodeFunctionData, parseEther, type Address } from "viem";

import type { Actor } from "../support/accounts.ts";
import { PAYEE_MODE } from "../support/payee-mode.ts";
import {
  deployEther,
  eligibleAtOf,
  finalize,
  reward,
  setRate,
  stake,
  totalsOf,
  waitForEligibility,
} from "../support/pool-steps.ts";
import { addressOf, networkHelpers, same, stage, viem } from "../support/stage.ts";

const ETHER = parseEther("1");

async function prepare() {
  const s = await stage();
  const [alice, bob, carol] = s.accounts.stakers;
  const { asyncRedeem: facade } = s;
  await stake(s, alice, 100n * ETHER);
  await s.token.write.approve([facade.address, 100n * ETHER], { account: alice.account });
  /** Alice asks for herself, unless told otherwise. */
  const ask = (shares: bigint, given: { controller?: Actor; owner?: Actor; by?: Actor } = {}) => {
    const { controller = alice, owner = alice, by = owner } = given;
    return facade.write.requestRedeem([shares, addressOf(controller), addressOf(owner)], { account: by.account });
  };
  const redeem = (shares: bigint, given: { receiver?: Address; controller?: Actor; by?: Actor } = {}) => {
    const { receiver = addressOf(carol), controller = alice, by = controller } = given;
    return facade.write.redeem([shares, receiver, addressOf(controller)], { account: by.account });
  };
  return { s, alice, bob, carol, facade, ask, redeem };
}
const prepared = () => networkHelpers.loadFixture(prepare);

describe("AsyncRedeem", () => {
  it("requestRedeem burns the owner's shares and keeps the ticket for the controller", async () => {
    const { s, alice, facade, ask } = await prepared();
    await setRate(s, 7n, 5n);
    const before = await totalsOf(s);
    const args = [3n * ETHER, addressOf(alice), addressOf(alice)] as const;
    expect((await facade.simulate.requestRedeem(args, { account: addressOf(alice) })).result).to.equal(1n);
    const sent = ask(3n * ETHER);
    const her = same(addressOf(alice));
    await viem.assertions.emitWithArgs(sent, facade, "RedeemRequest", [her, her, 1n, her, 3n * ETHER]);
    await viem.assertions.emitWithArgs(sent, s.queue, "WithdrawalRequested", [
      her,
      same(facade.address),
      1n,
      3n * ETHER,
      (3n * ETHER * 7n) / 5n,
      await eligibleAtOf(s, sent),
    ]);
    expect(await s.queue.read.ownerOf([1n])).to.satisfy(same(facade.address));
    expect(await facade.read.pendingRedeemRequest([1n, addressOf(alice)])).to.equal(3n * ETHER);
    expect(await facade.read.claimableRedeemRequest([1n, addressOf(alice)])).to.equal(0n);
    expect(await facade.read.maxRedeem([addressOf(alice)])).to.equal(0n);
    expect((await totalsOf(s)).supply).to.equal(before.supply - 3n * ETHER);
  });

  it("redeem pays the requests in order, as far as they can be redeemed", async () => {
    const { s, alice, carol, facade, ask, redeem } = await prepared();
    await s.pool.write.takeForDeposits([95n * 10n ** 9n], { account: s.as.manager });
    await ask(2n * ETHER);
    await ask(10n * ETHER);
    await ask(ETHER);
    await waitForEligibility(s);
    await finalize(s);
    // The buffer has six ether: two and four.
    const claimable = async () =>
      Promise.all([1n, 2n, 3n].map((id) => facade.read.claimableRedeemRequest([id, addressOf(alice)])));
    expect(await claimable()).to.deep.equal([2n * ETHER, 4n * ETHER, 0n]);
    expect(await facade.read.maxRedeem([addressOf(alice)])).to.equal(6n * ETHER);

    const args = [6n * ETHER, addressOf(carol), addressOf(alice)] as const;
    expect((await facade.simulate.redeem(args, { account: addressOf(alice) })).result).to.equal(6n * ETHER);
    const sent = redeem(6n * ETHER);
    const her = same(addressOf(alice));
    await viem.assertions.emitWithArgs(sent, facade, "Withdraw", [
      her,
      same(addressOf(carol)),
      her,
      6n * ETHER,
      6n * ETHER,
    ]);
    await viem.assertions.balancesHaveChanged(sent, [
      { address: addressOf(carol), amount: 6n * ETHER },
      { address: facade.address, amount: 0n },
    ]);
    expect(await claimable()).to.deep.equal([0n, 0n, 0n]);
    expect(await facade.read.pendingRedeemRequest([2n, addressOf(alice)])).to.equal(6n * ETHER);

    await stake(s, carol, 20n * ETHER);
    await finalize(s);
    expect(await claimable()).to.deep.equal([0n, 6n * ETHER, ETHER]);
    await redeem(6n * ETHER);
    await redeem(ETHER);
    expect(await facade.read.maxRedeem([addressOf(alice)])).to.equal(0n);
    expect(await s.queue.read.balanceOf([facade.address])).to.equal(0n);
    expect(await s.client.getBalance({ address: facade.address })).to.equal(0n);
  });

  it("INV-08 a request shares a loss that is reported after it", async () => {
    const { s, carol, ask, redeem } = await prepared();
    await deployEther(s, 50n * 10n ** 9n);
    await ask(10n * ETHER);
    await reward(s, -101n * 10n ** 8n);
    await waitForEligibility(s);
    await finalize(s);
    await viem.assertions.balancesHaveChanged(redeem(10n * ETHER), [{ address: addressOf(carol), amount: 9n * ETHER }]);
  });

  it("redeem reverts for shares that end inside a request, or beyond what can be redeemed", async () => {
    const { s, facade, ask, redeem } = await prepared();
    await ask(2n * ETHER);
    await ask(3n * ETHER);
    await waitForEligibility(s);
    const refused = (shares: bigint, endsAt: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(redeem(shares), facade, "SharesNotWhole", [shares, endsAt]);
    await refused(2n * ETHER, 0n);
    await finalize(s);
    await refused(1n, 0n);
    await refused(2n * ETHER + 1n, 2n * ETHER);
    await refused(5n * ETHER + 1n, 5n * ETHER);
    await redeem(2n * ETHER);
    await refused(2n * ETHER, 0n);
    await redeem(3n * ETHER);
    await refused(1n, 0n);
  });

  it("INC-30 INC-31 nobody asks or redeems for another, nor puts requests into its list, but its operators", async () => {
    const { s, alice, bob, facade, ask, redeem } = await prepared();
    await stake(s, bob, 5n * ETHER);
    await s.token.write.approve([facade.address, 5n * ETHER], { account: bob.account });
    const refused = (sent: Promise<unknown>, account: typeof alice) =>
      viem.assertions.revertWithCustomErrorWithArgs(sent.then(String), facade, "NotOperator", [
        same(addressOf(account)),
        same(addressOf(bob)),
      ]);
    await refused(ask(ETHER, { by: bob }), alice);
    await refused(ask(ETHER, { controller: alice, owner: bob }), alice);
    await ask(ETHER);
    await waitForEligibility(s);
    await finalize(s);
    await refused(redeem(ETHER, { by: bob }), alice);

    const allow = (approved: boolean) =>
      facade.write.setOperator([addressOf(bob), approved], { account: alice.account });
    await viem.assertions.emitWithArgs(allow(true), facade, "OperatorSet", [
      same(addressOf(alice)),
      same(addressOf(bob)),
      true,
    ]);
    expect(await facade.read.isOperator([addressOf(alice), addressOf(bob)])).to.equal(true);
    await ask(ETHER, { by: bob });
    await ask(ETHER, { controller: alice, owner: bob });
    await ask(ETHER, { controller: bob, owner: alice, by: bob });
    await redeem(ETHER, { by: bob });
    await allow(false);
    await waitForEligibility(s);
    await finalize(s);
    await refused(redeem(2n * ETHER, { by: bob }), alice);
    await redeem(2n * ETHER);
    await redeem(ETHER, { controller: bob });
    // A request is its controller's alone.
    expect(await facade.read.pendingRedeemRequest([4n, addressOf(alice)])).to.equal(0n);
  });

  it("INC-31 nobody else can claim its tickets, or send it ether", async () => {
    const { s, bob, facade, ask } = await prepared();
    await ask(ETHER);
    await waitForEligibility(s);
    await finalize(s);
    await viem.assertions.revertWithCustomError(
      s.queue.write.claim([1n, 0n], { account: bob.account }),
      s.queue,
      "ClaimNotAllowed",
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      bob.sendTransaction({ to: facade.address, value: 1n }),
      facade,
      "NotQueue",
      [same(addressOf(bob))],
    );
  });

  it("INC-32 a receiver that refuses leaves the request as it was", async () => {
    const { s, alice, carol, facade, ask, redeem } = await prepared();
    const payee = await viem.deployContract("Payee");
    await payee.write.setMode([PAYEE_MODE.refuse]);
    await ask(ETHER);
    await waitForEligibility(s);
    await finalize(s);
    await viem.assertions.revertWithCustomErrorWithArgs(
      redeem(ETHER, { receiver: payee.address }),
      facade,
      "PaymentRefused",
      [same(payee.address)],
    );
    expect(await facade.read.maxRedeem([addressOf(alice)])).to.equal(ETHER);
    await viem.assertions.balancesHaveChanged(redeem(ETHER), [{ address: addressOf(carol), amount: ETHER }]);
  });

  it("INC-33 a receiver that re-enters finds the request redeemed", async () => {
    const { s, alice, facade, ask, redeem } = await prepared();
    const payee = await viem.deployContract("Payee");
    // The payee acts for alice, so it may try.
    await facade.write.setOperator([payee.address, true], { account: alice.account });
    await ask(ETHER);
    await ask(ETHER);
    await waitForEligibility(s);
    await finalize(s);
    const again = (shares: bigint) =>
      encodeFunctionData({
        abi: facade.abi,
        functionName: "redeem",
        args: [shares, payee.address, addressOf(alice)],
      });
    await payee.write.setScript([
      [2n * ETHER, ETHER, ETHER].map((shares) => ({ target: facade.address, value: 0n, data: again(shares) })),
    ]);
    await viem.assertions.balancesHaveChanged(redeem(ETHER, { receiver: payee.address }), [
      { address: payee.address, amount: 2n * ETHER },
      { address: s.queue.address, amount: -2n * ETHER },
    ]);
    expect((await payee.read.outcomes()).map(({ ok }) => ok)).to.deep.equal([false, true, false]);
  });

  it("answers what ERC-7540, ERC-7575 and ERC-165 ask", async () => {
    const { s, facade } = await prepared();
    await setRate(s, 3n, 2n);
    for (const [id, known] of [
      ["0x01ffc9a7", true],
      ["0xe3bc4e65", true],
      ["0x620ee8e4", true],
      ["0xffffffff", false],
    ] as const)
      expect(await facade.read.supportsInterface([id])).to.equal(known);
    expect(await facade.read.asset()).to.satisfy(same("0xEeeeeEeeeEeEeeEeEeEeeEEEeeeeEeeeeeeeEEeE"));
    expect(await facade.read.share()).to.satisfy(same(s.token.address));
    expect(await facade.read.totalAssets()).to.equal(await s.pool.read.totalPooledEther());
    expect(await facade.read.convertToAssets([2n * ETHER])).to.equal(3n * ETHER);
    expect(await facade.read.convertToShares([3n * ETHER])).to.equal(2n * ETHER);
    await viem.assertions.revertWithCustomError(facade.read.previewRedeem([1n]), facade, "NoPreview");
  });
});
