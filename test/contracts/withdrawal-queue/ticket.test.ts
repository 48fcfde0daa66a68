import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";

import { finalizeQueue, queueStage, request } from "../support/queue-steps.ts";
import { addressOf, same, viem } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue ticket", () => {
  async function prepare() {
    const s = await queueStage();
    const [alice, bob, carol] = s.accounts.stakers;
    await request(s, { shares: 4n * ETHER });
    return { s, alice, bob, carol };
  }

  it("supportsInterface knows ERC-165, ERC-721 and its metadata", async () => {
    const { s } = await prepare();
    for (const [id, known] of [
      ["0x01ffc9a7", true],
      ["0x80ac58cd", true],
      ["0x5b5e139f", true],
      ["0xffffffff", false],
    ] as const)
      expect(await s.queue.read.supportsInterface([id])).to.equal(known);
    expect(await s.queue.read.tokenURI([1n])).to.equal("");
  });

  it("transferFrom and safeTransferFrom move the ticket and its claim", async () => {
    const { s, alice, bob, carol } = await prepare();
    const moved = s.queue.write.transferFrom([addressOf(alice), addressOf(bob), 1n], { account: alice.account });
    await viem.assertions.emitWithArgs(moved, s.queue, "Transfer", [same(addressOf(alice)), same(addressOf(bob)), 1n]);
    await s.queue.write.safeTransferFrom([addressOf(bob), addressOf(carol), 1n, "0x01"], { account: bob.account });
    expect(await s.queue.read.ownerOf([1n])).to.satisfy(same(addressOf(carol)));
    expect(await s.queue.read.balanceOf([addressOf(carol)])).to.equal(1n);
    await finalizeQueue(s, { budgetWei: 4n * ETHER });
    await viem.assertions.balancesHaveChanged(s.queue.write.claim([1n, 0n]), [
      { address: addressOf(carol), amount: 4n * ETHER },
    ]);
  });

  it("safeTransferFrom reverts to a contract that takes no ticket", async () => {
    const { s, alice } = await prepare();
    const payee = await viem.deployContract("Payee");
    await viem.assertions.revertWithCustomErrorWithArgs(
      s.queue.write.safeTransferFrom([addressOf(alice), payee.address, 1n], { account: alice.account }),
      s.queue,
      "ERC721InvalidReceiver",
      [same(payee.address)],
    );
  });

  it("approved accounts and operators may transfer, and nobody else", async () => {
    const { s, alice, bob, carol } = await prepare();
    const move = (by: typeof bob) =>
      s.queue.write.transferFrom([addressOf(alice), addressOf(carol), 1n], { account: by.account });
    await viem.assertions.revertWithCustomErrorWithArgs(move(bob), s.queue, "ERC721InsufficientApproval", [
      same(addressOf(bob)),
      1n,
    ]);
    await s.queue.write.approve([addressOf(bob), 1n], { account: alice.account });
    expect(await s.queue.read.getApproved([1n])).to.satisfy(same(addressOf(bob)));
    await s.queue.write.approve([zeroAddress, 1n], { account: alice.account });
    await viem.assertions.revertWithCustomError(move(bob), s.queue, "ERC721InsufficientApproval");
    await s.queue.write.setApprovalForAll([addressOf(bob), true], { account: alice.account });
    expect(await s.queue.read.isApprovedForAll([addressOf(alice), addressOf(bob)])).to.equal(true);
    await move(bob);
    // The new owner approved nobody.
    await viem.assertions.revertWithCustomError(
      s.queue.write.transferFrom([addressOf(carol), addressOf(alice), 1n], { account: bob.account }),
      s.queue,
      "ERC721InsufficientApproval",
    );
  });

  it("INC-31 an approval ends with the transfer that it was not used for", async () => {
    const { s, alice, bob, carol } = await prepare();
    const approved = () => s.queue.read.getApproved([1n]);
    await s.queue.write.approve([addressOf(bob), 1n], { account: alice.account });
    await s.queue.write.transferFrom([addressOf(alice), addressOf(carol), 1n], { account: alice.account });
    expect(await approved()).to.equal(zeroAddress);
    await viem.assertions.revertWithCustomError(
      s.queue.write.transferFrom([addressOf(carol), addressOf(bob), 1n], { account: bob.account }),
      s.queue,
      "ERC721InsufficientApproval",
    );
    // Once more: the first time has left nothing behind.
    await s.queue.write.approve([addressOf(bob), 1n], { account: carol.account });
    await s.queue.write.transferFrom([addressOf(carol), addressOf(alice), 1n], { account: bob.account });
    expect(await approved()).to.equal(zeroAddress);
  });

  it("INC-31 approval, receiver and part payment of a ticket do not disturb each other", async () => {
    const { s, alice, bob, carol } = await prepare();
    const paid = (amount: bigint, to: typeof bob) =>
      viem.assertions.balancesHaveChanged(s.queue.write.claim([1n, 0n]), [{ address: addressOf(to), amount }]);
    await s.queue.write.approve([addressOf(bob), 1n], { account: alice.account });
    await s.queue.write.setClaimReceiver([1n, addressOf(carol)], { account: alice.account });
    await finalizeQueue(s, { budgetWei: ETHER });
    await paid(ETHER, carol);
    expect(await s.queue.read.getApproved([1n])).to.satisfy(same(addressOf(bob)));
    await finalizeQueue(s, { budgetWei: ETHER });
    await s.queue.write.approve([zeroAddress, 1n], { account: alice.account });
    await paid(ETHER, carol);

    await s.queue.write.approve([addressOf(bob), 1n], { account: alice.account });
    await s.queue.write.transferFrom([addressOf(alice), addressOf(bob), 1n], { account: bob.account });
    expect(await s.queue.read.claimReceiver([1n])).to.satisfy(same(addressOf(bob)));
    expect(await s.queue.read.claimableWei([1n])).to.equal(0n);
    await finalizeQueue(s, { budgetWei: ETHER });
    await s.queue.write.setClaimReceiver([1n, addressOf(carol)], { account: bob.account });
    await s.queue.write.setClaimReceiver([1n, zeroAddress], { account: bob.account });
    await paid(ETHER, bob);
    await finalizeQueue(s, { budgetWei: ETHER });
    await paid(ETHER, bob);
    await viem.assertions.revertWithCustomError(s.queue.read.ownerOf([1n]), s.queue, "ERC721NonexistentToken");
    expect(await s.client.getBalance({ address: s.queue.address })).to.equal(0n);
  });
});
