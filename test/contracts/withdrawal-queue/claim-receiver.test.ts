import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";

import { finalizeQueue, queueStage, request } from "../support/queue-steps.ts";
import { addressOf, same, viem } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue setClaimReceiver", () => {
  async function prepare() {
    const s = await queueStage();
    const [alice, bob, carol] = s.accounts.stakers;
    await request(s, { shares: 4n * ETHER });
    return { s, alice, bob, carol };
  }

  it("setClaimReceiver names who is paid, also by a third party's claim", async () => {
    const { s, alice, bob } = await prepare();
    expect(await s.queue.read.claimReceiver([1n])).to.satisfy(same(addressOf(alice)));
    const sent = s.queue.write.setClaimReceiver([1n, addressOf(bob)], { account: alice.account });
    await viem.assertions.emitWithArgs(sent, s.queue, "ClaimReceiverChanged", [1n, same(addressOf(bob))]);
    expect(await s.queue.read.claimReceiver([1n])).to.satisfy(same(addressOf(bob)));
    await finalizeQueue(s, { budgetWei: 10n * ETHER });
    const claimed = s.queue.write.claim([1n, 0n], { account: s.accounts.stranger.account });
    await viem.assertions.emitWithArgs(claimed, s.queue, "Claimed", [1n, same(addressOf(bob)), 4n * ETHER, true]);
    await viem.assertions.balancesHaveChanged(claimed, [
      { address: addressOf(bob), amount: 4n * ETHER },
      { address: addressOf(alice), amount: 0n },
    ]);
  });

  it("a named receiver stays over partial claims", async () => {
    const { s, alice, bob } = await prepare();
    await s.queue.write.setClaimReceiver([1n, addressOf(bob)], { account: alice.account });
    for (const budgetWei of [ETHER, 10n * ETHER]) {
      await finalizeQueue(s, { budgetWei });
      const amount = await s.queue.read.claimableWei([1n]);
      await viem.assertions.balancesHaveChanged(s.queue.write.claim([1n, 0n]), [{ address: addressOf(bob), amount }]);
    }
  });

  it("naming nobody pays the owner again", async () => {
    const { s, alice, bob } = await prepare();
    await s.queue.write.setClaimReceiver([1n, addressOf(bob)], { account: alice.account });
    await s.queue.write.setClaimReceiver([1n, zeroAddress], { account: alice.account });
    expect(await s.queue.read.claimReceiver([1n])).to.satisfy(same(addressOf(alice)));
  });

  it("a transfer of the ticket forgets the receiver, also one to oneself", async () => {
    const { s, alice, bob, carol } = await prepare();
    const name = () => s.queue.write.setClaimReceiver([1n, addressOf(carol)], { account: alice.account });
    await name();
    await s.queue.write.transferFrom([addressOf(alice), addressOf(alice), 1n], { account: alice.account });
    expect(await s.queue.read.claimReceiver([1n])).to.satisfy(same(addressOf(alice)));
    await name();
    await s.queue.write.safeTransferFrom([addressOf(alice), addressOf(bob), 1n], { account: alice.account });
    expect(await s.queue.read.claimReceiver([1n])).to.satisfy(same(addressOf(bob)));
    await finalizeQueue(s, { budgetWei: 10n * ETHER });
    await viem.assertions.balancesHaveChanged(s.queue.write.claim([1n, 0n]), [
      { address: addressOf(bob), amount: 4n * ETHER },
      { address: addressOf(carol), amount: 0n },
    ]);
  });

  it("INC-32 setClaimReceiver reverts for everybody but the owner, the approved included", async () => {
    const { s, alice, bob, carol } = await prepare();
    await s.queue.write.approve([addressOf(bob), 1n], { account: alice.account });
    for (const actor of [bob, carol, s.accounts.deployer])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.queue.write.setClaimReceiver([1n, addressOf(actor)], { account: actor.account }),
        s.queue,
        "NotOwner",
        [1n, same(addressOf(actor))],
      );
    await s.queue.write.transferFrom([addressOf(alice), addressOf(bob), 1n], { account: alice.account });
    await viem.assertions.revertWithCustomError(
      s.queue.write.setClaimReceiver([1n, addressOf(alice)], { account: alice.account }),
      s.queue,
      "NotOwner",
    );
    await viem.assertions.revertWithCustomError(
      s.queue.write.setClaimReceiver([2n, addressOf(alice)], { account: alice.account }),
      s.queue,
      "ERC721NonexistentToken",
    );
  });

  it("INC-32 contracts of the protocol as receivers refuse, and another one can be named", async () => {
    const { s, alice } = await prepare();
    await finalizeQueue(s, { budgetWei: 10n * ETHER });
    const { pool, token, queue, registry, manager, distribution, withdrawalVault } = s;
    for (const { address } of [pool, token, queue, registry, manager, distribution, withdrawalVault]) {
      await s.queue.write.setClaimReceiver([1n, address], { account: alice.account });
      await viem.assertions.revertWithCustomErrorWithArgs(s.queue.write.claim([1n, 0n]), s.queue, "PaymentRefused", [
        same(address),
      ]);
    }
    await s.queue.write.setClaimReceiver([1n, zeroAddress], { account: alice.account });
    await s.queue.write.claim([1n, 0n]);
  });
});
