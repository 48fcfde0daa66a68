import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import type { Breach } from "../../../chain/report/report.ts";
import { asContract } from "../support/impersonation.ts";
import { predeposit, registerOperator, stake, startProtocol, submitBatch, type Protocol } from "../support/protocol.ts";
import { bondLocked, downtimeReported } from "../support/registry-events.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

// At the rate of 1 that these tests begin with, shares are wei.
const BOND = parseEther("20");
const DOWNTIME = 2;
/** 100 ETH that missed 16 epochs. */
const MISSED = 1_600n * 1_000_000_000n;
const PENALTY = parseEther("0.32");

const breach = (operatorId: number, period: number, missedGweiEpochs = MISSED): Breach => ({
  operatorId,
  period,
  uptimePpm: 940_000,
  thresholdPpm: 997_000,
  missedGweiEpochs,
});

async function withOperators() {
  const p = await startProtocol(connection);
  for (const owner of p.accounts.operators) await registerOperator(p, { owner });
  return p;
}

const report = async (p: Protocol, ...breaches: Breach[]) =>
  p.registry.write.reportDowntime([breaches], await asContract(p, p.distribution));

const setRegistry = (p: Protocol, changes: Partial<Protocol["parameters"]["registry"]>) =>
  p.registry.write.setParameters([{ ...p.parameters.registry, ...changes }], {
    account: p.accounts.roles.PARAMETERS.account,
  });

describe("OperatorRegistry, reportDowntime", () => {
  it("locks bond in proportion to the duties missed, sets a strike, and burns nothing", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const hash = await report(p, breach(1, 9));
    expect(await downtimeReported(p, hash)).to.deep.equal([
      { operatorId: 1, period: 9, uptimePpm: 940_000, thresholdPpm: 997_000, penaltyWei: PENALTY, strikeHistory: 1 },
    ]);
    const [lock] = await bondLocked(p, hash);
    expect(lock).to.include({ operatorId: 1, cause: DOWNTIME, penaltyShares: PENALTY, lossShares: 0n });
    expect(await p.registry.read.getOperator([1])).to.include({
      bondShares: BOND,
      lockedShares: PENALTY,
      strikeHistory: 1,
      lastPeriod: 9,
      status: 1,
    });
    expect(await p.registry.read.getOperator([2])).to.include({ lockedShares: 0n, strikeHistory: 0 });
  });

  it("INV-12 caps what one period locks at a part of the operator's bond", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await report(p, breach(1, 9, 2n ** 64n - 1n));
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(BOND / 10n);
  });

  it("INV-12 caps what one report locks over all operators, pro rata", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await setRegistry(p, { maxPeriodLockWei: parseEther("0.3") });
    await report(p, breach(1, 9), breach(2, 9, 2n * MISSED));
    const locked = await Promise.all([1, 2].map(async (id) => (await p.registry.read.getOperator([id])).lockedShares));
    expect(locked).to.deep.equal([parseEther("0.1"), parseEther("0.2")]);
  });

  it("leaves what is at the cap of all operators as it is", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await setRegistry(p, { maxPeriodLockWei: 3n * PENALTY });
    await report(p, breach(1, 9), breach(2, 9, 2n * MISSED));
    const locked = await Promise.all([1, 2].map(async (id) => (await p.registry.read.getOperator([id])).lockedShares));
    expect(locked).to.deep.equal([PENALTY, 2n * PENALTY]);
  });

  it("INV-12 locks at most what is free, and still sets the strike", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await p.registry.write.emergencySlash([1], { account: p.accounts.roles.GUARDIAN.account });
    const hash = await report(p, breach(1, 9));
    expect(await bondLocked(p, hash)).to.deep.equal([]);
    expect((await downtimeReported(p, hash))[0]?.penaltyWei).to.equal(0n);
    expect(await p.registry.read.getOperator([1])).to.include({ lockedShares: BOND, strikeHistory: 1 });
  });

  it("keeps strikes of the last 32 periods as a bitmap", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await setRegistry(p, { strikesToDeactivate: 32 });
    const history = async (period: number) => {
      await report(p, breach(1, period, 0n));
      const { strikeHistory, lastPeriod } = await p.registry.read.getOperator([1]);
      expect(lastPeriod).to.equal(period);
      return strikeHistory;
    };
    expect(await history(0)).to.equal(0b1);
    expect(await history(1)).to.equal(0b11);
    expect(await history(4)).to.equal(0b11001);
    expect(await history(31)).to.equal(0b11001 * 2 ** 27 + 1);
    // Period 0 has left the window, period 1 is at its end.
    expect(await history(32)).to.equal(2 ** 31 + 2 ** 28 + 0b11);
    expect(await history(64)).to.equal(1);
    expect(await history(2 ** 32 - 1)).to.equal(1);
  });

  it("INC-26 refuses a period twice, and one before the last, so that no breach counts twice", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await report(p, breach(1, 9));
    for (const period of [9, 8, 0])
      await viem.assertions.revertWithCustomErrorWithArgs(
        report(p, breach(1, period)),
        p.registry,
        "PeriodAlreadyJudged",
        [1, period],
      );
    await viem.assertions.revertWithCustomErrorWithArgs(
      report(p, breach(2, 9), breach(2, 9)),
      p.registry,
      "PeriodAlreadyJudged",
      [2, 9],
    );
    await report(p, breach(1, 10), breach(1, 11));
    expect((await p.registry.read.getOperator([1])).strikeHistory).to.equal(0b111);
  });

  it("refuses period 0 twice, although nothing is zero for it", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await report(p, breach(1, 0));
    await viem.assertions.revertWithCustomErrorWithArgs(
      report(p, breach(1, 0)),
      p.registry,
      "PeriodAlreadyJudged",
      [1, 0],
    );
  });

  it("refuses an operator that is not there", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await viem.assertions.revertWithCustomErrorWithArgs(report(p, breach(3, 9)), p.registry, "UnknownOperator", [3]);
  });
});

describe("OperatorRegistry, deactivation", () => {
  it("deactivates with the third strike in the window, and opens its exits after the deadline", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await report(p, breach(1, 1, 0n), breach(1, 7, 0n));
    expect((await p.registry.read.getOperator([1])).status).to.equal(1);
    const now = BigInt(await networkHelpers.time.latest());
    const distribution = await asContract(p, p.distribution);
    await networkHelpers.time.setNextBlockTimestamp(now + 20n);
    const deadline = now + 20n + BigInt(p.parameters.registry.exitDeadlineSeconds);
    await viem.assertions.emitWithArgs(
      p.registry.write.reportDowntime([[breach(1, 32, 0n)]], distribution),
      p.registry,
      "OperatorDeactivated",
      [1, deadline],
    );
    const { status, deactivatedAt } = await p.registry.read.getOperator([1]);
    expect([status, deactivatedAt]).to.deep.equal([2, Number(now + 20n)]);

    await networkHelpers.time.increaseTo(deadline - 1n);
    expect(await p.registry.read.exitDeadlinePassed([1])).to.equal(false);
    await networkHelpers.time.increaseTo(deadline);
    expect(await p.registry.read.exitDeadlinePassed([1])).to.equal(true);
    expect(await p.registry.read.exitDeadlinePassed([2])).to.equal(false);
  });

  it("does not count a strike that has left the window", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await report(p, breach(1, 1), breach(1, 7), breach(1, 33));
    expect((await p.registry.read.getOperator([1])).status).to.equal(1);
    await report(p, breach(1, 34));
    expect((await p.registry.read.getOperator([1])).status).to.equal(2);
  });

  it("deactivates once, keeps the first deadline, and goes on locking for later breaches", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await report(p, breach(1, 1), breach(1, 2), breach(1, 3));
    const { deactivatedAt } = await p.registry.read.getOperator([1]);
    const hash = await report(p, breach(1, 4));
    expect((await bondLocked(p, hash))[0]?.penaltyShares).to.equal(PENALTY);
    expect((await p.registry.read.getOperator([1])).deactivatedAt).to.equal(deactivatedAt);
  });

  it("deactivates one that is halted, and never the other way round", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const slash = (id: number) => p.registry.write.emergencySlash([id], { account: p.accounts.roles.GUARDIAN.account });
    await slash(1);
    await report(p, breach(1, 1), breach(1, 2), breach(1, 3));
    expect((await p.registry.read.getOperator([1])).status).to.equal(2);
    await slash(1);
    expect((await p.registry.read.getOperator([1])).status).to.equal(2);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.resumeOperator([1], { account: p.accounts.roles.APPEALS.account }),
      p.registry,
      "OperatorNotHalted",
      [1],
    );
  });

  it("INV-12 tells what was really locked when less is free than the breach costs", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await setRegistry(p, { maxDowntimeLockBps: 10_000 });
    await report(p, breach(1, 1, 60n * MISSED));
    const hash = await report(p, breach(1, 2, 60n * MISSED));
    expect((await downtimeReported(p, hash))[0]?.penaltyWei).to.equal(BOND - 60n * PENALTY);
  });

  it("takes no batch and reveals no key of a deactivated operator", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await stake(p, parseEther("50"));
    const [owner] = p.accounts.operators;
    const operator = { operatorId: 1, owner, paymentAddress: owner.account.address };
    const batch = await submitBatch(p, operator);
    await report(p, breach(1, 1), breach(1, 2), breach(1, 3));
    for (const call of [() => submitBatch(p, operator), () => predeposit(p, batch)])
      await viem.assertions.revertWithCustomErrorWithArgs(call(), p.registry, "OperatorNotActive", [1]);
    const manager = await asContract(p, p.manager);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.addFunded([1, 1n], manager),
      p.registry,
      "OperatorNotActive",
      [1],
    );
  });
});
