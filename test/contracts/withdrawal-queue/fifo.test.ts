import { expect } from "chai";
import { parseEther } from "viem";

import { claim, finalizeQueue, queueStage, RAY, request } from "../support/queue-steps.ts";
import { addressOf, gasOf } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue FIFO", () => {
  it("INV-09 nobody is paid before all who came earlier are covered", async () => {
    const s = await queueStage();
    const amounts = [5n, 1n, 30n, 1n, 2n];
    for (const amount of amounts) await request(s, { shares: amount * ETHER });
    let covered = 0n;
    for (const budget of [3n, 2n, 1n, 7n, 7n, 17n, 1n, 1n]) {
      await finalizeQueue(s, { budgetWei: budget * ETHER });
      covered += budget;
      let ahead = 0n;
      for (const [i, amount] of amounts.entries()) {
        const { pendingShares, claimableWei } = await s.queue.read.getRequest([BigInt(i) + 1n]);
        const part = covered <= ahead ? 0n : covered - ahead < amount ? covered - ahead : amount;
        expect(claimableWei).to.equal(part * ETHER);
        expect(pendingShares).to.equal((amount - part) * ETHER);
        ahead += amount;
      }
    }
  });

  it("INV-09 a ticket that is never claimed holds up nobody", async () => {
    const s = await queueStage();
    for (let i = 0; i < 3; i++) await request(s, { shares: ETHER });
    await finalizeQueue(s, { budgetWei: ETHER });
    await finalizeQueue(s, { budgetWei: 2n * ETHER });
    expect(await claim(s, 3n)).to.equal(ETHER);
    expect(await claim(s, 2n)).to.equal(ETHER);
    expect(await s.queue.read.claimableWei([1n])).to.equal(ETHER);
  });

  it("INC-30 a finalisation over many requests costs what one over few does", async () => {
    const s = await queueStage();
    const { minRequestWei } = s.parameters.queue;
    const gasOver = async (count: number, hinted: boolean) => {
      for (let i = 0; i < count; i++) await request(s, { amountWei: minRequestWei });
      const hint = hinted ? await s.queue.read.lastRequestId() : 0n;
      return Number(await gasOf(s, (await finalizeQueue(s, { budgetWei: 1_000n * ETHER, hint })).hash));
    };
    await gasOver(2, true);
    const few = await gasOver(2, true);
    // But for the bytes of a greater hint.
    expect(await gasOver(300, true)).to.be.below(few + 100);
    // Without a hint it is a binary search: three slots a step.
    expect(await gasOver(300, false)).to.be.below(few + 12 * 3 * 2_400);
    expect(await s.queue.read.queuedShares()).to.equal(0n);
  }).timeout(60_000);

  it("INC-30 a big request behind many small ones is filled by the same budget", async () => {
    const s = await queueStage();
    const { minRequestWei, maxRequestWei } = s.parameters.queue;
    for (let i = 0; i < 50; i++) await request(s, { amountWei: minRequestWei });
    await request(s, { amountWei: maxRequestWei });
    await finalizeQueue(s, { budgetWei: 50n * minRequestWei + maxRequestWei });
    expect(await claim(s, 51n)).to.equal(maxRequestWei);
  });

  it("INC-30 tickets given to another do not touch what it has", async () => {
    const s = await queueStage();
    const [alice, bob] = s.accounts.stakers;
    await request(s, { owner: addressOf(alice), shares: 3n * ETHER });
    for (let i = 0; i < 5; i++) await request(s, { owner: addressOf(alice), shares: ETHER });
    await request(s, { owner: addressOf(bob), shares: ETHER });
    await finalizeQueue(s, { budgetWei: 100n * ETHER, rateRay: RAY });
    expect(await claim(s, 1n)).to.equal(3n * ETHER);
    expect(await s.queue.read.balanceOf([addressOf(alice)])).to.equal(5n);
  });
});
