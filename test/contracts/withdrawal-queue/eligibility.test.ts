import { expect } from "chai";
import { parseEther } from "viem";

import { finalizeQueue, queueStage, request } from "../support/queue-steps.ts";
import { addressOf, networkHelpers, type Stage } from "../support/stage.ts";

const ETHER = parseEther("1");
const PLENTY = 1_000n * ETHER;

describe("WithdrawalQueue eligibility", () => {
  const eligibleAt = async (s: Stage, requestId: bigint) => (await s.queue.read.getRequest([requestId])).eligibleAt;

  async function setMinDelay(s: Stage, minDelaySeconds: number) {
    const { account } = s.accounts.roles.PARAMETERS;
    await s.queue.write.setParameters([{ ...s.parameters.queue, minDelaySeconds }], { account });
  }

  it("INC-29 nothing is finalised before its time, everything at its second", async () => {
    const s = await queueStage();
    await request(s);
    const at = await eligibleAt(s, 1n);
    expect((await finalizeQueue(s, { budgetWei: PLENTY, cutoff: at - 1n })).shares).to.equal(0n);
    expect((await finalizeQueue(s, { budgetWei: PLENTY, cutoff: at - 1n, hint: 1n })).shares).to.equal(0n);
    expect((await finalizeQueue(s, { budgetWei: PLENTY, cutoff: 0n })).shares).to.equal(0n);
    expect((await finalizeQueue(s, { budgetWei: PLENTY, cutoff: at })).shares).to.equal(ETHER);
  });

  it("INC-29 the cut-off stops at the first request that is too young, whatever the money", async () => {
    const s = await queueStage();
    for (let i = 0; i < 4; i++) {
      await request(s);
      await networkHelpers.time.increase(100);
    }
    for (const [requestId, finalized] of [
      [2n, 2n],
      [3n, 3n],
    ] as const) {
      await finalizeQueue(s, { budgetWei: PLENTY, cutoff: await eligibleAt(s, requestId) });
      expect(await s.queue.read.finalizedShares()).to.equal(finalized * ETHER);
    }
    await finalizeQueue(s, { budgetWei: PLENTY, cutoff: (await eligibleAt(s, 4n)) - 1n });
    expect(await s.queue.read.finalizedShares()).to.equal(3n * ETHER);
  });

  it("an older cut-off than the last one finalises nothing and breaks nothing", async () => {
    const s = await queueStage();
    await request(s);
    await networkHelpers.time.increase(100);
    await request(s);
    await finalizeQueue(s, { budgetWei: ETHER + 5n, cutoff: await eligibleAt(s, 2n) });
    for (const hint of [0n, 1n, 2n])
      expect((await finalizeQueue(s, { budgetWei: PLENTY, cutoff: await eligibleAt(s, 1n), hint })).shares).to.equal(
        0n,
      );
    expect((await finalizeQueue(s, { budgetWei: PLENTY, cutoff: await eligibleAt(s, 2n) })).shares).to.equal(
      ETHER - 5n,
    );
  });

  it("INC-29 a change of the delay touches no ticket, and a shorter one overtakes none", async () => {
    const s = await queueStage();
    await setMinDelay(s, 10_000);
    await request(s);
    const first = await eligibleAt(s, 1n);
    await setMinDelay(s, 10);
    expect(await eligibleAt(s, 1n)).to.equal(first);
    await request(s);
    expect(await eligibleAt(s, 2n)).to.equal(first);
    await setMinDelay(s, 20_000);
    expect(await eligibleAt(s, 2n)).to.equal(first);
    await request(s);
    expect(await eligibleAt(s, 3n)).to.equal(BigInt((await networkHelpers.time.latest()) + 20_000));
  });

  it("INC-29 a transfer of the ticket resets nothing", async () => {
    const s = await queueStage();
    const [alice, bob] = s.accounts.stakers;
    await request(s);
    const before = await eligibleAt(s, 1n);
    await networkHelpers.time.increase(1_000);
    await s.queue.write.transferFrom([addressOf(alice), addressOf(bob), 1n], { account: alice.account });
    expect(await eligibleAt(s, 1n)).to.equal(before);
  });

  it("without a delay a request is eligible at the cut-off of its own block", async () => {
    const s = await queueStage();
    await setMinDelay(s, 0);
    await request(s);
    const now = BigInt(await networkHelpers.time.latest());
    expect(await eligibleAt(s, 1n)).to.equal(now);
    expect((await finalizeQueue(s, { budgetWei: PLENTY, cutoff: now })).shares).to.equal(ETHER);
  });
});
