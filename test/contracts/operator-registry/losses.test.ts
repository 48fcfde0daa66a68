import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

// At the rate of 1 that these tests begin with, shares are wei.
const BOND = parseEther("20");
const LOSS = parseEther("1");
const PENALTY = parseEther("0.5");
const CREDENTIALS = 0;

/** What the protocol's own contracts ask of the registry. */
async function steps(p: Protocol) {
  const manager = await asContract(p, p.manager);
  const distribution = await asContract(p, p.distribution);
  const pool = await asContract(p, p.pool);
  return {
    addUnproven: (count: number) => p.registry.write.addUnproven([1, count], manager),
    markProven: () => p.registry.write.markProven([1, 1], manager),
    markFaulty: () => p.registry.write.markFaulty([1], manager),
    /** A report names a loss and the pool burns what the bond gives, as a settlement does. */
    async drawLoss(shares: bigint): Promise<bigint> {
      const { result } = await p.registry.simulate.drawLoss([1, shares], distribution);
      await p.registry.write.drawLoss([1, shares], distribution);
      await p.registry.write.seizeBond([1, result], pool);
      return result;
    },
    /** Burns what has matured, after so much time. */
    async mature(seconds = p.parameters.registry.appealWindowSeconds): Promise<bigint> {
      await networkHelpers.time.increase(seconds);
      const { result } = await p.registry.simulate.takeMaturedLocks([32n], distribution);
      await p.registry.write.takeMaturedLocks([32n], distribution);
      const shares = result[1].reduce((sum, one) => sum + one, 0n);
      await p.registry.write.seizeBond([1, shares], pool);
      return shares;
    },
    release: (lockId: bigint) => p.registry.write.releaseLock([lockId], { account: p.accounts.roles.APPEALS.account }),
    operator: () => p.registry.read.getOperator([1]),
  };
}

async function withOperator() {
  const p = await startProtocol(connection);
  await registerOperator(p);
  return p;
}

describe("OperatorRegistry, markFaulty", () => {
  it("INC-01 locks the ether of the predeposit and the penalty, and the validator is unproven no more", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, operator } = await steps(p);
    await addUnproven(2);
    await viem.assertions.emitWithArgs(markFaulty(), p.registry, "BondLocked", [
      1,
      0n,
      CREDENTIALS,
      PENALTY,
      LOSS,
      (maturesAt: bigint) => maturesAt > 0n,
    ]);
    const { unprovenCount, lockedShares, fundedGwei } = await operator();
    expect([unprovenCount, lockedShares, fundedGwei]).to.deep.equal([1, LOSS + PENALTY, 0n]);
  });

  it("INV-12 secures the loss before it punishes, and locks no more than there is", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, operator } = await steps(p);
    await addUnproven(2);
    await p.registry.write.setParameters([{ ...p.parameters.registry, faultPenaltyWei: parseEther("32") }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    await markFaulty();
    expect(await p.registry.read.getLock([0n])).to.include({ lossShares: LOSS, penaltyShares: BOND - LOSS });
    expect(await operator()).to.include({ bondShares: BOND, lockedShares: BOND });

    await p.registry.write.addBond([1], { value: LOSS / 4n });
    await markFaulty();
    expect(await p.registry.read.getLock([1n])).to.include({ lossShares: LOSS / 4n, penaltyShares: 0n });
  });
});

describe("OperatorRegistry, drawLoss", () => {
  it("INC-01 draws a loss from the lock that secures it, and maturity burns only the penalty", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await steps(p);
    await addUnproven(1);
    await markFaulty();
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: PENALTY });
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: BOND - LOSS - PENALTY, lockedShares: 0n });
  });

  it("INC-01 charges a loss once when it is named before its proof, as the oracle usually does", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await steps(p);
    await addUnproven(2);
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: 0n });
    await markFaulty();
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: PENALTY });
    expect(await mature()).to.equal(PENALTY);
    // The second validator's loss is one of its own.
    await markFaulty();
    expect((await operator()).lockedShares).to.equal(LOSS + PENALTY);
    expect(await mature()).to.equal(LOSS + PENALTY);
  });

  it("remembers a loss that was named first no longer than validators are unproven, and at most 1 ETH each", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, markProven, drawLoss, operator } = await steps(p);
    await drawLoss(LOSS);
    await addUnproven(1);
    await drawLoss(3n * LOSS);
    await markProven();
    await addUnproven(2);
    await markFaulty();
    expect((await operator()).lockedShares).to.equal(LOSS + PENALTY);
    await drawLoss(6n * LOSS);
    await markFaulty();
    expect((await operator()).lockedShares).to.equal(2n * PENALTY);
    await addUnproven(1);
    await markFaulty();
    expect((await operator()).lockedShares).to.equal(3n * PENALTY + LOSS);
  });

  it("INV-12 charges each of two faults once, also when the first lock matures before the second loss is named", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await steps(p);
    const half = p.parameters.registry.appealWindowSeconds / 2;
    await addUnproven(2);
    await markFaulty();
    await drawLoss(LOSS);
    await networkHelpers.time.increase(half);
    await markFaulty();
    expect(await mature(half)).to.equal(PENALTY);
    expect(await operator()).to.include({ lockedShares: LOSS + PENALTY });
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    expect(await operator()).to.include({ lockedShares: PENALTY });
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: BOND - 2n * (LOSS + PENALTY), lockedShares: 0n });
  });

  it("burns what secures a loss that no report named", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await steps(p);
    await addUnproven(1);
    await markFaulty();
    await drawLoss(LOSS / 4n);
    expect(await mature()).to.equal(PENALTY + (3n * LOSS) / 4n);
    expect(await operator()).to.include({ bondShares: BOND - LOSS - PENALTY, lockedShares: 0n });
  });

  it("draws free bond when the locks that secure are empty, at most all of it, and no penalty", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, operator } = await steps(p);
    await addUnproven(1);
    await markFaulty();
    expect(await drawLoss(5n * LOSS)).to.equal(5n * LOSS);
    expect(await operator()).to.include({ bondShares: BOND - 5n * LOSS, lockedShares: PENALTY });
    expect(await drawLoss(BOND)).to.equal(BOND - 5n * LOSS - PENALTY);
    expect(await operator()).to.include({ bondShares: PENALTY, lockedShares: PENALTY });
    expect(await drawLoss(1n)).to.equal(0n);
  });

  it("releases what a lock still secures, and leaves to the others what losses have drawn", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, release, operator } = await steps(p);
    await addUnproven(2);
    await markFaulty();
    await markFaulty();
    await drawLoss(LOSS);
    await release(1n);
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: PENALTY });
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: BOND - LOSS - PENALTY, lockedShares: 0n });
  });

  it("releases a lock whose loss was drawn without what was drawn", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, release, operator } = await steps(p);
    await addUnproven(1);
    await markFaulty();
    await drawLoss(LOSS);
    await release(0n);
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: 0n });
    expect(await mature()).to.equal(0n);
  });

  it("refuses an operator that is not there", async () => {
    const p = await networkHelpers.loadFixture(start);
    const distribution = await asContract(p, p.distribution);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.drawLoss([1, 1n], distribution),
      p.registry,
      "UnknownOperator",
      [1],
    );
  });
});
