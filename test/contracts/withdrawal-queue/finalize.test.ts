import { expect } from "chai";
import { parseEther } from "viem";

import { finalizeArguments, finalizeQueue, queueStage, RAY, request, sumsOf } from "../support/queue-steps.ts";
import { addressOf, stage, viem } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue finalize", () => {
  it("finalize moves the mark, sets ether aside and appends one checkpoint", async () => {
    const s = await queueStage();
    await request(s, { shares: 2n * ETHER });
    await request(s, { shares: 3n * ETHER });
    const { shares, amountWei, hash } = await finalizeQueue(s, { budgetWei: 10n * ETHER });
    expect([shares, amountWei]).to.deep.equal([5n * ETHER, 5n * ETHER]);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), s.queue, "StretchFinalized", [
      1n,
      0n,
      5n * ETHER,
      5n * ETHER,
      RAY,
    ]);
    expect(await s.queue.read.getCheckpoint([1n])).to.deep.equal({
      fromShares: 0n,
      rateRay: RAY,
      lastRequestId: 2,
      byEther: true,
    });
    expect(await sumsOf(s)).to.deep.equal({
      queuedShares: 0n,
      unfinalizedEtherWei: 0n,
      finalizedShares: 5n * ETHER,
      lockedWei: 5n * ETHER,
      surplusWei: 0n,
      checkpoints: 1n,
      balanceWei: 5n * ETHER,
    });
  });

  it("finalize does nothing to an empty queue, without money, or when all is finalised", async () => {
    const s = await queueStage();
    const nothing = async (budgetWei: bigint) => {
      const before = await sumsOf(s);
      const { shares, amountWei, hash } = await finalizeQueue(s, { budgetWei });
      expect([shares, amountWei]).to.deep.equal([0n, 0n]);
      expect((await s.client.getTransactionReceipt({ hash })).logs).to.deep.equal([]);
      expect(await sumsOf(s)).to.deep.equal(before);
    };
    await nothing(ETHER);
    await request(s, { shares: 2n * ETHER });
    await nothing(0n);
    await finalizeQueue(s, { budgetWei: ETHER });
    await nothing(0n);
    await finalizeQueue(s, { budgetWei: ETHER });
    await nothing(ETHER);
  });

  it("finalize at a loss sets aside what the shares are worth", async () => {
    const s = await queueStage();
    await request(s, { shares: 4n * ETHER });
    const { shares, amountWei } = await finalizeQueue(s, { budgetWei: 100n * ETHER, rateRay: RAY / 2n });
    expect([shares, amountWei]).to.deep.equal([4n * ETHER, 2n * ETHER]);
    expect((await s.queue.read.getCheckpoint([1n])).byEther).to.equal(false);
  });

  it("finalize after a gain sets aside what was promised", async () => {
    const s = await queueStage();
    await request(s, { shares: 4n * ETHER });
    const { shares, amountWei } = await finalizeQueue(s, { budgetWei: 100n * ETHER, rateRay: 2n * RAY });
    expect([shares, amountWei]).to.deep.equal([4n * ETHER, 4n * ETHER]);
    expect((await s.queue.read.getCheckpoint([1n])).byEther).to.equal(true);
  });

  it("finalize over several rounds fills one request in parts", async () => {
    const s = await queueStage();
    await request(s, { shares: 10n * ETHER });
    for (const [budgetWei, toShares] of [
      [3n, 3n],
      [ETHER, ETHER + 3n],
      [8n * ETHER, 9n * ETHER + 3n],
      [8n * ETHER, 10n * ETHER],
    ] as const) {
      await finalizeQueue(s, { budgetWei });
      expect(await s.queue.read.finalizedShares()).to.equal(toShares);
      expect((await s.queue.read.getRequest([1n])).pendingShares).to.equal(10n * ETHER - toShares);
    }
    const checkpoints = await Promise.all([1n, 2n, 3n, 4n].map((i) => s.queue.read.getCheckpoint([i])));
    expect(checkpoints.map(({ fromShares }) => fromShares)).to.deep.equal([0n, 3n, ETHER + 3n, 9n * ETHER + 3n]);
    expect((await sumsOf(s)).lockedWei).to.equal(10n * ETHER);
  });

  it("getCheckpoint is empty beyond the last one", async () => {
    const s = await queueStage();
    expect(await s.queue.read.getCheckpoint([1n])).to.deep.equal({
      fromShares: 0n,
      rateRay: 0n,
      lastRequestId: 0,
      byEther: false,
    });
  });

  it("INV-13 finalize, request, receiveEther and sweepSurplus revert for everybody but the pool", async () => {
    const s = await stage();
    const { stranger, deployer, roles } = s.accounts;
    const callers = [...[stranger, deployer, ...Object.values(roles)].map(addressOf), ...Object.values(s.as)];
    for (const account of callers)
      for (const send of [
        () => s.queue.write.finalize(finalizeArguments({ budgetWei: 1n }), { account }),
        () => s.queue.write.request([account, account, ETHER, ETHER], { account }),
        () => s.queue.write.receiveEther({ account, value: 1n }),
        () => s.queue.write.sweepSurplus({ account }),
      ])
        await viem.assertions.revertWithCustomErrorWithArgs(send(), s.queue, "NotPool", [
          (got: string) => got.toLowerCase() === account.toLowerCase(),
        ]);
  });
});
