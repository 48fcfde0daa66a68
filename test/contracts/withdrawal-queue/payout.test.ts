import { expect } from "chai";
import { parseEther } from "viem";

import { claim, finalizeQueue, queueStage, RAY, request, sumsOf } from "../support/queue-steps.ts";
import type { Stage } from "../support/stage.ts";

const ETHER = parseEther("1");
const PLENTY = 1_000n * ETHER;

describe("WithdrawalQueue payout", () => {
  /** The whole tape at one rate. */
  async function finalizeAll(s: Stage, rateRay: bigint) {
    return finalizeQueue(s, { budgetWei: PLENTY, rateRay });
  }

  for (const [what, rateRay, paidWei] of [
    ["the rate rose", (RAY * 11n) / 10n, 10n * ETHER],
    ["the rate stayed", RAY, 10n * ETHER],
    ["INC-28 the rate fell", (RAY * 9n) / 10n, 9n * ETHER],
  ] as const)
    it(`a claim pays the lesser of request and finalisation: ${what}`, async () => {
      const s = await queueStage();
      await request(s, { shares: 10n * ETHER });
      await finalizeAll(s, rateRay);
      expect(await s.queue.read.claimableWei([1n])).to.equal(paidWei);
      expect(await claim(s, 1n)).to.equal(paidWei);
      expect(await sumsOf(s)).to.include({ lockedWei: 0n, surplusWei: 0n, balanceWei: 0n });
    });

  it("each part of a request is paid at the rate of its own finalisation", async () => {
    const s = await queueStage();
    await request(s, { shares: 10n * ETHER });
    await finalizeQueue(s, { budgetWei: 2n * ETHER, rateRay: RAY / 2n }); // 4 shares for 2
    await finalizeQueue(s, { budgetWei: 3n * ETHER, rateRay: RAY }); // 3 shares for 3
    await finalizeQueue(s, { budgetWei: PLENTY, rateRay: 2n * RAY }); // 3 shares for 3, not 6
    expect(await claim(s, 1n)).to.equal(8n * ETHER);
    expect(await sumsOf(s)).to.include({ queuedShares: 0n, lockedWei: 0n, surplusWei: 0n, balanceWei: 0n });
  });

  it("INV-02 a mixed stretch by rate books the surplus of each claim, and the sweep takes it", async () => {
    const s = await queueStage();
    // Requests at 1, 2 and 0.8; finalised at 1.2: 1 + 1.2 + 0.8 are paid of 3.6, which are fewer than the promised 3.8.
    for (const amountWei of [10n, 20n, 8n]) await request(s, { shares: 10n * ETHER, amountWei: amountWei * ETHER });
    const { amountWei } = await finalizeAll(s, (RAY * 12n) / 10n);
    expect(amountWei).to.equal(36n * ETHER);
    expect((await s.queue.read.getCheckpoint([1n])).byEther).to.equal(false);

    expect(await claim(s, 2n)).to.equal(12n * ETHER);
    expect(await s.queue.read.surplusWei()).to.equal(0n);
    expect(await claim(s, 1n)).to.equal(10n * ETHER);
    expect(await s.queue.read.surplusWei()).to.equal(2n * ETHER);
    expect(await claim(s, 3n)).to.equal(8n * ETHER);
    expect(await sumsOf(s)).to.include({ lockedWei: 0n, surplusWei: 6n * ETHER, balanceWei: 6n * ETHER });
  });

  it("INV-02 a mixed stretch by ether books the surplus of each claim", async () => {
    const s = await queueStage();
    // Requests at 1, 2 and 0.5; finalised at 1.2: 1 + 1.2 + 0.5 are paid of the promised 3.5, fewer than 3.6.
    for (const amountWei of [10n, 20n, 5n]) await request(s, { shares: 10n * ETHER, amountWei: amountWei * ETHER });
    const { amountWei } = await finalizeAll(s, (RAY * 12n) / 10n);
    expect(amountWei).to.equal(35n * ETHER);
    expect((await s.queue.read.getCheckpoint([1n])).byEther).to.equal(true);
    expect(await claim(s, 1n)).to.equal(10n * ETHER);
    expect(await claim(s, 3n)).to.equal(5n * ETHER);
    expect(await s.queue.read.surplusWei()).to.equal(0n);
    expect(await claim(s, 2n)).to.equal(12n * ETHER);
    expect(await sumsOf(s)).to.include({ lockedWei: 0n, surplusWei: 8n * ETHER, balanceWei: 8n * ETHER });
  });

  it("INV-09 the order of claims changes no payout", async () => {
    for (const order of [
      [1n, 2n, 3n],
      [3n, 2n, 1n],
      [2n, 3n, 1n],
    ]) {
      const s = await queueStage();
      for (const amountWei of [10n, 20n, 8n]) await request(s, { shares: 10n * ETHER, amountWei: amountWei * ETHER });
      await finalizeQueue(s, { budgetWei: 17n * ETHER, rateRay: (RAY * 12n) / 10n });
      await finalizeAll(s, (RAY * 7n) / 10n);
      const paid = new Map<bigint, bigint>();
      for (const requestId of order) paid.set(requestId, await claim(s, requestId));
      // The first stretch ends after 14.17 shares, the rest is paid at 0.7.
      const cut = (17n * ETHER * 10n) / 12n - 10n * ETHER;
      expect([paid.get(1n), paid.get(3n)]).to.deep.equal([10n * ETHER, 7n * ETHER]);
      expect(paid.get(2n)).to.equal((cut * 12n) / 10n + ((10n * ETHER - cut) * 7n) / 10n);
    }
  });

  it("ether inside a request is cut down to the wei and nothing is lost over the parts", async () => {
    const s = await queueStage();
    // A third of a wei a share: seven cuts at awkward places.
    const shares = 3n * ETHER + 1n;
    await request(s, { shares, amountWei: ETHER });
    let toShares = 0n;
    const cuts = [1n, 2n, 3n, 5n, 123_456_789n, ETHER - 1n, PLENTY];
    for (const budgetWei of cuts) {
      const { shares: moved, amountWei } = await finalizeQueue(s, { budgetWei, rateRay: RAY });
      const before = (ETHER * toShares) / shares;
      toShares += moved;
      expect(amountWei).to.equal((ETHER * toShares) / shares - before);
    }
    expect(toShares).to.equal(shares);
    expect((await sumsOf(s)).lockedWei).to.equal(ETHER);
    expect(await claim(s, 1n)).to.equal(ETHER);
    expect(await sumsOf(s)).to.include({ lockedWei: 0n, surplusWei: 0n, balanceWei: 0n });
  });

  it("INV-02 claims of a stretch by rate leave no dust: its parts add up to what was set aside", async () => {
    const s = await queueStage();
    for (let i = 0n; i < 5n; i++) await request(s, { shares: ETHER + 1n, amountWei: ETHER + 1n });
    await finalizeAll(s, (RAY * 2n) / 3n);
    const worthOf = (shares: bigint) => (shares * ((RAY * 2n) / 3n)) / RAY;
    // Out of order: what a part is paid does not depend on who came before.
    for (const i of [4n, 1n, 5n, 3n, 2n])
      expect(await claim(s, i)).to.equal(worthOf(i * (ETHER + 1n)) - worthOf((i - 1n) * (ETHER + 1n)));
    expect(await sumsOf(s)).to.include({ lockedWei: 0n, surplusWei: 0n, balanceWei: 0n });
  });
});
