import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

async function withOperator() {
  const p = await startProtocol(connection);
  await registerOperator(p, { bondWei: parseEther("3.2") });
  return p;
}

describe("OperatorRegistry, books of the ValidatorManager", () => {
  it("INV-06 counts unproven validators as far as the bond covers them", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const manager = await asContract(p, p.manager);
    expect((await p.registry.simulate.addUnproven([1, 2], manager)).result).to.equal(2);
    await p.registry.write.addUnproven([1, 1], manager);
    expect((await p.registry.simulate.addUnproven([1, 1], manager)).result).to.equal(2);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.addUnproven([1, 2], manager),
      p.registry,
      "BondTooSmall",
      [1, parseEther("3.2"), parseEther("4.8")],
    );
  });

  it("counts the predeposit as funded once it is proven", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const manager = await asContract(p, p.manager);
    await p.registry.write.addUnproven([1, 2], manager);
    await p.registry.write.markProven([1], manager);
    expect(await p.registry.read.getOperator([1])).to.include({ unprovenCount: 1, fundedGwei: 1_000_000_000n });
  });

  it("INV-06 funds as far as the bond covers, to the gwei, and gives back what was settled", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const manager = await asContract(p, p.manager);
    // 4 % of 80 ETH is the whole bond.
    const most = 80_000_000_000n;
    expect((await p.registry.simulate.addFunded([1, most], manager)).result).to.equal(most);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.addFunded([1, most + 1n], manager),
      p.registry,
      "BondTooSmall",
      [1, parseEther("3.2"), parseEther("3.2") + 40_000_000n],
    );
    await p.registry.write.addFunded([1, most], manager);
    await p.registry.write.subtractFunded([1, 30_000_000_000n], manager);
    expect((await p.registry.read.getOperator([1])).fundedGwei).to.equal(50_000_000_000n);
    expect(await p.registry.read.requiredBondWei([1])).to.equal(parseEther("2"));
  });

  it("refuses books that do not add up", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const manager = await asContract(p, p.manager);
    await viem.assertions.revert(p.registry.write.markProven([1], manager));
    await viem.assertions.revert(p.registry.write.markFaulty([1], manager));
    await viem.assertions.revert(p.registry.write.subtractFunded([1, 1n], manager));
  });

  it("INV-12 seizes no more than the bond", async () => {
    const p = await networkHelpers.loadFixture(withOperator);
    const distribution = await asContract(p, p.distribution);
    const { result } = await p.registry.simulate.drawLoss([1, parseEther("3.2") + 1n], distribution);
    expect(result).to.equal(parseEther("3.2"));
    await viem.assertions.emitWithArgs(
      p.registry.write.drawLoss([1, parseEther("3")], distribution),
      p.registry,
      "BondSeized",
      [1, parseEther("3"), parseEther("0.2")],
    );
  });
});
