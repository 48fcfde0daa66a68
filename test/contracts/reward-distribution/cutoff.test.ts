import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { sight } from "../support/beacon.ts";
import { fund, predeposit, startProtocol, submitBatch } from "../support/protocol.ts";
import { activeValidators, readyToDeposit } from "../support/scenarios.ts";
import { nextReport, sendReport, settle, settlementOf, timeOfSlot } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;

async function withBatch() {
  const p = await startProtocol(connection);
  const batch = await readyToDeposit(p, { count: 3 });
  return { p, batch };
}

describe("RewardDistribution, cut-off", () => {
  it("INC-02 takes deposits that no report has seen for no loss", async () => {
    const { p, batch } = await networkHelpers.loadFixture(withBatch);
    const rate = await p.pool.read.ethPerShare();
    await predeposit(p, batch);
    const cutoffTimestamp = BigInt(await networkHelpers.time.latest()) - 1n;
    const { settlement, report } = await settle(p, { cutoffTimestamp });
    expect(report.consensusBalanceGwei).to.equal(0n);
    expect(settlement).to.include({ depositsGwei: 0n, rewardsWei: 0n });
    expect(await p.pool.read.inFlightGwei()).to.equal(3n * GWEI);
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
  });

  it("INC-03 has each deposit in one bucket: before, at and after the cut-off", async () => {
    const { p, batch } = await networkHelpers.loadFixture(withBatch);
    await predeposit(p, batch, { count: 1 });
    await predeposit(p, batch, { from: 1, count: 1 });
    const cutoffTimestamp = BigInt(await networkHelpers.time.latest());
    await predeposit(p, batch, { from: 2, count: 1 });
    const pooled = await p.pool.read.totalPooledEther();

    const first = await settle(p, { cutoffTimestamp });
    expect(first.report.consensusBalanceGwei).to.equal(2n * GWEI);
    expect(first.settlement).to.include({ depositsGwei: 2n * GWEI, rewardsWei: 0n });
    expect(await p.pool.read.consensusGwei()).to.equal(2n * GWEI);
    expect(await p.pool.read.inFlightGwei()).to.equal(GWEI);
    expect(await p.pool.read.totalPooledEther()).to.equal(pooled);

    const second = await settle(p);
    expect(second.settlement).to.include({ depositsGwei: GWEI, rewardsWei: 0n });
    expect(await p.pool.read.consensusGwei()).to.equal(3n * GWEI);
    expect(await p.pool.read.inFlightGwei()).to.equal(0n);
    expect(await p.pool.read.totalPooledEther()).to.equal(pooled);
  });

  it("INC-03 would see a loss or a reward if a deposit were counted in two buckets or in none", async () => {
    const { p, batch } = await networkHelpers.loadFixture(withBatch);
    await predeposit(p, batch);
    const report = await nextReport(p);
    const twice = { ...report, consensusBalanceGwei: 6n * GWEI };
    const before = await networkHelpers.takeSnapshot();
    await viem.assertions.emit(sendReport(p, twice), p.distribution, "SurplusDeferred");
    await before.restore();
    const never = { ...report, consensusBalanceGwei: 0n };
    const { settlement } = await settlementOf(p, await sendReport(p, never));
    expect(settlement.rewardsWei).to.equal(parseEther("-3"));
  });

  it("INC-20 reconciles when ether is deployed between the reference slot and the settlement", async () => {
    const { p, batch } = await networkHelpers.loadFixture(withBatch);
    await predeposit(p, batch, { count: 1 });
    const report = await nextReport(p, { rewardsGwei: 1_000_000n });
    const { keys } = batch;
    await predeposit(p, batch, { from: 1 });
    // The block after the reference block: EIP-4788 must not lose the latter.
    await fund(p, await sight(p, [keys[0]!], { ageSlots: 1 }), 31n * GWEI);
    const pooled = await p.pool.read.totalPooledEther();
    const { settlement } = await settlementOf(p, await sendReport(p, report));
    expect(settlement).to.include({ depositsGwei: GWEI, rewardsWei: 1_000_000n * GWEI });
    expect(await p.pool.read.totalPooledEther()).to.equal(pooled + 1_000_000n * GWEI);
    expect(await p.pool.read.inFlightGwei()).to.equal(33n * GWEI);
  });

  it("lies between the last cut-off and the reference slot", async () => {
    const { p } = await networkHelpers.loadFixture(withBatch);
    await settle(p);
    const report = await nextReport(p);
    const lastCutoff = await p.distribution.read.lastCutoffTimestamp();
    const refTime = timeOfSlot(p, report.refSlot);
    for (const cutoffTimestamp of [lastCutoff - 1n, refTime + 1n, 0n, 2n ** 64n - 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        sendReport(p, { ...report, cutoffTimestamp }),
        p.distribution,
        "CutoffOutOfOrder",
        [cutoffTimestamp, lastCutoff, refTime],
      );
    await sendReport(p, { ...report, cutoffTimestamp: refTime });
  });

  it("may stay where it was, when no block came", async () => {
    const { p, batch } = await networkHelpers.loadFixture(withBatch);
    await predeposit(p, batch, { count: 1 });
    const first = await settle(p);
    const { cutoffTimestamp } = first.report;
    const second = await settle(p, { cutoffTimestamp });
    expect(second.settlement).to.include({ depositsGwei: 0n, rewardsWei: 0n });
    expect(await p.distribution.read.lastCutoffTimestamp()).to.equal(cutoffTimestamp);
  });

  it("INC-20 lets a report late by frames see only what its cut-off saw", async () => {
    const p = await networkHelpers.loadFixture(bare);
    const { owner, ...active } = await activeValidators(p, { count: 1 });
    const report = await nextReport(p, { rewardsGwei: 2_000_000n });
    const batch = await submitBatch(p, { ...active, owner });
    await predeposit(p, batch);
    await networkHelpers.time.increase(6_000);
    const { settlement } = await settlementOf(p, await sendReport(p, report));
    expect(settlement).to.include({ depositsGwei: 0n, rewardsWei: 2_000_000n * GWEI });
    expect((await settle(p, { frames: 7n })).settlement).to.include({ depositsGwei: GWEI, rewardsWei: 0n });
  });
});

const bare = () => startProtocol(connection);
