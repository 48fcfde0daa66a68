import { expect } from "chai";
import { parseEther } from "viem";

import { claim, finalizeQueue, queueStage, RAY, request, sumsOf } from "../support/queue-steps.ts";
import { networkHelpers, viem } from "../support/stage.ts";

const ETHER = parseEther("1");

describe("WithdrawalQueue sweepSurplus", () => {
  /** A stretch of two requests at 1 and 2, finalised at 1.5: claims of 1 and 1.5, surplus of half an ether. */
  async function mixed() {
    const s = await queueStage();
    await request(s, { shares: ETHER });
    await request(s, { shares: ETHER, amountWei: 2n * ETHER });
    await finalizeQueue(s, { budgetWei: 10n * ETHER, rateRay: (RAY * 3n) / 2n });
    return s;
  }

  it("sweepSurplus does nothing without surplus, also when ether was forced in", async () => {
    const s = await mixed();
    const address = s.queue.address;
    await networkHelpers.setBalance(address, (await s.client.getBalance({ address })) + ETHER);
    const { result } = await s.queue.simulate.sweepSurplus({ account: s.pool.address });
    expect(result).to.equal(0n);
    const hash = await s.queue.write.sweepSurplus({ account: s.pool.address });
    expect((await s.client.getTransactionReceipt({ hash })).logs).to.deep.equal([]);
    expect((await sumsOf(s)).balanceWei).to.equal(4n * ETHER);
  });

  it("INV-02 sweepSurplus sends what claims booked, once, and leaves what is owed", async () => {
    const s = await mixed();
    expect(await claim(s, 2n)).to.equal((3n * ETHER) / 2n);
    const { result } = await s.queue.simulate.sweepSurplus({ account: s.pool.address });
    expect(result).to.equal(ETHER / 2n);
    const sent = s.queue.write.sweepSurplus({ account: s.pool.address });
    await viem.assertions.emitWithArgs(sent, s.queue, "SurplusSwept", [ETHER / 2n]);
    await viem.assertions.balancesHaveChanged(sent, [
      { address: s.queue.address, amount: -ETHER / 2n },
      { address: s.pool.address, amount: ETHER / 2n },
    ]);
    expect((await s.queue.simulate.sweepSurplus({ account: s.pool.address })).result).to.equal(0n);
    expect(await sumsOf(s)).to.include({ lockedWei: ETHER, balanceWei: ETHER, surplusWei: 0n });
    expect(await claim(s, 1n)).to.equal(ETHER);
  });
});
