import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, type Hex } from "viem";

import { hashReport, reportIdOf } from "../../../chain/report/encoding.ts";
import type { Report } from "../../../chain/report/report.ts";
import type { Actor } from "../support/accounts.ts";
import { startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, signReport } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

async function withReport() {
  const p = await startProtocol(connection);
  await activeValidators(p);
  return { p, report: await nextReport(p, { rewardsGwei: 1_000n }) };
}

const vote = (p: Protocol, report: Report, { account }: Actor) =>
  p.committee.write.vote([reportIdOf(report)], { account });
const settleWith = (p: Protocol, report: Report, signatures: Hex) =>
  p.distribution.write.settleRewards([report, signatures, 0n], { account: p.accounts.stranger.account });
const disagreed = (p: Protocol, call: Promise<Hex>, report: Report, committee = p.committee.address) =>
  viem.assertions.revertWithCustomErrorWithArgs(call, p.distribution, "NoAgreement", [
    getAddress(committee),
    hashReport(report),
  ]);

describe("RewardDistribution, agreement", () => {
  it("INC-21 settles by the signatures of two members, whoever brings them", async () => {
    const { p, report } = await networkHelpers.loadFixture(withReport);
    const [a, b] = p.accounts.members;
    await disagreed(p, sendReport(p, report, { signers: [] }), report);
    await disagreed(p, sendReport(p, report, { signers: [a] }), report);
    await sendReport(p, report, { signers: [a, b] });
    expect(await p.distribution.read.lastRefSlot()).to.equal(report.refSlot);
  });

  it("INC-21 settles by votes, and by a vote and a signature", async () => {
    const { p, report } = await networkHelpers.loadFixture(withReport);
    const [a, b, c] = p.accounts.members;
    await vote(p, report, b);
    await disagreed(p, settleWith(p, report, "0x"), report);
    await disagreed(p, sendReport(p, report, { signers: [b] }), report);
    const snapshot = await networkHelpers.takeSnapshot();
    await sendReport(p, report, { signers: [c] });
    await snapshot.restore();
    await vote(p, report, a);
    await settleWith(p, report, "0x");
    expect(await p.distribution.read.lastRefSlot()).to.equal(report.refSlot);
  });

  it("INC-21 accepts nothing from one stolen key while the others are offline, by signature and vote together", async () => {
    const { p, report } = await networkHelpers.loadFixture(withReport);
    const [thief] = p.accounts.members;
    const forged = { ...report, rewardsTotalShares: report.rewardsTotalShares, exitingGwei: 77n };
    await vote(p, forged, thief);
    await disagreed(p, sendReport(p, forged, { signers: [thief] }), forged);
    await viem.assertions.revertWithCustomError(
      sendReport(p, forged, { signers: [thief, p.accounts.stranger] }),
      p.committee,
      "SignerNotAccepted",
    );
  });

  it("INC-21 counts agreement on this very report: any field changed after signing is refused", async () => {
    const { p, report } = await networkHelpers.loadFixture(withReport);
    const signatures = await signReport(p, report, p.accounts.members.slice(0, 2));
    const changed: Partial<Report>[] = [
      { consensusBalanceGwei: report.consensusBalanceGwei + 1n },
      { exitingGwei: 1n },
      { cutoffTimestamp: report.cutoffTimestamp - 1n },
      { cutoffBlockHash: `0x${"ab".repeat(32)}` },
      { rewardsRoot: `0x${"cd".repeat(32)}` },
      { losses: [{ operatorId: 1, amountWei: 1n }] },
      { exits: [`0x${"ef".repeat(32)}`] },
    ];
    for (const change of changed)
      // Signatures over something else recover to somebody else, who is no member.
      await viem.assertions.revertWithCustomError(
        settleWith(p, { ...report, ...change }, signatures),
        p.committee,
        "SignerNotAccepted",
      );
    await settleWith(p, report, signatures);
  });

  it("INC-21 stops counting a member that is suspended between signing and settling", async () => {
    const { p, report } = await networkHelpers.loadFixture(withReport);
    const [a, b, c] = p.accounts.members;
    await vote(p, report, a);
    await vote(p, report, b);
    await p.committee.write.suspend([b.account.address], { account: p.accounts.roles.GUARDIAN.account });
    await disagreed(p, settleWith(p, report, "0x"), report);
    await sendReport(p, report, { signers: [c] });
  });
});

describe("RewardDistribution, committee terms", () => {
  /** The other way round: the stranger, a staker and an operator. */
  async function withSuccessor() {
    const { p, report } = await withReport();
    const successors = [p.accounts.stranger, p.accounts.stakers[4], p.accounts.operators[1]].sort((x, y) =>
      BigInt(x.account.address) < BigInt(y.account.address) ? -1 : 1,
    );
    const next = await viem.deployContract("OracleCommittee", [
      p.accessManager.address,
      successors.map(({ account }) => account.address),
      2n,
    ]);
    return { p, report, successors, next };
  }
  const setCommittee = (p: Protocol, committee: Hex, firstRefSlot: bigint) =>
    p.distribution.write.setCommittee([committee, firstRefSlot], { account: p.accounts.roles.COMMITTEE.account });

  it("INC-21 counts a report by the committee of its frame, and replaces a lost quorum", async () => {
    const { p, report, successors, next } = await networkHelpers.loadFixture(withSuccessor);
    const firstRefSlot = report.refSlot + 1n;
    await viem.assertions.emitWithArgs(
      setCommittee(p, next.address, firstRefSlot),
      p.distribution,
      "CommitteeChanged",
      [getAddress(next.address), firstRefSlot],
    );
    expect(await p.distribution.read.committeeFor([report.refSlot])).to.equal(getAddress(p.committee.address));
    expect(await p.distribution.read.committeeFor([firstRefSlot])).to.equal(getAddress(next.address));

    const signers = successors.slice(0, 2);
    await viem.assertions.revertWithCustomError(
      sendReport(p, report, { signers, committee: next.address }),
      p.committee,
      "SignerNotAccepted",
    );
    await sendReport(p, report);
    const later = await nextReport(p);
    await viem.assertions.revertWithCustomError(sendReport(p, later), p.committee, "SignerNotAccepted");
    await disagreed(p, sendReport(p, later, { signers: [], committee: next.address }), later, next.address);
    await sendReport(p, later, { signers, committee: next.address });
    expect(await p.distribution.read.lastRefSlot()).to.equal(later.refSlot);
  });

  it("INC-21 replaces a committee at once, for the frame that waits to be settled", async () => {
    const { p, report, successors, next } = await networkHelpers.loadFixture(withSuccessor);
    await setCommittee(p, next.address, report.refSlot);
    await viem.assertions.revertWithCustomError(sendReport(p, report), p.committee, "SignerNotAccepted");
    await sendReport(p, report, { signers: successors.slice(1), committee: next.address });
  });

  it("replaces terms that would have begun later, and keeps those before", async () => {
    const { p, report, next } = await networkHelpers.loadFixture(withSuccessor);
    const third = await viem.deployContract("OracleCommittee", [
      p.accessManager.address,
      await next.read.members(),
      3n,
    ]);
    const at = (slot: bigint) => p.distribution.read.committeeFor([slot]);
    const [old, second, last] = [p.committee, next, third].map(({ address }) => getAddress(address));
    await setCommittee(p, next.address, report.refSlot + 100n);
    await setCommittee(p, third.address, report.refSlot + 200n);
    expect([await at(report.refSlot + 99n), await at(report.refSlot + 100n)]).to.deep.equal([old, second]);
    expect([await at(report.refSlot + 199n), await at(report.refSlot + 200n)]).to.deep.equal([second, last]);
    await setCommittee(p, third.address, report.refSlot + 100n);
    expect([await at(report.refSlot + 99n), await at(report.refSlot + 100n)]).to.deep.equal([old, last]);
    expect(await at(0n)).to.equal(old);
  });

  it("refuses a committee for a frame that is settled, and one that has no code", async () => {
    const { p, next } = await networkHelpers.loadFixture(withSuccessor);
    const settled = await p.distribution.read.lastRefSlot();
    for (const [committee, firstRefSlot] of [
      [getAddress(next.address), settled],
      [getAddress(next.address), 0n],
      [getAddress(p.accounts.stranger.account.address), settled + 1n],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(
        setCommittee(p, committee, firstRefSlot),
        p.distribution,
        "CommitteeNotAllowed",
        [committee, firstRefSlot],
      );
  });
});
