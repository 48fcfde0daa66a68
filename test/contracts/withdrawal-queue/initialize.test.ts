import { expect } from "chai";
import { toHex } from "viem";

import { erc7201 } from "../support/erc7201.ts";
import { queueStage, request, sumsOf } from "../support/queue-steps.ts";
import { same, viem } from "../support/stage.ts";

describe("WithdrawalQueue initialize", () => {
  it("initialize sets names, authority and parameters, and begins empty", async () => {
    const s = await queueStage();
    expect(await s.queue.read.name()).to.equal("ethSTAKE withdrawal");
    expect(await s.queue.read.symbol()).to.equal("ethSTAKE-W");
    expect(await s.queue.read.authority()).to.satisfy(same(s.accessManager.address));
    expect(await s.queue.read.POOL()).to.satisfy(same(s.pool.address));
    expect(await s.queue.read.parameters()).to.deep.equal(s.parameters.queue);
    expect(await s.queue.read.lastRequestId()).to.equal(0n);
    expect(await sumsOf(s)).to.deep.equal({
      queuedShares: 0n,
      unfinalizedEtherWei: 0n,
      finalizedShares: 0n,
      lockedWei: 0n,
      surplusWei: 0n,
      checkpoints: 0n,
      balanceWei: 0n,
    });
  });

  it("INC-41 initialize reverts a second time, and on the implementation", async () => {
    const s = await queueStage();
    for (const queue of [s.queue, s.implementations.queue])
      await viem.assertions.revertWithCustomError(
        queue.write.initialize([s.accessManager.address, s.parameters.queue]),
        s.queue,
        "InvalidInitialization",
      );
  });

  it("INC-40 the storage stands where ERC-7201 puts its name", async () => {
    const s = await queueStage();
    await request(s, { shares: 10n ** 18n });
    const slot = toHex(erc7201("ethstake.storage.WithdrawalQueue"));
    const word = await s.client.getStorageAt({ address: s.queue.address, slot });
    expect(BigInt(word ?? "0x0") % 2n ** 32n).to.equal(1n);
  });
});
