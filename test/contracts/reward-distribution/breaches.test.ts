import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import type { Breach } from "../../../chain/report/report.ts";
import { downtimeReported } from "../support/registry-events.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, settle, settleFrom } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

/** Slots of a period: two frames of 64. */
const PERIOD_SLOTS = 128n;
const PENALTY = parseEther("0.32");

const breach = (period: number): Breach => ({
  operatorId: 1,
  period,
  uptimePpm: 900_000,
  thresholdPpm: 997_000,
  missedGweiEpochs: 1_600_000_000_000n,
});

async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p);
  const last = await p.distribution.read.lastRefSlot();
  /** The period in which the next frame lies. */
  const period = Number((last + 1n) / PERIOD_SLOTS);
  return { p, ...active, last, period };
}

describe("RewardDistribution, breaches", () => {
  it("refuses a period that has not ended by the reference slot, to the frame", async () => {
    const { p, last, period } = await networkHelpers.loadFixture(withActive);
    // The frame before ended in the middle of a period.
    expect((last + 1n) % PERIOD_SLOTS).to.equal(64n);
    const refused = async (of: number) =>
      viem.assertions.revertWithCustomErrorWithArgs(
        sendReport(p, await nextReport(p, { breaches: [breach(of)] })),
        p.distribution,
        "PeriodNotOver",
        [of],
      );
    await refused(period + 1);
    const { hash } = await settle(p, { breaches: [breach(period)] });
    expect(await downtimeReported(p, hash)).to.have.lengthOf(1);
    await refused(period + 1);
    await settle(p);
    await settle(p, { breaches: [breach(period + 1)] });
    const far = await nextReport(p, { breaches: [breach(2 ** 32 - 1)] });
    await viem.assertions.revertWithCustomError(sendReport(p, far), p.distribution, "PeriodNotOver");
  });

  it("brings the periods of skipped frames with the next report", async () => {
    const { p, period } = await networkHelpers.loadFixture(withActive);
    const breaches = [breach(period), breach(period + 1), breach(period + 2)];
    const { hash } = await settle(p, { frames: 6n, breaches });
    expect((await downtimeReported(p, hash)).map((event) => event.period)).to.deep.equal([
      period,
      period + 1,
      period + 2,
    ]);
    expect(await p.registry.read.getOperator([1])).to.include({ status: 2, strikeHistory: 0b111 });
  });

  it("INV-12 locks with the report, burns after the appeal window, once, and stakers gain it", async () => {
    const { p, period } = await networkHelpers.loadFixture(withActive);
    const locked = await settle(p, { frames: 2n, breaches: [breach(period)] });
    expect(locked.settlement.burnedShares).to.equal(0n);
    expect(await p.registry.read.getOperator([1])).to.include({ lockedShares: PENALTY });
    const rate = await p.pool.read.ethPerShare();
    const { maturesAt } = await p.registry.read.getLock([0n]);
    expect((await settleFrom(p, maturesAt)).settlement.burnedShares).to.equal(PENALTY);
    expect(await p.registry.read.getOperator([1])).to.include({
      lockedShares: 0n,
      bondShares: parseEther("20") - PENALTY,
    });
    expect((await p.pool.read.ethPerShare()) > rate).to.equal(true);
    expect((await settle(p)).settlement.burnedShares).to.equal(0n);
  });

  it("burns nothing of a breach whose appeal was heard", async () => {
    const { p, period } = await networkHelpers.loadFixture(withActive);
    await settle(p, { frames: 2n, breaches: [breach(period)] });
    await p.registry.write.releaseLock([0n], { account: p.accounts.roles.APPEALS.account });
    await networkHelpers.time.increase(p.parameters.registry.appealWindowSeconds);
    expect((await settle(p, { frames: 2n })).settlement.burnedShares).to.equal(0n);
    expect(await p.registry.read.getOperator([1])).to.include({ bondShares: parseEther("20"), lockedShares: 0n });
  });

  it("INC-26 refuses a report that names a breach again, and settles the frame without it", async () => {
    const { p, period } = await networkHelpers.loadFixture(withActive);
    await settle(p, { frames: 2n, breaches: [breach(period)] });
    const again = await nextReport(p, { breaches: [breach(period)] });
    await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, again), p.registry, "PeriodAlreadyJudged", [
      1,
      period,
    ]);
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(PENALTY);
    await sendReport(p, { ...again, breaches: [] });
    expect(await p.registry.read.lockCount()).to.equal(1n);
  });

  it("INC-39 locks before bond can leave that was asked back before the breach", async () => {
    const { p, period, owner, paymentAddress } = await networkHelpers.loadFixture(withActive);
    const excess = parseEther("20") - parseEther("1.28");
    await p.registry.write.requestBondWithdrawal([1, excess], { account: owner.account });
    await settle(p, { frames: 2n, breaches: [breach(period)] });
    const { withdrawalAt } = await p.registry.read.getOperator([1]);
    expect(withdrawalAt).to.be.greaterThan(await networkHelpers.time.latest());
    await networkHelpers.time.increaseTo(withdrawalAt);
    // The window is over as well, so the next settlement burns first; what is left pays out.
    await settle(p, { frames: 3n });
    await viem.assertions.revertWithCustomError(
      p.registry.write.withdrawBond([1], { account: owner.account }),
      p.registry,
      "BondTooSmall",
    );
    await p.registry.write.requestBondWithdrawal([1, excess - PENALTY - 10n], { account: owner.account });
    await settleFrom(p, (await p.registry.read.getOperator([1])).withdrawalAt);
    await p.registry.write.withdrawBond([1], { account: owner.account });
    expect(await p.token.read.balanceOf([paymentAddress])).to.equal(excess - PENALTY - 10n);
  });

  it("INV-12 INC-24 burns a lock however many settlements come before it matures", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const parameters = { ...p.parameters.registry, appealWindowSeconds: 3_000 };
    await p.registry.write.setParameters([parameters], { account: p.accounts.roles.PARAMETERS.account });
    const { shares } = await lockAll(p);
    for (let frame = 0; frame < 2; frame++) expect((await settle(p)).settlement.burnedShares).to.equal(0n);
    const { maturesAt } = await p.registry.read.getLock([0n]);
    expect((await settleFrom(p, maturesAt)).settlement.burnedShares).to.equal(shares);
  });

  it("INC-24 burns more locks than one settlement takes by the next ones", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const count = 33n;
    for (let i = 0n; i < count; i++) {
      await p.registry.write.addBond([1], { value: 100n });
      await lockAll(p);
    }
    const { maturesAt } = await p.registry.read.getLock([count - 1n]);
    await settleFrom(p, maturesAt);
    expect(await p.registry.read.nextLock()).to.equal(32n);
    expect((await settle(p)).settlement.burnedShares).to.equal(100n);
    expect(await p.registry.read.nextLock()).to.equal(33n);
  });

  it("asks the registry about locks only while there are some", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const asks = async () => lengthOfTrace(p, (await settle(p)).hash);
    await settle(p);
    const without = await asks();
    await lockAll(p);
    const withOne = await asks();
    expect(withOne > without + 100).to.equal(true);
    await settleFrom(p, (await p.registry.read.getLock([0n])).maturesAt);
    expect(await asks()).to.equal(without);
  });

  /** Locks all free bond of operator 1. */
  async function lockAll(p: Protocol) {
    const { bondShares, lockedShares } = await p.registry.read.getOperator([1]);
    await p.registry.write.emergencySlash([1], { account: p.accounts.roles.GUARDIAN.account });
    return { shares: bondShares - lockedShares };
  }

  /** Steps that a transaction took in all contracts. */
  async function lengthOfTrace(p: Protocol, hash: Hex): Promise<number> {
    const trace = (await p.connection.provider.request({
      method: "debug_traceTransaction",
      params: [hash, { disableMemory: true, disableStack: true, disableStorage: true }],
    })) as { structLogs: unknown[] };
    return trace.structLogs.length;
  }
});

describe("RewardDistribution, stolen rewards", () => {
  it("hands thefts of the window to the registry, which locks bond for them", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    const theft = { operatorId: 1, slot: last + 1n, amountWei: parseEther("0.4") };
    const { report } = await settle(p, { thefts: [theft] });
    expect(report.thefts).to.deep.equal([theft]);
    expect((await p.registry.read.getOperator([1])).lockedShares >= parseEther("0.4")).to.equal(true);
  });

  it("INC-26 refuses a theft before or after the window, so that none is named twice", async () => {
    const { p, last } = await networkHelpers.loadFixture(withActive);
    const refSlot = last + 64n;
    for (const slot of [last, refSlot + 1n, 0n, 2n ** 64n - 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        sendReport(p, await nextReport(p, { thefts: [{ operatorId: 1, slot, amountWei: 1n }] })),
        p.distribution,
        "TheftOutOfWindow",
        [slot],
      );
    await settle(p, { thefts: [{ operatorId: 1, slot: refSlot, amountWei: 1n }] });
  });
});
