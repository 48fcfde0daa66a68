import { expect } from "chai";
import { parseEther } from "viem";

import { finalizeQueue, queueStage, RAY, request, sumsOf } from "../support/queue-steps.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue finalize budget", () => {
  it("a budget that is exactly enough finalises all; one wei short leaves one share", async () => {
    for (const missingWei of [0n, 1n]) {
      const s = await queueStage();
      for (const shares of [ETHER, 2n * ETHER, 3n * ETHER]) await request(s, { shares });
      const { shares, amountWei } = await finalizeQueue(s, { budgetWei: 6n * ETHER - missingWei });
      expect([shares, amountWei]).to.deep.equal([6n * ETHER - missingWei, 6n * ETHER - missingWei]);
      expect(await s.queue.read.queuedShares()).to.equal(missingWei);
    }
  });

  it("a budget that ends between two requests touches only the first", async () => {
    const s = await queueStage();
    await request(s, { shares: 2n * ETHER });
    await request(s, { shares: 2n * ETHER });
    await finalizeQueue(s, { budgetWei: 2n * ETHER });
    expect((await s.queue.read.getRequest([1n])).pendingShares).to.equal(0n);
    expect((await s.queue.read.getRequest([2n])).pendingShares).to.equal(2n * ETHER);
    await finalizeQueue(s, { budgetWei: 1n });
    expect((await s.queue.read.getRequest([2n])).pendingShares).to.equal(2n * ETHER - 1n);
  });

  it("after a gain a budget reaches as far as the sum of what was promised, to the wei", async () => {
    for (const [budgetWei, finalized] of [
      [6n * ETHER, 6n * ETHER],
      [6n * ETHER - 1n, 6n * ETHER - 1n],
      [3n * ETHER, 3n * ETHER],
      [3n * ETHER - 1n, 3n * ETHER - 1n],
    ] as const) {
      const s = await queueStage();
      for (const shares of [ETHER, 2n * ETHER, 3n * ETHER]) await request(s, { shares });
      // Twice the worth: by shares the money reaches half as far as by promises.
      const { shares, amountWei } = await finalizeQueue(s, { budgetWei, rateRay: 2n * RAY });
      expect([shares, amountWei]).to.deep.equal([finalized, finalized]);
    }
  });

  it("after a loss a budget reaches as far as the worth of the shares, to the wei", async () => {
    const s = await queueStage();
    for (const shares of [ETHER, 2n * ETHER, 3n * ETHER]) await request(s, { shares });
    const rateRay = RAY / 2n;
    let { shares, amountWei } = await finalizeQueue(s, { budgetWei: 3n * ETHER - 1n, rateRay });
    expect([shares, amountWei]).to.deep.equal([6n * ETHER - 2n, 3n * ETHER - 1n]);
    ({ shares, amountWei } = await finalizeQueue(s, { budgetWei: 1n, rateRay }));
    expect([shares, amountWei]).to.deep.equal([2n, 1n]);
    expect(await s.queue.read.queuedShares()).to.equal(0n);
  });

  it("INV-02 finalize never sets aside more than the budget, at awkward rates", async () => {
    for (const rateRay of [RAY / 3n, RAY - 1n, RAY + 1n, (RAY * 1_000_000_007n) / 999_999_937n, 7n * RAY]) {
      const s = await queueStage();
      for (const shares of [ETHER + 1n, 2n * ETHER + 3n, 3n * ETHER + 7n]) await request(s, { shares });
      for (const budgetWei of [1n, 12_345_678_901_234_567n, ETHER + 5n, 2n * ETHER, 3n * ETHER, 30n * ETHER]) {
        const before = (await sumsOf(s)).balanceWei;
        const { amountWei } = await finalizeQueue(s, { budgetWei, rateRay });
        expect(amountWei <= budgetWei).to.equal(true);
        expect((await sumsOf(s)).balanceWei).to.equal(before + amountWei);
      }
      expect(await s.queue.read.queuedShares()).to.equal(0n);
    }
  });

  it("a share that is worth less than a wei still leaves the queue, for nothing", async () => {
    const s = await queueStage();
    // 1 ether for 10 ethers of shares: a budget of one wei buys ten of them.
    await request(s, { shares: 10n * ETHER, amountWei: ETHER });
    const { shares, amountWei } = await finalizeQueue(s, { budgetWei: 1n, rateRay: RAY / 10n });
    expect([shares, amountWei]).to.deep.equal([10n, 1n]);
  });
});
