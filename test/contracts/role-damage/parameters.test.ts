import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { busyProtocol, type BusyProtocol } from "../support/busy-protocol.ts";
import { requestExit, sightOf } from "../support/exits.ts";
import { asContract } from "../support/impersonation.ts";
import { fund, predeposit, prove, stake } from "../support/protocol.ts";
import { createRefused } from "../support/refused.ts";
import { nextReport, sendReport, settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => networkHelpers.loadFixture(begin);
async function begin() {
  return busyProtocol(connection);
}

const DAY = 86_400;
const as = (p: BusyProtocol) => ({ account: p.accounts.roles.PARAMETERS.account });
const by = (p: BusyProtocol) => ({ account: p.staker.account });
const refused = createRefused(viem);

describe("Role damage, PARAMETERS", () => {
  it("INV-20 PARAMETERS-1 nobody can stake; who wants out gets out, and reports are settled", async () => {
    const p = await start();
    const rate = await p.pool.read.ethPerShare();
    for (const limits of [
      { ...p.parameters.pool, stakeCapWei: 0n },
      { ...p.parameters.pool, stakeAllowanceWei: 0n },
    ]) {
      await p.pool.write.setLimits([limits], as(p));
      await refused(stake(p, 10n ** 9n), p.pool, "StakeCeilingReached");
    }
    for (const maxReportAgeSeconds of [0, 3_599, 7 * DAY + 1])
      await refused(
        p.pool.write.setLimits([{ ...p.parameters.pool, maxReportAgeSeconds }], as(p)),
        p.pool,
        "LimitOutOfBounds",
      );
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
    await p.token.write.transferAndCall([p.pool.address, parseEther("1")], by(p));
    await p.queue.write.claim([p.finalizedTicket, 0n], by(p));
    await p.registry.write.addBond([1], { value: parseEther("1") });
    await settle(p, { rewardsGwei: 1_000_000n });
  });

  it("INV-20 PARAMETERS-2 new requests wait for a week and are of 1 to 100 ETH; tickets keep what they have", async () => {
    const p = await start();
    const before = await p.queue.read.getRequest([p.waitingTicket]);
    const worst = { minDelaySeconds: 7 * DAY, minRequestWei: parseEther("1"), maxRequestWei: parseEther("100") };
    for (const beyond of [
      { minDelaySeconds: 7 * DAY + 1 },
      { minRequestWei: parseEther("1") + 1n },
      { minRequestWei: 0n },
      { maxRequestWei: parseEther("100") - 1n },
    ])
      await refused(p.queue.write.setParameters([{ ...worst, ...beyond }], as(p)), p.queue, "ParameterOutOfBounds");
    await p.queue.write.setParameters([worst], as(p));

    expect(await p.queue.read.getRequest([p.waitingTicket])).to.deep.equal(before);
    const ask = (shares: bigint) => p.token.write.transferAndCall([p.pool.address, shares], by(p));
    await refused(ask(parseEther("0.9")), p.queue, "RequestOutOfBounds");
    await refused(ask(parseEther("101")), p.queue, "RequestOutOfBounds");
    await ask(parseEther("2"));
    const { eligibleAt } = await p.queue.read.getRequest([await p.queue.read.lastRequestId()]);
    expect(Number(eligibleAt)).to.equal((await networkHelpers.time.latest()) + 7 * DAY);
  });

  it("INV-20 PARAMETERS-3 a breach takes the whole bond into locks, and none of it without a report", async () => {
    const p = await start();
    const most = {
      faultPenaltyWei: parseEther("32"),
      bondMarginWei: parseEther("32"),
      bondRateBps: 10_000,
      clientCapBps: 2_000,
      clientCapFloorGwei: 0n,
      minBatchAgeSeconds: 90 * DAY,
      appealWindowSeconds: 600,
      bondExitDelaySeconds: 90 * DAY,
      exitDeadlineSeconds: 0,
      downtimePenaltyWeiPerEthEpoch: parseEther("0.01"),
      maxDowntimeLockBps: 10_000,
      strikesToDeactivate: 1,
      maxPeriodLockWei: parseEther("1000000"),
      theftPenaltyWei: parseEther("32"),
    };
    for (const beyond of [
      { faultPenaltyWei: parseEther("32") + 1n },
      { bondMarginWei: parseEther("32") + 1n },
      { bondRateBps: 10_001 },
      { bondRateBps: 99 },
      { clientCapBps: 1_999 },
      { clientCapFloorGwei: 10n ** 15n + 1n },
      { theftPenaltyWei: parseEther("32") + 1n },
      { minBatchAgeSeconds: 90 * DAY + 1 },
      { appealWindowSeconds: 599 },
      { appealWindowSeconds: 90 * DAY + 1, bondExitDelaySeconds: 90 * DAY + 1 },
      { bondExitDelaySeconds: 90 * DAY + 1 },
      { bondExitDelaySeconds: 599 },
      { exitDeadlineSeconds: 90 * DAY + 1 },
      { downtimePenaltyWeiPerEthEpoch: parseEther("0.01") + 1n },
      { maxDowntimeLockBps: 10_001 },
      { strikesToDeactivate: 0 },
    ])
      await refused(
        p.registry.write.setParameters([{ ...most, ...beyond }], as(p)),
        p.registry,
        "ParameterOutOfBounds",
      );
    const { lockedShares, bondShares } = await p.registry.read.getOperator([1]);
    await p.registry.write.setParameters([most], as(p));
    expect((await p.registry.read.getOperator([1])).lockedShares, "without a report").to.equal(lockedShares);

    const breach = { operatorId: 1, period: 9, uptimePpm: 0, thresholdPpm: 997_000, missedGweiEpochs: 2n ** 63n };
    await p.registry.write.reportDowntime([[breach]], await asContract(p, p.distribution));
    const after = await p.registry.read.getOperator([1]);
    expect(after).to.include({ lockedShares: bondShares, bondShares, status: 2 });
    await p.registry.write.releaseLock([1n], { account: p.accounts.roles.APPEALS.account });
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(lockedShares);
  });

  it("INV-20 PARAMETERS-4 no validator comes any further; those that are there can exit", async () => {
    const p = await start();
    const least = { maxStock: 1, maxStockPerOperator: 1, maxOperatorShareBps: 100, turnGwei: 31_000_000_000n };
    const worst = {
      ...least,
      slashedLockBps: 10_000,
      maxProofAgeSeconds: 600,
      exitRetrySeconds: 30 * DAY,
      minPartialGwei: 32_000_000_000n,
    };
    for (const beyond of [
      { maxStock: 0 },
      { maxStockPerOperator: 2 },
      { maxOperatorShareBps: 99 },
      { maxOperatorShareBps: 10_001 },
      { slashedLockBps: 10_001 },
      { turnGwei: 30_999_999_999n },
      { maxProofAgeSeconds: 599 },
      { maxProofAgeSeconds: 3_601 },
      { minPartialGwei: 0n },
      { minPartialGwei: 32_000_000_001n },
      { exitRetrySeconds: 30 * DAY + 1 },
    ])
      await refused(p.manager.write.setParameters([{ ...worst, ...beyond }], as(p)), p.manager, "ParameterOutOfBounds");
    await p.manager.write.setParameters([worst], as(p));
    await refused(predeposit(p, p.hidden), p.manager, "StockFull");
    await refused(fund(p, await sightOf(p, p.active.pubkeys), 1_000_000_000n), p.manager, "OperatorShareReached");
    await networkHelpers.time.increase(600);
    await refused(prove(p, p.seenUnproven), p.manager, "ProofTooOld");
    await requestExit(p, p.active.pubkeys, { by: p.active.owner });
    await settle(p);
  });

  it("INV-20 PARAMETERS-5 a report takes a tenth of rewards as the fee, or a tenth off the rate, and no more", async () => {
    const p = await start();
    const half = (p.parameters.frame.slotsPerFrame * BigInt(p.chain.secondsPerSlot)) / 2n;
    const worst = {
      operatorFeeBps: 1_000,
      maxYearlyGrowthBps: 10_000_000,
      maxLossBps: 1_000,
      claimDelaySeconds: Number(half),
      maxCoverBps: 10_000,
      staleFrames: 2,
      staleHaircutBps: 1_000,
      staleDailyWei: 0n,
    };
    for (const beyond of [
      { operatorFeeBps: 1_001 },
      { maxYearlyGrowthBps: 10_000_001 },
      { maxLossBps: 1_001 },
      { claimDelaySeconds: Number(half) + 1 },
      { maxCoverBps: 10_001 },
      { staleHaircutBps: 999 },
    ])
      await refused(
        p.distribution.write.setParameters([{ ...worst, ...beyond }], as(p)),
        p.distribution,
        "ParameterOutOfBounds",
      );
    await p.distribution.write.setParameters([worst], as(p));
    const gain = await settle(p, { rewardsGwei: 1_000_000_000n });
    expect(gain.settlement.feeWei).to.equal(parseEther("0.1"));

    const pooledGwei = (await p.pool.read.totalPooledEther()) / 10n ** 9n;
    await sendReport(p, await nextReport(p, { rewardsGwei: -(pooledGwei / 10n) - 1n }));
    await p.distribution.write.dropReport({ account: p.accounts.roles.REVIEW.account });
    const rate = await p.pool.read.ethPerShare();
    await settle(p, { rewardsGwei: -(pooledGwei / 10n) });
    expect(Number(((await p.pool.read.ethPerShare()) * 10_000n) / rate)).to.be.within(8_999, 9_001);
  });
});
