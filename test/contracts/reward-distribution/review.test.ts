import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, parseEther, parseEventLogs, stringToHex, zeroHash, type Hex } from "viem";

import { hashReport } from "../../../chain/report/encoding.ts";
import type { Report } from "../../../chain/report/report.ts";
import { asContract } from "../support/impersonation.ts";
import { stake, startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, settle, settlementOf, signReport } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const POOLED_WEI = parseEther("220");
/** Five per cent. */
const MOST_WEI = POOLED_WEI / 20n;
const TOO_MUCH_GWEI = -12_000_000_000n;
const REVIEW_SECONDS = 7 * 24 * 3_600;
const PENDING = 16;

async function withActive() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  return p;
}

/** A report of a loss of 12 ETH, which is more than one report may lose, is held. */
async function withHeld() {
  const p = await withActive();
  const report = await nextReport(p, { rewardsGwei: TOO_MUCH_GWEI });
  const hash = await sendReport(p, report);
  return { p, report, hash };
}

const reviewer = (p: Protocol) => ({ account: p.accounts.roles.REVIEW.account });
const confirm = (p: Protocol, report: Report) => p.distribution.write.confirmReport([report, 0n], reviewer(p));

describe("RewardDistribution, reports in review", () => {
  it("INC-25 holds a report that loses more than the bound, to the gwei, and settles nothing", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const before = await books(p);
    const report = await nextReport(p, { rewardsGwei: -11_000_000_001n });
    const hash = await sendReport(p, report);
    const expiresAt = (await networkHelpers.time.latest()) + REVIEW_SECONDS;
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.distribution, "ReportHeld", [
      report.refSlot,
      hashReport(report),
      MOST_WEI + 10n ** 9n,
      MOST_WEI,
      expiresAt,
    ]);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.pool, "PauseChanged", [PENDING, expiresAt]);
    expect(await p.distribution.read.heldReport()).to.deep.equal([hashReport(report), expiresAt]);
    expect(await p.pool.read.pausedUntil([PENDING])).to.equal(expiresAt);
    expect(await books(p)).to.deep.equal(before);
  });

  it("INC-25 settles a loss that reaches the bound, and minting no fee", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const { settlement } = await settle(p, { rewardsGwei: -11_000_000_000n });
    expect(settlement).to.include({ rewardsWei: -MOST_WEI, feeWei: 0n, feeShares: 0n });
  });

  it("INC-25 holds a report whose named losses together are above the bound, even without a loss", async () => {
    for (const losses of [
      [
        { operatorId: 1, amountWei: MOST_WEI },
        { operatorId: 2, amountWei: 1n },
      ],
      [{ operatorId: 1, amountWei: 2n ** 128n - 1n }],
    ]) {
      const p = await networkHelpers.loadFixture(withActive);
      const lossWei = losses.reduce((sum, { amountWei }) => sum + amountWei, 0n);
      const hash = await sendReport(p, await nextReport(p, { losses }));
      expect(await heldBy(p, hash)).to.deep.equal([[lossWei, MOST_WEI]]);
    }
  });

  it("INC-25 follows the parameter, down to no loss at all", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    await p.distribution.write.setParameters([{ ...p.parameters.distribution, maxLossBps: 0 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    expect(await heldBy(p, await sendReport(p, await nextReport(p, { rewardsGwei: -1n })))).to.deep.equal([
      [10n ** 9n, 0n],
    ]);
  });

  it("stops staking, deposits and settling; withdrawals, claims, bonds and token go on", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const until = await p.pool.read.pausedUntil([PENDING]);
    const manager = await asContract(p, p.manager);
    for (const stopped of [stake(p, 7n), p.pool.write.takeForDeposits([1n], manager)])
      await viem.assertions.revertWithCustomErrorWithArgs(stopped, p.pool, "ActionPaused", [PENDING, until]);
    for (const another of [report, await nextReport(p), await nextReport(p, { rewardsGwei: TOO_MUCH_GWEI - 1n })])
      await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, another), p.distribution, "ReviewNotOver", [
        hashReport(report),
        until,
      ]);
    expect(await p.pool.read.maxDeposit([p.accounts.stranger.account.address])).to.equal(0n);

    const [staker] = p.accounts.stakers;
    await p.token.write.transferAndCall([p.pool.address, parseEther("1")], { account: staker.account });
    await p.token.write.transfer([p.accounts.stranger.account.address, 1n], { account: staker.account });
    await p.registry.write.addBond([1], { value: parseEther("1") });
  });

  it("settles the report when it is confirmed, whatever it loses", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const hash = await confirm(p, report);
    const { event, settlement } = await settlementOf(p, hash);
    expect(event).to.include({ refSlot: report.refSlot, reportHash: hashReport(report) });
    expect(settlement).to.include({ rewardsWei: parseEther("-12"), feeWei: 0n });
    expect(await p.pool.read.totalPooledEther()).to.equal(POOLED_WEI - parseEther("12"));
    expect(await p.distribution.read.lastRefSlot()).to.equal(report.refSlot);
    expect(await p.distribution.read.heldReport()).to.deep.equal([hashReport(report), 0]);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.pool, "PauseChanged", [PENDING, 0]);
    await stake(p, parseEther("1"));
    await settle(p);
  });

  it("confirms days later, when EIP-4788 has forgotten the block", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    await networkHelpers.time.increase(REVIEW_SECONDS - 60);
    await settlementOf(p, await confirm(p, report));
  });

  it("confirms nothing but the report that is held, and nothing twice", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const other = { ...report, consensusBalanceGwei: report.consensusBalanceGwei + 1n };
    await viem.assertions.revertWithCustomErrorWithArgs(confirm(p, other), p.distribution, "NotInReview", [
      hashReport(other),
      hashReport(report),
    ]);
    await confirm(p, report);
    await viem.assertions.revertWithCustomError(confirm(p, report), p.distribution, "NotInReview");
  });

  it("opens again when the report is dropped, and takes a right one for the same frame", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const drop = p.distribution.write.dropReport(reviewer(p));
    await viem.assertions.emitWithArgs(drop, p.distribution, "ReportDropped", [hashReport(report)]);
    await stake(p, parseEther("1"));
    await viem.assertions.revertWithCustomError(confirm(p, report), p.distribution, "NotInReview");
    await viem.assertions.revertWithCustomError(
      p.distribution.write.dropReport(reviewer(p)),
      p.distribution,
      "NotInReview",
    );
    const right = { ...report, consensusBalanceGwei: 64_000_000_000n };
    await settlementOf(p, await sendReport(p, right));
  });

  it("INV-14 a review ends by itself, to the second, and the report with it", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const until = await p.pool.read.pausedUntil([PENDING]);
    await networkHelpers.time.setNextBlockTimestamp(until - 1);
    await viem.assertions.revertWithCustomError(sendReport(p, report), p.distribution, "ReviewNotOver");
    await networkHelpers.time.increaseTo(until);
    await viem.assertions.revertWithCustomErrorWithArgs(confirm(p, report), p.distribution, "NotInReview", [
      zeroHash,
      hashReport(report),
    ]);
    await settle(p, { refSlot: report.refSlot, consensusBalanceGwei: 64_000_000_000n });
    expect(await p.pool.read.totalPooledEther()).to.equal(POOLED_WEI);
  });

  it("INC-43 holds nothing while settling is paused, and confirms nothing either", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const guardian = { account: p.accounts.roles.GUARDIAN.account };
    await p.pool.write.pause([8, 86_400], guardian);
    await viem.assertions.revertWithCustomError(confirm(p, report), p.pool, "ActionPaused");
    await p.distribution.write.dropReport(reviewer(p));
    const next = await nextReport(p, { frames: 2n, consensusBalanceGwei: report.consensusBalanceGwei });
    await viem.assertions.revertWithCustomError(sendReport(p, next), p.pool, "ActionPaused");
  });

  it("INC-21 INC-22 holds nothing that the committee has not agreed on, or of another chain of blocks", async () => {
    const p = await networkHelpers.loadFixture(withActive);
    const report = await nextReport(p, { rewardsGwei: TOO_MUCH_GWEI });
    await viem.assertions.revertWithCustomError(
      sendReport(p, report, { signers: p.accounts.members.slice(0, 1) }),
      p.distribution,
      "NoAgreement",
    );
    const forged = { ...report, blockRoot: keccak256(stringToHex("another")) };
    await viem.assertions.revertWithCustomError(sendReport(p, forged), p.distribution, "BlockRootMismatch");
  });

  it("INC-24 no guardian ends a review: pauses and reviews do not touch each other", async () => {
    const { p } = await networkHelpers.loadFixture(withHeld);
    const until = await p.pool.read.pausedUntil([PENDING]);
    await p.pool.write.unpause([255], { account: p.accounts.roles.UNPAUSE.account });
    expect(await p.pool.read.pausedUntil([PENDING])).to.equal(until);
    await viem.assertions.revertWithCustomError(stake(p, 7n), p.pool, "ActionPaused");
    await p.pool.write.pause([1, 600], { account: p.accounts.roles.GUARDIAN.account });
    await p.distribution.write.dropReport(reviewer(p));
    await viem.assertions.revertWithCustomErrorWithArgs(stake(p, 7n), p.pool, "ActionPaused", [
      1,
      await p.pool.read.pausedUntil([1]),
    ]);
  });

  it("INC-43 lets nobody stop the pool again with a report that was dropped, or whose time ran out", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const again = async () =>
      viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, report), p.distribution, "ReviewedBefore", [
        report.refSlot,
        report.refSlot,
      ]);
    const [, expiresAt] = await p.distribution.read.heldReport();
    const held = await networkHelpers.takeSnapshot();
    await p.distribution.write.dropReport(reviewer(p));
    await again();
    await stake(p, 7n);
    await held.restore();
    await networkHelpers.time.increaseTo(expiresAt);
    await again();
  });

  it("keeps the signatures of a dropped report useless for the next frame", async () => {
    const { p, report } = await networkHelpers.loadFixture(withHeld);
    const signatures = await signReport(p, report, p.accounts.members.slice(0, 2));
    await p.distribution.write.dropReport(reviewer(p));
    await settle(p, { refSlot: report.refSlot, consensusBalanceGwei: 64_000_000_000n });
    await viem.assertions.revertWithCustomError(
      p.distribution.write.settleRewards([report, signatures, 0n]),
      p.distribution,
      "FrameSettled",
    );
  });
});

/** What a settlement would have changed. */
async function books(p: Protocol) {
  return {
    pooledWei: await p.pool.read.totalPooledEther(),
    shares: await p.pool.read.totalShares(),
    consensusGwei: await p.pool.read.consensusGwei(),
    ceilingWei: await p.pool.read.stakeCeilingWei(),
    lastRefSlot: await p.distribution.read.lastRefSlot(),
    cutoff: await p.distribution.read.lastCutoffTimestamp(),
    root: await p.distribution.read.pendingRoot(),
  };
}

/** Loss and bound of the reports that a transaction held. */
async function heldBy(p: Protocol, hash: Hex): Promise<[bigint, bigint][]> {
  const { logs } = await p.client.waitForTransactionReceipt({ hash });
  return parseEventLogs({ abi: p.distribution.abi, eventName: "ReportHeld", logs }).map(({ args }) => [
    args.lossWei,
    args.maxWei,
  ]);
}
