import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { bondSteps } from "../support/bond-steps.ts";
import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol } from "../support/protocol.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

// At the rate of 1 that these tests begin with, shares are wei.
const BOND = parseEther("20");
const LOSS = parseEther("1");
const PENALTY = parseEther("0.5");
const CREDENTIALS = 0;
const SLASHED = 1;

async function withOperator() {
  const p = await startProtocol(connection);
  await registerOperator(p);
  return p;
}

describe("OperatorRegistry, markFaulty", () => {
  it("INC-01 locks the ether of the predeposit and the penalty, and the validator is unproven no more", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, operator } = await bondSteps(p);
    await addUnproven(2);
    await viem.assertions.emitWithArgs(markFaulty(), p.registry, "BondLocked", [
      1,
      0n,
      CREDENTIALS,
      PENALTY,
      LOSS,
      (maturesAt: bigint) => maturesAt > 0n,
    ]);
    const { unprovenCount, lockedShares, fundedGwei, status } = await operator();
    expect([unprovenCount, lockedShares, fundedGwei, status]).to.deep.equal([1, LOSS + PENALTY, 0n, 1]);
  });

  it("INV-12 secures the loss before it punishes, and locks no more than there is", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, operator } = await bondSteps(p);
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

  it("INV-12 locks shares that are worth the loss and the penalty, and no less by a rounding", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.0007"));
    await settle(p);
    const { addUnproven, markFaulty } = await bondSteps(p);
    await addUnproven(1);
    const [shares, pooledWei] = await Promise.all([p.pool.read.totalShares(), p.pool.read.totalPooledEther()]);
    const up = (wei: bigint) => (wei * shares + pooledWei - 1n) / pooledWei;
    // At this rate both have a remainder.
    expect([up(LOSS) * pooledWei, up(PENALTY) * pooledWei]).to.not.include.members([LOSS * shares, PENALTY * shares]);
    await markFaulty();
    expect(await p.registry.read.getLock([0n])).to.include({ lossShares: up(LOSS), penaltyShares: up(PENALTY) });
  });

  it("INV-12 punishes before it secures a loss that a report has named already, when there is too little", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await bondSteps(p);
    await addUnproven(1);
    await drawLoss(BOND - LOSS);
    await markFaulty();
    expect(await p.registry.read.getLock([0n])).to.include({ penaltyShares: PENALTY, lossShares: LOSS - PENALTY });
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: LOSS - PENALTY, lockedShares: 0n });
  });
});

describe("OperatorRegistry, markSlashed", () => {
  const root = `0x${"5a".repeat(32)}` as const;

  it("INV-07 locks bond for the loss and stops keys, predeposits and ether, until it is resumed", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { markSlashed, operator } = await bondSteps(p);
    const hash = markSlashed(2n * LOSS, root);
    await viem.assertions.emitWithArgs(hash, p.registry, "SlashingMarked", [1, root, 2n * LOSS]);
    await viem.assertions.emitWithArgs(hash, p.registry, "OperatorHalted", [1]);
    expect(await p.registry.read.getLock([0n])).to.include({
      cause: SLASHED,
      lossShares: 2n * LOSS,
      penaltyShares: 0n,
    });
    expect(await operator()).to.include({ status: 3, lockedShares: 2n * LOSS });
  });

  it("INV-12 a report that names the loss draws on the lock, and what was bound too high is burned", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { markSlashed, drawLoss, mature, operator } = await bondSteps(p);
    await markSlashed(2n * LOSS, root);
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: LOSS });
    expect(await mature()).to.equal(LOSS);
    // All of it was paid for, so the rest of the bound pays for the next loss.
    expect(await drawLoss(LOSS)).to.equal(0n);
    expect(await drawLoss(LOSS)).to.equal(LOSS);
  });
});

describe("OperatorRegistry, drawLoss", () => {
  it("INC-01 draws a loss from the lock that secures it, and maturity burns only the penalty", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await bondSteps(p);
    await addUnproven(1);
    await markFaulty();
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: PENALTY });
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: BOND - LOSS - PENALTY, lockedShares: 0n });
  });

  it("INC-01 charges a loss once when it is named before its proof, as the oracle usually does", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await bondSteps(p);
    await addUnproven(2);
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    await markFaulty();
    // Whether this was the loss that was named, nobody can say yet: it is held, and let go when the lock matures.
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: LOSS + PENALTY });
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: BOND - LOSS - PENALTY, lockedShares: 0n });
    // The second validator's loss is one of its own.
    await markFaulty();
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: BOND - 2n * (LOSS + PENALTY), lockedShares: 0n });
  });

  it("INC-01 holds bond for a fault although a loss of another cause was named before", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await bondSteps(p);
    await addUnproven(1);
    await drawLoss(3n * LOSS);
    await markFaulty();
    expect(await operator()).to.include({ lockedShares: LOSS + PENALTY });
    expect(await drawLoss(LOSS)).to.equal(LOSS);
    expect(await operator()).to.include({ bondShares: BOND - 4n * LOSS, lockedShares: PENALTY });
    expect(await mature()).to.equal(PENALTY);
  });

  it("INV-12 charges each of two faults once, also when the first lock matures before the second loss is named", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await bondSteps(p);
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

  it("INV-12 burns what secures a loss that no report named, and takes nothing when one names it after all", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, operator } = await bondSteps(p);
    await addUnproven(1);
    await markFaulty();
    await drawLoss(LOSS / 4n);
    expect(await mature()).to.equal(PENALTY + (3n * LOSS) / 4n);
    expect(await operator()).to.include({ bondShares: BOND - LOSS - PENALTY, lockedShares: 0n });
    expect(await drawLoss((3n * LOSS) / 4n)).to.equal(0n);
    expect(await drawLoss(1n)).to.equal(1n);
  });

  it("INV-12 draws free bond when the locks that secure are empty, then penalties, and owes the rest", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, drawLossTransaction, mature, operator } = await bondSteps(p);
    await addUnproven(1);
    await markFaulty();
    expect(await drawLoss(5n * LOSS)).to.equal(5n * LOSS);
    expect(await operator()).to.include({ bondShares: BOND - 5n * LOSS, lockedShares: PENALTY });
    expect(await drawLoss(BOND - 5n * LOSS - PENALTY / 2n)).to.equal(BOND - 5n * LOSS - PENALTY / 2n);
    expect(await operator()).to.include({ bondShares: PENALTY / 2n, lockedShares: PENALTY / 2n, debtShares: 0n });
    await viem.assertions.emitWithArgs(drawLossTransaction(LOSS), p.registry, "LossDrawn", [
      1,
      LOSS,
      PENALTY / 2n,
      LOSS - PENALTY / 2n,
    ]);
    expect(await operator()).to.include({ bondShares: 0n, lockedShares: 0n, debtShares: LOSS - PENALTY / 2n });
    // The penalty has gone to the stakers, as a loss.
    expect(await mature()).to.equal(0n);
  });

  it("INV-12 takes the whole bond in one loss that is greater: what secures, what is free and what punishes", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, operator } = await bondSteps(p);
    await addUnproven(1);
    await markFaulty();
    expect(await drawLoss(BOND + PENALTY)).to.equal(BOND);
    expect(await operator()).to.include({ bondShares: 0n, lockedShares: 0n, debtShares: PENALTY });
  });

  it("releases what a lock still holds, and leaves to the others what losses have drawn", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, release, operator } = await bondSteps(p);
    await addUnproven(2);
    await markFaulty();
    await markFaulty();
    await drawLoss(LOSS);
    await release(1n);
    expect(await operator()).to.include({ bondShares: BOND - LOSS, lockedShares: PENALTY });
    expect(await mature()).to.equal(PENALTY);
    expect(await operator()).to.include({ bondShares: BOND - LOSS - PENALTY, lockedShares: 0n });
  });

  it("releases a penalty that a loss has taken a part of, without that part", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, release, operator } = await bondSteps(p);
    await addUnproven(2);
    await markFaulty();
    await markFaulty();
    await drawLoss(BOND - PENALTY / 2n);
    await release(0n);
    expect(await operator()).to.include({ bondShares: PENALTY / 2n, lockedShares: 0n });
    expect(await mature()).to.equal(0n);
    expect(await operator()).to.include({ bondShares: PENALTY / 2n, lockedShares: 0n });
  });

  it("releases a lock whose loss was drawn without what was drawn", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const { addUnproven, markFaulty, drawLoss, mature, release, operator } = await bondSteps(p);
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
    for (const call of [p.registry.write.drawLoss, p.registry.write.payDebt])
      await viem.assertions.revertWithCustomErrorWithArgs(
        call([1, 1n], distribution),
        p.registry,
        "UnknownOperator",
        [1],
      );
  });
});
