import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, stringToHex } from "viem";

import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const ETHER_GWEI = 1_000_000_000n;
const FLOOR = 100n * ETHER_GWEI;
const PAIRS = ["GELS", "NELS", "GETE", "BEPR"] as const;

/** Four operators: two share an execution client, two a consensus client, one runs what nobody else does. */
async function withOperators() {
  const p = await startProtocol(connection, { registry: { clientCapBps: 3_300, clientCapFloorGwei: FLOOR } });
  for (const clientPair of PAIRS) await registerOperator(p, { clientPair, bondWei: parseEther("100") });
  return p;
}

const on = async (p: Protocol, pair: string) => [...(await p.registry.read.clientFundedGwei([stringToHex(pair)]))];
const fundWith = async (p: Protocol, operatorId: number, gwei: bigint) =>
  p.registry.write.addFunded([operatorId, gwei], await asContract(p, p.manager));

describe("OperatorRegistry, client cap", () => {
  it("counts ether for both clients of its operator, predeposits too, until it is back", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const manager = await asContract(p, p.manager);
    await p.registry.write.addUnproven([1, 2], manager);
    expect(await on(p, "GELS")).to.deep.equal([0n, 0n]);
    await p.registry.write.markProven([1, 2], manager);
    await fundWith(p, 1, 30n * ETHER_GWEI);
    await fundWith(p, 3, 5n * ETHER_GWEI);
    expect(await on(p, "GELS")).to.deep.equal([37n * ETHER_GWEI, 32n * ETHER_GWEI]);
    expect(await on(p, "NETE")).to.deep.equal([0n, 5n * ETHER_GWEI]);
    expect(await p.registry.read.fundedGwei()).to.equal(37n * ETHER_GWEI);
    await p.registry.write.subtractFunded([1, 31n * ETHER_GWEI], manager);
    expect(await on(p, "GELS")).to.deep.equal([6n * ETHER_GWEI, 1n * ETHER_GWEI]);
    expect(await p.registry.read.fundedGwei()).to.equal(6n * ETHER_GWEI);
  });

  it("sleeps up to the floor, to the gwei, for each of the two clients", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await fundWith(p, 1, FLOOR);
    for (const operatorId of [1, 2, 3]) {
      expect(await p.registry.read.capacityGwei([operatorId])).to.equal(0n);
      await viem.assertions.revertWithCustomErrorWithArgs(fundWith(p, operatorId, 1n), p.registry, "ClientCapReached", [
        operatorId,
        1n,
        0n,
      ]);
    }
    expect(await p.registry.read.capacityGwei([4])).to.equal(FLOOR);
  });

  it("above the floor counts the share after the top-up, to the gwei", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const account = p.accounts.operators[0].account;
    // 90 each on four pairs that share nothing: each has a quarter.
    for (const [i, pair] of ["AAAA", "BBBB", "CCCC", "DDDD"].entries()) {
      await p.registry.write.setClientPair([i + 1, stringToHex(pair)], { account });
      await fundWith(p, i + 1, 90n * ETHER_GWEI);
    }
    // 90 + x is 33 % of 360 + x: x = 42.98...
    const most = 42_985_074_626n;
    expect(await p.registry.read.capacityGwei([1])).to.equal(most);
    expect((90n * ETHER_GWEI + most) * 10_000n <= (360n * ETHER_GWEI + most) * 3_300n).to.equal(true);
    expect((90n * ETHER_GWEI + most + 1n) * 10_000n <= (360n * ETHER_GWEI + most + 1n) * 3_300n).to.equal(false);
    await viem.assertions.revertWithCustomErrorWithArgs(fundWith(p, 1, most + 1n), p.registry, "ClientCapReached", [
      1,
      most + 1n,
      most,
    ]);
    await fundWith(p, 1, most);
    expect(await p.registry.read.capacityGwei([1])).to.equal(0n);
    expect((await p.registry.read.capacityGwei([2])) > 0n).to.equal(true);
  });

  it("is off at a cap of all", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await p.registry.write.setParameters([{ ...p.parameters.registry, clientCapBps: 10_000, clientCapFloorGwei: 0n }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    await fundWith(p, 1, 2_500n * ETHER_GWEI);
  });
});

describe("OperatorRegistry, setClientPair", () => {
  it("moves the operator's ether, and makes room on what it leaves", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await fundWith(p, 1, FLOOR);
    const account = p.accounts.operators[0].account;
    await viem.assertions.emitWithArgs(
      p.registry.write.setClientPair([1, stringToHex("NETE")], { account }),
      p.registry,
      "ClientPairChanged",
      [1, stringToHex("NETE")],
    );
    expect((await p.registry.read.getOperator([1])).clientPair).to.equal(stringToHex("NETE"));
    expect(await on(p, "GELS")).to.deep.equal([0n, 0n]);
    expect(await on(p, "NETE")).to.deep.equal([FLOOR, FLOOR]);
    expect(await p.registry.read.fundedGwei()).to.equal(FLOOR);
    expect(await p.registry.read.capacityGwei([2])).to.equal(0n);
    expect(await p.registry.read.capacityGwei([4])).to.equal(FLOOR);
  });

  it("takes any four capital letters, a crowded client too: the truth must cost nothing", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const account = p.accounts.operators[0].account;
    await fundWith(p, 1, FLOOR);
    await fundWith(p, 4, FLOOR);
    await p.registry.write.setClientPair([4, stringToHex("GELS")], { account });
    expect(await on(p, "GELS")).to.deep.equal([2n * FLOOR, 2n * FLOOR]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.setClientPair([1, stringToHex("gELS")], { account }),
      p.registry,
      "ClientPairInvalid",
      [stringToHex("gELS")],
    );
  });
});

describe("OperatorRegistry, capacityGwei", () => {
  it("INV-06 is the most that the bond covers: one gwei more is refused", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const manager = await asContract(p, p.manager);
    await p.registry.write.setParameters(
      [{ ...p.parameters.registry, clientCapBps: 10_000, clientCapFloorGwei: 0n, bondRateBps: 333 }],
      { account: p.accounts.roles.PARAMETERS.account },
    );
    await p.registry.write.addUnproven([1, 3], manager);
    await p.registry.write.markProven([1, 1], manager);
    await fundWith(p, 1, 7n);
    const capacity = await p.registry.read.capacityGwei([1]);
    expect(capacity > 0n).to.equal(true);
    await viem.assertions.revertWithCustomError(fundWith(p, 1, capacity + 1n), p.registry, "BondTooSmall");
    await fundWith(p, 1, capacity);
    expect(await p.registry.read.capacityGwei([1])).to.equal(0n);
  });
});
