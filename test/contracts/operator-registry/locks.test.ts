import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { asContract } from "../support/impersonation.ts";
import { predeposit, registerOperator, stake, startProtocol, submitBatch, type Protocol } from "../support/protocol.ts";
import { bondLocked, lockMatured } from "../support/registry-events.ts";
import { doubleDistribution } from "../support/distribution-double.ts";
import { settle, settleFrom } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const BOND_WEI = parseEther("20");
const EMERGENCY = 3;

const slash = (p: Protocol, operatorId = 1) =>
  p.registry.write.emergencySlash([operatorId], { account: p.accounts.roles.GUARDIAN.account });
const release = (p: Protocol, lockId: bigint) =>
  p.registry.write.releaseLock([lockId], { account: p.accounts.roles.APPEALS.account });
/** Settles the first frame that ends behind the appeal window of the youngest lock. */
async function settleMatured(p: Protocol) {
  const { maturesAt } = await p.registry.read.getLock([(await p.registry.read.lockCount()) - 1n]);
  return settleFrom(p, maturesAt);
}

describe("OperatorRegistry, emergencySlash", () => {
  it("locks all bond that is not locked, and burns nothing", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    const now = BigInt(await networkHelpers.time.latest());
    await networkHelpers.time.setNextBlockTimestamp(now + 5n);
    const maturesAt = now + 5n + BigInt(p.parameters.registry.appealWindowSeconds);
    const total = await p.pool.read.totalShares();

    await viem.assertions.emitWithArgs(slash(p), p.registry, "BondLocked", [1, 0n, EMERGENCY, BOND_WEI, 0n, maturesAt]);
    const { bondShares, lockedShares, status } = await p.registry.read.getOperator([1]);
    expect([bondShares, lockedShares, status]).to.deep.equal([BOND_WEI, BOND_WEI, 3]);
    expect(await p.registry.read.freeBondWei([1])).to.equal(0n);
    expect(await p.registry.read.lockCount()).to.equal(1n);
    expect(await p.registry.read.nextLock()).to.equal(0n);
    expect(await p.registry.read.getLock([0n])).to.deep.equal({
      operatorId: 1,
      maturesAt: Number(maturesAt),
      cause: EMERGENCY,
      penaltyShares: BOND_WEI,
      lossShares: 0n,
    });
    expect(await p.pool.read.totalShares()).to.equal(total);
  });

  it("INV-12 locks what was added since, when it is done again", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await slash(p);
    await p.registry.write.addBond([1], { value: parseEther("1") });
    const [second] = await bondLocked(p, await slash(p));
    expect(second?.penaltyShares).to.equal(parseEther("1"));
    // A lock of nothing would only cost settlements gas.
    expect(await bondLocked(p, await slash(p))).to.deep.equal([]);
    expect(await p.registry.read.lockCount()).to.equal(2n);
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(parseEther("21"));
  });

  it("refuses an operator that is not there", async () => {
    const p = await networkHelpers.loadFixture(start);
    await viem.assertions.revertWithCustomErrorWithArgs(slash(p), p.registry, "UnknownOperator", [1]);
  });
});

describe("OperatorRegistry, halt", () => {
  it("INV-07 stops keys, predeposits and ether, and gives them back when resumed", async () => {
    const p = await networkHelpers.loadFixture(start);
    const operator = await registerOperator(p);
    await stake(p, parseEther("50"));
    const batch = await submitBatch(p, operator);
    await viem.assertions.emitWithArgs(slash(p), p.registry, "OperatorHalted", [1]);
    await release(p, 0n);
    const manager = await asContract(p, p.manager);
    const calls = [
      () => submitBatch(p, operator),
      () => predeposit(p, batch),
      () => p.registry.write.addUnproven([1, 1], manager),
      () => p.registry.write.addFunded([1, 1n], manager),
    ];
    for (const call of calls)
      await viem.assertions.revertWithCustomErrorWithArgs(call(), p.registry, "OperatorNotActive", [1]);
    expect(await p.registry.read.capacityGwei([1])).to.equal(0n);
    expect(await p.registry.read.exitDeadlinePassed([1])).to.equal(false);

    const resume = () => p.registry.write.resumeOperator([1], { account: p.accounts.roles.APPEALS.account });
    await viem.assertions.emitWithArgs(resume(), p.registry, "OperatorResumed", [1]);
    expect((await p.registry.read.getOperator([1])).status).to.equal(1);
    for (const call of calls) await call();
    await viem.assertions.revertWithCustomErrorWithArgs(resume(), p.registry, "OperatorNotHalted", [1]);
  });

  it("books what was begun before: proofs, faults and withdrawals", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    const manager = await asContract(p, p.manager);
    await p.registry.write.addUnproven([1, 2], manager);
    await slash(p);
    await p.registry.write.markProven([1, 1], manager);
    await p.registry.write.markFaulty([1], manager);
    await p.registry.write.subtractFunded([1, 1_000_000_000n], manager);
    expect(await p.registry.read.getOperator([1])).to.include({ unprovenCount: 0, fundedGwei: 0n, status: 3 });
  });
});

describe("OperatorRegistry, releaseLock", () => {
  it("frees the bond, and the lock is never burned", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await slash(p);
    await viem.assertions.emitWithArgs(release(p, 0n), p.registry, "LockReleased", [0n, 1]);
    expect(await p.registry.read.freeBondWei([1])).to.equal(BOND_WEI);
    const { penaltyShares, lossShares } = await p.registry.read.getLock([0n]);
    expect([penaltyShares, lossShares]).to.deep.equal([0n, 0n]);

    await networkHelpers.time.increase(p.parameters.registry.appealWindowSeconds);
    const { settlement, hash } = await settleFrom(p, await networkHelpers.time.latest());
    expect(settlement.burnedShares).to.equal(0n);
    expect((await lockMatured(p, hash)).map(({ shares }) => shares)).to.deep.equal([0n]);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(BOND_WEI);
  });

  it("refuses a lock that is not there, was released, or was settled", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    const refused = (lockId: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(release(p, lockId), p.registry, "LockNotOpen", [lockId]);
    await refused(0n);
    await slash(p);
    await release(p, 0n);
    await refused(0n);
    await slash(p);
    await settleMatured(p);
    await refused(1n);
    await refused(2n);
  });

  it("refuses from the second in which the appeal window ends, though the lock waits for a report", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await slash(p);
    const { maturesAt } = await p.registry.read.getLock([0n]);
    await networkHelpers.time.setNextBlockTimestamp(maturesAt);
    await viem.assertions.revertWithCustomErrorWithArgs(release(p, 0n), p.registry, "AppealWindowOver", [
      0n,
      BigInt(maturesAt),
    ]);
    expect(await p.registry.read.nextLock()).to.equal(0n);
  });

  it("works in the last second of the appeal window", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await slash(p);
    const { maturesAt } = await p.registry.read.getLock([0n]);
    await networkHelpers.time.setNextBlockTimestamp(maturesAt - 1);
    await release(p, 0n);
    expect(await p.registry.read.freeBondWei([1])).to.equal(BOND_WEI);
  });

  it("keeps the order of those behind it", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const owner of p.accounts.operators) await registerOperator(p, { owner });
    await slash(p, 1);
    await slash(p, 2);
    await release(p, 0n);
    const { settlement } = await settleMatured(p);
    expect(settlement.burnedShares).to.equal(BOND_WEI);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(BOND_WEI);
    expect((await p.registry.read.getOperator([2])).bondShares).to.equal(0n);
  });
});

describe("OperatorRegistry, maturity", () => {
  it("INV-12 burns a lock once, and what is burned goes to the stakers", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await slash(p);
    const before = await p.pool.read.ethPerShare();
    const { settlement, hash } = await settleMatured(p);
    expect(settlement.burnedShares).to.equal(BOND_WEI);
    expect(await lockMatured(p, hash)).to.deep.equal([{ lockId: 0n, operatorId: 1, shares: BOND_WEI }]);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(0n);
    // 21 ETH for what was 21 shares and is 1.
    expect(await p.pool.read.ethPerShare()).to.equal(before * 21n);
    expect(await p.token.read.balanceOf([p.registry.address])).to.equal(0n);
    expect(await p.registry.read.nextLock()).to.equal(1n);
    expect((await settle(p)).settlement.burnedShares).to.equal(0n);
  });

  it("INV-12 leaves a lock alone until a report's cut-off reaches its end, to the second", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await slash(p);
    const { maturesAt } = await p.registry.read.getLock([0n]);
    const settlement = await doubleDistribution(p);
    const distribution = await asContract(p, p.distribution);
    const taken = async (cutoff: number) => {
      await settlement.write.settle([0n, BigInt(cutoff)]);
      const { result } = await p.registry.simulate.takeMaturedLocks([32n], distribution);
      await p.registry.write.takeMaturedLocks([32n], distribution);
      return result;
    };
    // A report that comes late has an early cut-off: it may not have seen what the lock is for.
    await networkHelpers.time.increaseTo(maturesAt + 1_000_000);
    expect(await taken(maturesAt - 1)).to.deep.equal([[], [], true]);
    expect(await p.registry.read.nextLock()).to.equal(0n);
    expect(await taken(maturesAt)).to.deep.equal([[1], [BOND_WEI], false]);
    expect(await p.registry.read.nextLock()).to.equal(1n);
    expect(await p.registry.read.getOperator([1])).to.include({ bondShares: 0n, lockedShares: 0n });
    expect(await taken(maturesAt)).to.deep.equal([[], [], false]);
  });

  it("takes no more locks than it is asked for, oldest first, and says whether one is left", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    const settlement = await doubleDistribution(p);
    for (let i = 0; i < 3; i++) {
      await p.registry.write.addBond([1], { value: parseEther("1") });
      await slash(p);
      expect(await settlement.read.notes()).to.equal(BigInt(i + 1));
    }
    await settlement.write.settle([0n, 2n ** 40n]);
    const distribution = await asContract(p, p.distribution);
    const { result } = await p.registry.simulate.takeMaturedLocks([2n], distribution);
    expect(result).to.deep.equal([[1, 1], [parseEther("21"), parseEther("1")], true]);
    await p.registry.write.takeMaturedLocks([2n], distribution);
    expect(await p.registry.read.nextLock()).to.equal(2n);
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(parseEther("1"));
    expect((await p.registry.simulate.takeMaturedLocks([2n], distribution)).result[2]).to.equal(false);
  });

  it("INC-24 burns at most 32 locks in a settlement and the rest in the next", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    for (let i = 0; i < 33; i++) {
      await p.registry.write.addBond([1], { value: 1_000_000n });
      await slash(p);
    }
    expect((await settleMatured(p)).settlement.burnedShares).to.equal(BOND_WEI + 32_000_000n);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(1_000_000n);
    await settle(p);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(0n);
  });

  it("never lets a lock mature before an older one, also when the window was shortened", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const owner of p.accounts.operators) await registerOperator(p, { owner });
    await slash(p, 1);
    await p.registry.write.setParameters([{ ...p.parameters.registry, appealWindowSeconds: 600 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    await slash(p, 2);
    const [first, second] = await Promise.all([p.registry.read.getLock([0n]), p.registry.read.getLock([1n])]);
    expect(second.maturesAt).to.equal(first.maturesAt);
  });
});
