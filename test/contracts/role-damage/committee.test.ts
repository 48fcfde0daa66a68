import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, zeroHash } from "viem";

import { hashReport } from "../../../chain/report/encoding.ts";
import { busyProtocol, type BusyProtocol } from "../support/busy-protocol.ts";
import { PAUSE } from "../support/pause-flags.ts";
import { createRefused } from "../support/refused.ts";
import { nextReport, sendReport, settle, type ReportChanges } from "../support/settlement.ts";
import { treasureOf } from "../support/treasure.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => networkHelpers.loadFixture(begin);

const YEAR = 365n * 86_400n;

/** A committee of one who lies. */
async function begin() {
  const p = await busyProtocol(connection);
  const liar = p.accounts.stranger;
  const members = [liar.account.address];
  const { address } = await viem.deployContract("OracleCommittee", [p.accessManager.address, members, 1n]);
  const firstRefSlot = (await p.distribution.read.lastRefSlot()) + 1n;
  await p.distribution.write.setCommittee([address, firstRefSlot], { account: p.accounts.roles.COMMITTEE.account });
  return { p, lie: { committee: address, signers: [liar] } };
}

const says = createRefused(viem);
const refused = (sent: Promise<unknown>, p: BusyProtocol, error: string) => says(sent, p.distribution, error);

describe("Role damage, COMMITTEE", () => {
  it("INV-20 COMMITTEE-1 a lie lowers the rate by the bound of a report, each frame, and takes no ether out", async () => {
    const { p, lie } = await start();
    const { etherWei } = await treasureOf(p);
    for (let frame = 0; frame < 2; frame++) {
      const pooledGwei = (await p.pool.read.totalPooledEther()) / 10n ** 9n;
      const most = (pooledGwei * BigInt(p.parameters.distribution.maxLossBps)) / 10_000n;
      await held(p, { rewardsGwei: -most - 1n }, lie);
      await settle(p, { ...lie, rewardsGwei: -most, frames: 1n });
    }
    const after = (await treasureOf(p)).etherWei;
    expect(sum(after)).to.equal(sum(etherWei));
  });

  it("INV-20 COMMITTEE-1 a lie raises the rate by the yearly bound, for the frames that have passed", async () => {
    const { p, lie } = await start();
    const pooledWei = await p.pool.read.totalPooledEther();
    const seconds = p.parameters.frame.slotsPerFrame * BigInt(p.chain.secondsPerSlot);
    const most = (pooledWei * BigInt(p.parameters.distribution.maxYearlyGrowthBps) * seconds) / (10_000n * YEAR);
    // What is above the bound is deferred: later reports may tell it, frame by frame.
    const { settlement } = await settle(p, { ...lie, rewardsGwei: (2n * most) / 10n ** 9n });
    expect(settlement.rewardsWei <= most).to.equal(true);
    expect((await p.pool.read.totalPooledEther()) - pooledWei <= most).to.equal(true);
  });

  it("INV-20 COMMITTEE-1 it takes from vaults and fees no more than they have, and of bonds what a loss may be", async () => {
    const { p, lie } = await start();
    const wrong = async (changes: ReportChanges, error: string) =>
      refused(sendReport(p, await nextReport(p, changes), lie), p, error);
    const receipts = (await p.distribution.read.collectedWei())[1] + 1n;
    await wrong({ executionReceiptsWei: receipts }, "ReceiptsImplausible");
    const fees = await p.distribution.read.cumulativeFeeShares();
    await wrong({ rewardsRoot: zeroHash, rewardsTotalShares: fees + 1n }, "RewardsImplausible");
    const pooledWei = await p.pool.read.totalPooledEther();
    const most = (pooledWei * BigInt(p.parameters.distribution.maxLossBps)) / 10_000n;
    await held(p, { losses: [{ operatorId: 1, amountWei: most + 1n }] }, lie);
    await settle(p, { ...lie, losses: [{ operatorId: 1, amountWei: most }] });
    const { bondShares } = await p.registry.read.getOperator([1]);
    expect(bondShares < parseEther("20")).to.equal(true);
  });

  it("INV-20 COMMITTEE-1 the guardian stops it by pausing settlements", async () => {
    const { p, lie } = await start();
    await p.pool.write.pause([PAUSE.settle, 3600], { account: p.accounts.roles.GUARDIAN.account });
    await viem.assertions.revertWithCustomError(settle(p, lie), p.pool, "ActionPaused");
  });

  it("INV-20 COMMITTEE-2 a member that counts again is one of the quorum, and not the quorum", async () => {
    const p = await networkHelpers.loadFixture(busy);
    const [member] = p.accounts.members;
    await p.committee.write.suspend([member.account.address], { account: p.accounts.roles.GUARDIAN.account });
    await p.committee.write.reinstate([member.account.address], { account: p.accounts.roles.COMMITTEE.account });
    expect(await p.committee.read.isActiveMember([member.account.address])).to.equal(true);
    await refused(settle(p, { signers: [member] }), p, "NoAgreement");
  });

  async function busy() {
    return busyProtocol(connection);
  }

  /** A report that only a reviewer can let through, who does not. */
  async function held(p: BusyProtocol, changes: ReportChanges, lie: Parameters<typeof sendReport>[2]): Promise<void> {
    const rate = await p.pool.read.ethPerShare();
    const report = await nextReport(p, changes);
    await sendReport(p, report, lie);
    const [reportHash] = await p.distribution.read.heldReport();
    expect(reportHash).to.equal(hashReport(report));
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
    await p.distribution.write.dropReport({ account: p.accounts.roles.REVIEW.account });
  }

  function sum(values: readonly bigint[]): bigint {
    return values.reduce((all, value) => all + value, 0n);
  }
});
