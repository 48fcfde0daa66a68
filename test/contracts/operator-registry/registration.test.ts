import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, parseEther, stringToHex, zeroAddress, type Hex } from "viem";

import { paymentAddressOf, registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const PAYMENT = getAddress(paymentAddressOf(1));
/** 1 ETH, the penalty and the margin of the devnet. */
const LEAST_BOND_WEI = parseEther("1.6");

function register(p: Protocol, changes: { name?: string; payment?: Hex; clients?: Hex; value?: bigint } = {}) {
  const { name = "Ada", payment = PAYMENT, clients = stringToHex("GELS"), value = LEAST_BOND_WEI } = changes;
  const [{ account }] = p.accounts.operators;
  return p.registry.write.registerOperator([name, payment, clients], { account, value });
}

describe("OperatorRegistry, registerOperator", () => {
  it("numbers operators from 1 and records what they say", async () => {
    const p = await networkHelpers.loadFixture(start);
    const owner = getAddress(p.accounts.operators[0].account.address);
    expect(await p.registry.read.operatorCount()).to.equal(0);
    await viem.assertions.emitWithArgs(register(p), p.registry, "OperatorRegistered", [
      1,
      owner,
      PAYMENT,
      stringToHex("GELS"),
      "Ada",
    ]);
    expect(await p.registry.read.operatorCount()).to.equal(1);
    expect(await p.registry.read.getOperator([1])).to.deep.equal({
      owner,
      paymentAddress: PAYMENT,
      clientPair: stringToHex("GELS"),
      status: 1,
      bondShares: LEAST_BOND_WEI,
      lockedShares: 0n,
      debtShares: 0n,
      fundedGwei: 0n,
      unprovenCount: 0,
      strikeHistory: 0,
      lastPeriod: 0,
      deactivatedAt: 0,
      withdrawalShares: 0n,
      withdrawalAt: 0,
      withdrawalRefSlot: 0n,
      name: "Ada",
    });
    expect((await registerOperator(p, { owner: p.accounts.operators[1] })).operatorId).to.equal(2);
    expect(await p.registry.read.operatorCount()).to.equal(2);
  });

  it("stakes the bond and holds its shares, at the rate of the moment", async () => {
    const p = await networkHelpers.loadFixture(start);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.0007"));
    await settle(p);
    const wei = parseEther("20");
    const shares = await p.pool.read.convertToShares([wei]);
    expect(shares < wei).to.equal(true);
    const before = await p.pool.read.totalPooledEther();
    await viem.assertions.emitWithArgs(register(p, { value: wei }), p.registry, "BondAdded", [1, wei, shares]);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(shares);
    expect(await p.token.read.balanceOf([p.registry.address])).to.equal(shares);
    expect(await p.pool.read.totalPooledEther()).to.equal(before + wei);
  });

  it("accepts names of 1 and of 64 bytes and refuses others", async () => {
    const p = await networkHelpers.loadFixture(start);
    await register(p, { name: "A" });
    await register(p, { name: "a".repeat(64) });
    for (const [name, bytes] of [
      ["", 0n],
      ["a".repeat(65), 65n],
      ["é".repeat(33), 66n],
    ] as const)
      await viem.assertions.revertWithCustomErrorWithArgs(register(p, { name }), p.registry, "NameLength", [bytes]);
  });

  it("refuses a payment address of zero", async () => {
    const p = await networkHelpers.loadFixture(start);
    await viem.assertions.revertWithCustomError(register(p, { payment: zeroAddress }), p.registry, "ZeroAddress");
  });

  it("refuses a client pair that is not four capital letters", async () => {
    const p = await networkHelpers.loadFixture(start);
    await register(p, { clients: stringToHex("AZZA") });
    for (const clients of ["GEL ", "gELS", "GE@S", "GEL[", "0ELS"].map((pair) => stringToHex(pair)))
      await viem.assertions.revertWithCustomErrorWithArgs(register(p, { clients }), p.registry, "ClientPairInvalid", [
        clients,
      ]);
  });

  it("refuses a bond that does not cover one predeposit", async () => {
    const p = await networkHelpers.loadFixture(start);
    for (const value of [0n, LEAST_BOND_WEI - 1n])
      await viem.assertions.revertWithCustomErrorWithArgs(register(p, { value }), p.registry, "BondTooSmall", [
        1,
        value,
        LEAST_BOND_WEI,
      ]);
    expect(await p.registry.read.operatorCount()).to.equal(0);
  });

  it("refuses a bond at a stale rate, and takes one over the stake cap or while staking is paused", async () => {
    const p = await networkHelpers.loadFixture(start);
    await p.pool.write.pause([1, 3600], { account: p.accounts.roles.GUARDIAN.account });
    await p.pool.write.setLimits([{ ...p.parameters.pool, stakeCapWei: 0n, stakeAllowanceWei: 0n }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    await register(p);

    const staleAfter = await p.pool.read.staleAfter();
    await networkHelpers.time.increaseTo(staleAfter);
    await viem.assertions.revertWithCustomErrorWithArgs(register(p), p.pool, "ReportStale", [staleAfter]);
  });

  it("knows no operator 0 and none that is not registered", async () => {
    const p = await networkHelpers.loadFixture(start);
    await register(p);
    for (const id of [0, 2]) {
      for (const call of [
        () => p.registry.read.getOperator([id]),
        () => p.registry.read.freeBondWei([id]),
        () => p.registry.read.requiredBondWei([id]),
        () => p.registry.read.keyBatchCount([id]),
        () => p.registry.read.capacityGwei([id]),
        () => p.registry.read.exitDeadlinePassed([id]),
      ])
        await viem.assertions.revertWithCustomErrorWithArgs(call(), p.registry, "UnknownOperator", [id]);
    }
  });
});

describe("OperatorRegistry, setPaymentAddress", () => {
  it("changes who is paid, for the owner", async () => {
    const p = await networkHelpers.loadFixture(start);
    await register(p);
    const other = getAddress(paymentAddressOf(9));
    const [{ account }] = p.accounts.operators;
    await viem.assertions.emitWithArgs(
      p.registry.write.setPaymentAddress([1, other], { account }),
      p.registry,
      "PaymentAddressChanged",
      [1, other],
    );
    expect((await p.registry.read.getOperator([1])).paymentAddress).to.equal(other);
  });

  it("refuses zero", async () => {
    const p = await networkHelpers.loadFixture(start);
    await register(p);
    const [{ account }] = p.accounts.operators;
    await viem.assertions.revertWithCustomError(
      p.registry.write.setPaymentAddress([1, zeroAddress], { account }),
      p.registry,
      "ZeroAddress",
    );
  });
});
