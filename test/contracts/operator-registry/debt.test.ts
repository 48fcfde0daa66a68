import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { bondSteps } from "../support/bond-steps.ts";
import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

// At the rate of 1 that these tests begin with, shares are wei.
const BOND = parseEther("20");
const DEBT = parseEther("3");

async function withDebt() {
  const p = await startProtocol(connection);
  await registerOperator(p);
  const distribution = await asContract(p, p.distribution);
  await p.registry.write.drawLoss([1, BOND + DEBT], distribution);
  return p;
}

const addBond = (p: Protocol, value: bigint) =>
  p.registry.write.addBond([1], { account: p.accounts.stranger.account, value });

describe("OperatorRegistry, debt", () => {
  it("INV-12 records what a loss did not find, and asks for it on top of what validators need", async () => {
    const p = await networkHelpers.loadFixture(withDebt);
    const { bondShares, debtShares } = await p.registry.read.getOperator([1]);
    expect([bondShares, debtShares]).to.deep.equal([0n, DEBT]);
    expect(await p.registry.read.requiredBondWei([1])).to.equal(DEBT + 1n);
    expect(await p.registry.read.capacityGwei([1])).to.equal(0n);
  });

  it("INV-06 gives no validator to an operator that owes, and lets none of its bond go", async () => {
    const p = await networkHelpers.loadFixture(withDebt);
    const manager = await asContract(p, p.manager);
    const owner = { account: p.accounts.operators[0].account };
    await addBond(p, DEBT - 1n);
    for (const call of [
      p.registry.write.addUnproven([1, 0], manager),
      p.registry.write.addFunded([1, 0n], manager),
      p.registry.write.requestBondWithdrawal([1, 1n], owner),
    ])
      await viem.assertions.revertWithCustomErrorWithArgs(call, p.registry, "BondTooSmall", [1, 0n, 2n]);
    // Taking a request back needs no bond.
    await p.registry.write.requestBondWithdrawal([1, 0n], owner);
  });

  it("INV-12 is paid out of new bond before anything stays, into the cover fund", async () => {
    const p = await networkHelpers.loadFixture(withDebt);
    const first = addBond(p, DEBT - 1n);
    await viem.assertions.emitWithArgs(first, p.registry, "BondAdded", [1, DEBT - 1n, DEBT - 1n]);
    await viem.assertions.emitWithArgs(first, p.registry, "DebtPaid", [1, DEBT - 1n, 1n]);
    expect(await p.token.read.balanceOf([p.coverFund.address])).to.equal(DEBT - 1n);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(0n);

    await viem.assertions.emitWithArgs(addBond(p, 8n), p.registry, "DebtPaid", [1, 1n, 0n]);
    expect(await p.token.read.balanceOf([p.coverFund.address])).to.equal(DEBT);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(7n);
    expect(await p.registry.read.requiredBondWei([1])).to.equal(0n);
  });

  it("is paid out of fees, at most what is owed, by the settlement that holds them", async () => {
    const p = await networkHelpers.loadFixture(withDebt);
    const distribution = await asContract(p, p.distribution);
    const pay = (shares: bigint) => p.registry.write.payDebt([1, shares], distribution);
    expect((await p.registry.simulate.payDebt([1, 10n], distribution)).result).to.equal(10n);
    await viem.assertions.emitWithArgs(pay(10n), p.registry, "DebtPaid", [1, 10n, DEBT - 10n]);
    expect((await p.registry.simulate.payDebt([1, 2n * DEBT], distribution)).result).to.equal(DEBT - 10n);
    await viem.assertions.emitWithArgs(pay(2n * DEBT), p.registry, "DebtPaid", [1, DEBT - 10n, 0n]);
    expect((await p.registry.simulate.payDebt([1, DEBT], distribution)).result).to.equal(0n);
    expect((await p.registry.read.getOperator([1])).debtShares).to.equal(0n);
  });

  it("INV-12 charges a loss once that was owed first and proven then", async () => {
    const p = await networkHelpers.loadFixture(withDebt);
    const { markSlashed, mature, operator } = await bondSteps(p);
    await addBond(p, DEBT + BOND);
    await markSlashed(BOND);
    expect(await operator()).to.include({ bondShares: BOND, lockedShares: BOND });
    expect(await mature()).to.equal(0n);
    expect(await operator()).to.include({ bondShares: BOND, lockedShares: 0n });
  });
});
