import { expect } from "chai";
import { parseEther, zeroAddress } from "viem";

import { HOLDER, queueStage, request, sumsOf } from "../support/queue-steps.ts";
import { addressOf, networkHelpers, same, viem } from "../support/stage.ts";

const { time } = networkHelpers;

describe("WithdrawalQueue request", () => {
  it("request appends to the tape and gives a ticket", async () => {
    const s = await queueStage();
    const [alice, bob] = s.accounts.stakers;
    const at = (await time.latest()) + 10;
    const eligibleAt = BigInt(at + s.parameters.queue.minDelaySeconds);
    await time.setNextBlockTimestamp(at);
    const sent = s.queue.write.request([HOLDER, addressOf(bob), 300n, parseEther("3")], { account: s.pool.address });
    await viem.assertions.emitWithArgs(sent, s.queue, "WithdrawalRequested", [
      HOLDER,
      same(addressOf(bob)),
      1n,
      300n,
      parseEther("3"),
      eligibleAt,
    ]);
    await viem.assertions.emitWithArgs(sent, s.queue, "Transfer", [zeroAddress, same(addressOf(bob)), 1n]);
    const args = [HOLDER, addressOf(alice), 5n, parseEther("1")] as const;
    expect((await s.queue.simulate.request(args, { account: s.pool.address })).result).to.equal(2n);
    await s.queue.write.request(args, { account: s.pool.address });

    expect(await s.queue.read.lastRequestId()).to.equal(2n);
    const { owner, ...first } = await s.queue.read.getRequest([1n]);
    expect(owner).to.satisfy(same(addressOf(bob)));
    expect(first).to.deep.equal({
      shares: 300n,
      amountWei: parseEther("3"),
      eligibleAt,
      pendingShares: 300n,
      claimableShares: 0n,
      claimableWei: 0n,
    });
    expect((await s.queue.read.getRequest([2n])).shares).to.equal(5n);
    expect(await sumsOf(s)).to.deep.equal({
      queuedShares: 305n,
      unfinalizedEtherWei: parseEther("4"),
      finalizedShares: 0n,
      lockedWei: 0n,
      surplusWei: 0n,
      checkpoints: 0n,
      balanceWei: 0n,
    });
  });

  it("request takes the bounds themselves and reverts beyond them", async () => {
    const s = await queueStage();
    const { minRequestWei, maxRequestWei } = s.parameters.queue;
    for (const amountWei of [minRequestWei, maxRequestWei]) await request(s, { amountWei });
    for (const amountWei of [0n, minRequestWei - 1n, maxRequestWei + 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        request(s, { amountWei }).then(String),
        s.queue,
        "RequestOutOfBounds",
        [amountWei, minRequestWei, maxRequestWei],
      );
  });

  it("request reverts for nobody as owner", async () => {
    const s = await queueStage();
    await viem.assertions.revertWithCustomError(
      request(s, { owner: zeroAddress }).then(String),
      s.queue,
      "ERC721InvalidReceiver",
    );
  });

  it("INC-33 request runs no code of the owner", async () => {
    const s = await queueStage();
    const payee = await viem.deployContract("Payee");
    // The double is no ERC-721 receiver: a safe mint would revert.
    await request(s, { owner: payee.address });
    expect(await s.queue.read.ownerOf([1n])).to.satisfy(same(payee.address));
  });

  it("getRequest reverts for a ticket that never was", async () => {
    const s = await queueStage();
    await request(s);
    for (const requestId of [0n, 2n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        s.queue.read.getRequest([requestId]),
        s.queue,
        "ERC721NonexistentToken",
        [requestId],
      );
  });
});
