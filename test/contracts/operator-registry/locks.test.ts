import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";
import { bondLocked, bondSeized, lockMatured } from "../support/registry-events.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const BOND_WEI = parseEther("20");
const EMERGENCY = 3;

const slash = (p: Protocol, operatorId = 1) =>
  p.registry.write.emergencySlash([operatorId], { account: p.accounts.roles.GUARDIAN.account });
const release = (p: Protocol, lockId: bigint) =>
  p.registry.write.releaseLock([lockId], { account: p.accounts.roles.APPEALS.account });
const mature = (p: Protocol) => networkHelpers.time.increase(p.parameters.registry.appealWindowSeconds);

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
    expect([bondShares, lockedShares, status]).to.deep.equal([BOND_WEI, BOND_WEI, 1]);
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
    const [third] = await bondLocked(p, await slash(p));
    expect(third?.penaltyShares).to.equal(0n);
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(parseEther("21"));
  });

  it("refuses an operator that is not there", async () => {
    const p = await networkHelpers.loadFixture(start);
    await viem.assertions.revertWithCustomErrorWithArgs(slash(p), p.registry, "UnknownOperator", [1]);
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

    await mature(p);
    const { settlement, hash } = await settle(p);
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
    await mature(p);
    await settle(p);
    await refused(1n);
    await refused(2n);
  });

  it("keeps the order of those behind it", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const owner of p.accounts.operators) await registerOperator(p, { owner });
    await slash(p, 1);
    await slash(p, 2);
    await release(p, 0n);
    await mature(p);
    const { settlement } = await settle(p);
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
    await mature(p);
    const { settlement, hash } = await settle(p);
    expect(settlement.burnedShares).to.equal(BOND_WEI);
    expect(await lockMatured(p, hash)).to.deep.equal([{ lockId: 0n, operatorId: 1, shares: BOND_WEI }]);
    expect(await bondSeized(p, hash)).to.deep.equal([{ operatorId: 1, shares: BOND_WEI, bondSharesLeft: 0n }]);
    // 21 ETH for what was 21 shares and is 1.
    expect(await p.pool.read.ethPerShare()).to.equal(before * 21n);
    expect(await p.token.read.balanceOf([p.registry.address])).to.equal(0n);
    expect(await p.registry.read.nextLock()).to.equal(1n);
    expect((await settle(p)).settlement.burnedShares).to.equal(0n);
  });

  it("leaves a lock alone until its very second", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await slash(p);
    const { maturesAt } = await p.registry.read.getLock([0n]);
    const distribution = await asContract(p, p.distribution);
    await networkHelpers.time.setNextBlockTimestamp(maturesAt - 1);
    await p.registry.write.takeMaturedLocks([32n], distribution);
    expect(await p.registry.read.nextLock()).to.equal(0n);
    await networkHelpers.time.setNextBlockTimestamp(maturesAt);
    await p.registry.write.takeMaturedLocks([32n], distribution);
    expect(await p.registry.read.nextLock()).to.equal(1n);
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(0n);
  });

  it("takes no more locks than it is asked for, oldest first", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    for (let i = 0; i < 3; i++) {
      await p.registry.write.addBond([1], { value: parseEther("1") });
      await slash(p);
    }
    await mature(p);
    const distribution = await asContract(p, p.distribution);
    const { result } = await p.registry.simulate.takeMaturedLocks([2n], distribution);
    expect(result).to.deep.equal([[1, 1], [parseEther("21"), parseEther("1")], true]);
    await p.registry.write.takeMaturedLocks([2n], distribution);
    expect(await p.registry.read.nextLock()).to.equal(2n);
    expect((await p.registry.read.getOperator([1])).lockedShares).to.equal(parseEther("1"));
  });

  it("INC-24 burns at most 32 locks in a settlement and the rest in the next", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    for (let i = 0; i < 33; i++) {
      await p.registry.write.addBond([1], { value: 1_000_000n });
      await slash(p);
    }
    await mature(p);
    expect((await settle(p)).settlement.burnedShares).to.equal(BOND_WEI + 32_000_000n);
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
