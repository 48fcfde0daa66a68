import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";
import { bondLocked } from "../support/registry-events.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

// At the rate of 1 that these tests begin with, shares are wei.
const BOND = parseEther("20");
const PENALTY = parseEther("1");
const THEFT = 4;

async function withOperators() {
  const p = await startProtocol(connection);
  for (const owner of p.accounts.operators) await registerOperator(p, { owner });
  return p;
}

type Theft = { operatorId: number; slot: bigint; amountWei: bigint };
const theft = (operatorId: number, slot: bigint, amountWei = 7n): Theft => ({ operatorId, slot, amountWei });

const report = async (p: Protocol, ...thefts: Theft[]) =>
  p.registry.write.reportTheft([thefts], await asContract(p, p.distribution));

describe("OperatorRegistry, reportTheft", () => {
  it("locks what was stolen and a penalty, and burns nothing", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const stolen = parseEther("0.25");
    const sent = report(p, theft(1, 100n, stolen));
    await viem.assertions.emitWithArgs(sent, p.registry, "TheftReported", [1, 100n, stolen, stolen + PENALTY]);
    expect(await p.registry.read.getLock([0n])).to.include({
      operatorId: 1,
      cause: THEFT,
      penaltyShares: stolen + PENALTY,
      lossShares: 0n,
    });
    const { bondShares, lockedShares, status } = await p.registry.read.getOperator([1]);
    expect([bondShares, lockedShares, status]).to.deep.equal([BOND, stolen + PENALTY, 1]);
    expect((await p.registry.read.getOperator([2])).lockedShares).to.equal(0n);
  });

  it("INV-12 locks at most what is free, and tells what it really locked", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const most = 2n ** 128n - 1n;
    await viem.assertions.emitWithArgs(report(p, theft(1, 5n, most)), p.registry, "TheftReported", [1, 5n, most, BOND]);
    const hash = await report(p, theft(1, 6n));
    expect(await bondLocked(p, hash)).to.deep.equal([]);
    expect(await p.registry.read.lockCount()).to.equal(1n);
  });

  it("INC-26 counts a slot once for each operator, in ascending order, slot 0 too", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await report(p, theft(1, 0n), theft(2, 0n), theft(1, 9n));
    for (const slot of [0n, 8n, 9n])
      await viem.assertions.revertWithCustomErrorWithArgs(report(p, theft(1, slot)), p.registry, "TheftAlreadyJudged", [
        1,
        slot,
      ]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      report(p, theft(2, 4n), theft(2, 4n)),
      p.registry,
      "TheftAlreadyJudged",
      [2, 4n],
    );
    await report(p, theft(1, 10n), theft(2, 4n));
  });

  it("refuses an operator that is not there", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await viem.assertions.revertWithCustomErrorWithArgs(report(p, theft(3, 1n)), p.registry, "UnknownOperator", [3]);
  });
});
