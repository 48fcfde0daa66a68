import { expect } from "chai";
import { network } from "hardhat";

import type { Report } from "../../../chain/report/report.ts";
import { startProtocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { collectedOf, nextReport, sendReport, settle, settlementOf, timeOfSlot } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const SLOTS = 64n;

async function withActive() {
  const p = await startProtocol(connection);
  await activeValidators(p);
  return { p, last: await p.distribution.read.lastRefSlot() };
}

describe("RewardDistribution, frames", () => {
  it("INV-11 refuses a frame that was settled, with the same report or another, and an older one", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const { report } = await settle(p, { rewardsGwei: 1_000n });
    const again = () => sendReport(p, report);
    const settled = [report.refSlot, report.refSlot] as const;
    await viem.assertions.revertWithCustomErrorWithArgs(again(), p.distribution, "FrameSettled", [...settled]);
    const other = { ...report, consensusBalanceGwei: report.consensusBalanceGwei + 1n };
    await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, other), p.distribution, "FrameSettled", [
      ...settled,
    ]);
    const older = { ...report, refSlot: report.refSlot - SLOTS };
    await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, older), p.distribution, "FrameSettled", [
      report.refSlot - SLOTS,
      report.refSlot,
    ]);
  });

  it("INV-11 settles no earlier frame after a later one", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    const skipped = await nextReport(p);
    await settle(p, { frames: 2n });
    await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, skipped), p.distribution, "FrameSettled", [
      last + SLOTS,
      last + 2n * SLOTS,
    ]);
  });

  it("INC-26 refuses a report that builds on another than the last settled one, earlier or later", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    const drafted = await nextReport(p, { frames: 2n });
    await settle(p);
    const refused = (report: Report, lastRefSlot: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, report), p.distribution, "BuiltOnOther", [
        report.previousRefSlot,
        lastRefSlot,
      ]);
    // What happened in the first of the two frames has been counted since.
    await refused(drafted, last + SLOTS);
    await refused({ ...drafted, previousRefSlot: drafted.refSlot }, last + SLOTS);
    await sendReport(p, { ...drafted, previousRefSlot: last + SLOTS });
  });

  it("refuses a slot that is not the last one of a frame", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    const report = await nextReport(p);
    for (const refSlot of [last + SLOTS - 1n, last + SLOTS + 1n, last + 1n, 0n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        sendReport(p, { ...report, refSlot }),
        p.distribution,
        "OffGrid",
        [refSlot],
      );
  });

  it("refuses a frame whose last slot is not over", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    const report = await nextReport(p);
    const refSlot = last + 5n * SLOTS;
    const over = timeOfSlot(p, refSlot + 1n);
    await networkHelpers.time.setNextBlockTimestamp(over - 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(
      sendReport(p, { ...report, refSlot }),
      p.distribution,
      "FrameNotOver",
      [refSlot],
    );
    await networkHelpers.time.setNextBlockTimestamp(over);
    // Over, but with another reference block than the one of this report.
    await viem.assertions.revertWithCustomError(
      sendReport(p, { ...report, refSlot }),
      p.distribution,
      "BlockRootMismatch",
    );
  });

  it("settles over skipped frames as one", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    const { settlement, report } = await settle(p, { frames: 4n, rewardsGwei: 100_000_000n });
    expect(report.refSlot).to.equal(last + 4n * SLOTS);
    expect(settlement.rewardsWei).to.equal(100_000_000_000_000_000n);
    expect(await p.distribution.read.lastRefSlot()).to.equal(last + 4n * SLOTS);
  });

  it("settles frames one after the other when several are over", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    await networkHelpers.time.increaseTo(timeOfSlot(p, last + 3n * SLOTS + 3n));
    for (let i = 1n; i <= 3n; i++) expect((await settle(p)).report.refSlot).to.equal(last + i * SLOTS);
  });

  it("INC-26 counts what was received once, whatever frame reports it", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    await networkHelpers.setBalance(p.executionRewardsVault.address, 70_000n);
    expect((await settle(p)).settlement.executionRewardsWei).to.equal(70_000n);
    const { settlement } = await settlementOf(p, await sendReport(p, await nextReport(p)));
    expect(settlement).to.include({ executionRewardsWei: 0n, rewardsWei: 0n });
    await networkHelpers.setBalance(p.executionRewardsVault.address, 500n);
    expect((await settle(p, { frames: 2n })).settlement.executionRewardsWei).to.equal(500n);
    expect(await collectedOf(p, "executionRewardsVault")).to.equal(70_500n);
  });
});
