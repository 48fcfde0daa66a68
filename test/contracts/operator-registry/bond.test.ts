import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, parseEther } from "viem";

import type { BatchKey } from "../../../chain/keys/key-batch.ts";
import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { sight } from "../support/beacon.ts";
import { requestExit } from "../support/exits.ts";
import { doubleDistribution } from "../support/distribution-double.ts";
import { fund, predeposit, prove, registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators, readyToDeposit } from "../support/scenarios.ts";
import { settle, settleFrom, timeOfSlot } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;
const start = () => startProtocol(connection);

const BOND_WEI = parseEther("20");

/** Last slot of the SLA period that contains a time. */
function periodEnd(p: Protocol, timestamp: bigint): bigint {
  const slots = p.parameters.frame.slotsPerFrame * p.parameters.frame.framesPerPeriod;
  const slot = (timestamp - timeOfSlot(p, 0n)) / BigInt(p.chain.secondsPerSlot);
  return (slot / slots + 1n) * slots - 1n;
}

/** Until what the operator has asked back can leave: time, and the report of the period in which it asked. */
async function waitForWithdrawal(p: Protocol): Promise<void> {
  const { withdrawalAt, withdrawalRefSlot } = await p.registry.read.getOperator([1]);
  await settleFrom(p, timeOfSlot(p, withdrawalRefSlot));
  if ((await networkHelpers.time.latest()) < withdrawalAt) await networkHelpers.time.increaseTo(withdrawalAt);
}

describe("OperatorRegistry, addBond", () => {
  it("adds shares for anybody's ether, with an event", async () => {
    const p = await networkHelpers.loadFixture(start);
    await registerOperator(p);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.01"));
    await settle(p);
    const value = parseEther("3");
    const shares = await p.pool.read.convertToShares([value]);
    const call = { account: p.accounts.stranger.account.address, value };
    expect(await p.registry.simulate.addBond([1], call).then(({ result }) => result)).to.equal(shares);
    await viem.assertions.emitWithArgs(p.registry.write.addBond([1], call), p.registry, "BondAdded", [
      1,
      value,
      shares,
    ]);
    expect((await p.registry.read.getOperator([1])).bondShares).to.equal(BOND_WEI + shares);
    expect(shares < value).to.equal(true);
    expect(await p.registry.read.freeBondWei([1])).to.equal(await p.pool.read.convertToAssets([BOND_WEI + shares]));
  });

  it("refuses an operator that is not there, and no ether", async () => {
    const p = await networkHelpers.loadFixture(start);
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.addBond([1], { value: 1n }),
      p.registry,
      "UnknownOperator",
      [1],
    );
    await registerOperator(p);
    await viem.assertions.revertWithCustomError(p.registry.write.addBond([1]), p.pool, "ZeroAmount");
  });
});

describe("OperatorRegistry, required bond", () => {
  it("INV-06 asks for ether, penalty and margin of each unproven validator and a part of funded ether", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p, { count: 2 });
    const { operatorId } = batch;
    const required = () => p.registry.read.requiredBondWei([operatorId]);
    const { faultPenaltyWei, bondMarginWei, bondRateBps } = p.parameters.registry;
    const unprovenWei = parseEther("1") + faultPenaltyWei + bondMarginWei;
    const rated = (wei: bigint) => (wei * BigInt(bondRateBps)) / 10_000n;

    expect(await required()).to.equal(0n);
    await predeposit(p, batch);
    expect(await required()).to.equal(2n * unprovenWei);
    const [first, second] = batch.keys as [BatchKey, BatchKey];
    await prove(p, await sight(p, [first]));
    expect(await required()).to.equal(unprovenWei + rated(parseEther("1")));
    await fund(p, await sight(p, [first]), 99_000_000_000n);
    expect(await required()).to.equal(unprovenWei + rated(parseEther("100")));
    await prove(p, await sight(p, [second]));
    expect(await required()).to.equal(rated(parseEther("101")));
  });

  it("INC-36 falls only when the withdrawal of a validator has been settled, and by its principal", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner, keys, pubkeys } = await activeValidators(p);
    const before = await p.registry.read.requiredBondWei([operatorId]);
    expect(before).to.equal(parseEther("1.28"));
    await requestExit(p, pubkeys, { by: owner });
    await settle(p, { exitingGwei: 32_000_000_000n });
    expect(await p.registry.read.requiredBondWei([operatorId])).to.equal(before);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("32"));
    await settle(p, { exits: [pubkeyRoot(keys[0]!.pubkey)], rewardsGwei: -32_000_000_000n });
    expect(await p.registry.read.requiredBondWei([operatorId])).to.equal(0n);
  });
});

describe("OperatorRegistry, the end of a validator", () => {
  for (const finalEther of ["22", "31.9", "32", "32.3"])
    it(`INC-38 a last balance of ${finalEther} ETH pays the operator nothing, and frees bond for the principal`, async () => {
      const p = await networkHelpers.loadFixture(start);
      const { operatorId, keys, paymentAddress } = await activeValidators(p);
      await networkHelpers.setBalance(p.withdrawalVault.address, parseEther(finalEther));
      await settle(p, { exits: [pubkeyRoot(keys[0]!.pubkey)], rewardsGwei: -32_000_000_000n });
      expect(await p.registry.read.getOperator([operatorId])).to.include({
        bondShares: BOND_WEI,
        lockedShares: 0n,
        fundedGwei: 0n,
      });
      expect(await p.registry.read.requiredBondWei([operatorId])).to.equal(0n);
      expect(await p.registry.read.fundedGwei()).to.equal(0n);
      expect(await p.token.read.balanceOf([paymentAddress])).to.equal(0n);
    });

  for (const days of [1, 30, 90])
    it(`INC-06 a predeposit that waits for ${days} days in the queue of the chain costs nothing, and is proven then`, async () => {
      const p = await networkHelpers.loadFixture(start);
      const batch = await readyToDeposit(p);
      await predeposit(p, batch);
      const before = await p.registry.read.getOperator([batch.operatorId]);
      await settleFrom(p, (await networkHelpers.time.latest()) + days * 24 * 3600);
      expect(await p.registry.read.getOperator([batch.operatorId])).to.deep.equal(before);
      expect(await p.registry.read.lockCount()).to.equal(0n);
      await prove(p, await sight(p, batch.keys));
      await fund(p, await sight(p, batch.keys), 31_000_000_000n);
      expect((await p.registry.read.getOperator([batch.operatorId])).fundedGwei).to.equal(32_000_000_000n);
    });
});

describe("OperatorRegistry, bond withdrawal", () => {
  it("pays excess shares to the payment address after the delay", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner, paymentAddress } = await registerOperator(p);
    const shares = parseEther("5");
    const now = BigInt(await networkHelpers.time.latest());
    await networkHelpers.time.setNextBlockTimestamp(now + 10n);
    const readyAt = now + 10n + BigInt(p.parameters.registry.bondExitDelaySeconds);

    await viem.assertions.emitWithArgs(
      p.registry.write.requestBondWithdrawal([operatorId, shares], { account: owner.account }),
      p.registry,
      "BondWithdrawalRequested",
      [operatorId, shares, readyAt, periodEnd(p, now + 10n)],
    );
    const asked = await p.registry.read.getOperator([operatorId]);
    expect([asked.withdrawalShares, asked.withdrawalAt]).to.deep.equal([shares, Number(readyAt)]);
    expect(asked.withdrawalRefSlot).to.equal(periodEnd(p, now + 10n));

    await waitForWithdrawal(p);
    await viem.assertions.emitWithArgs(
      p.registry.write.withdrawBond([operatorId], { account: owner.account }),
      p.registry,
      "BondWithdrawn",
      [operatorId, getAddress(paymentAddress), shares],
    );
    expect(await p.token.read.balanceOf([paymentAddress])).to.equal(shares);
    const after = await p.registry.read.getOperator([operatorId]);
    expect([after.bondShares, after.withdrawalShares]).to.deep.equal([BOND_WEI - shares, 0n]);
  });

  it("INC-39 refuses before the delay is over, without a request, and a second time", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner } = await registerOperator(p);
    const withdraw = () => p.registry.write.withdrawBond([operatorId], { account: owner.account });
    const refused = (readyAt: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(withdraw(), p.registry, "BondWithdrawalNotReady", [
        operatorId,
        readyAt,
      ]);

    await refused(0n);
    await p.registry.write.requestBondWithdrawal([operatorId, 1n], { account: owner.account });
    const { withdrawalAt } = await p.registry.read.getOperator([operatorId]);
    await networkHelpers.time.increaseTo(withdrawalAt - 2);
    await refused(BigInt(withdrawalAt));
    await waitForWithdrawal(p);
    await withdraw();
    await refused(BigInt(withdrawalAt));
  });

  it("INC-39 is ready a frame and an appeal window after the period of the request, however short the delay", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner } = await registerOperator(p);
    const window = BigInt(p.parameters.registry.appealWindowSeconds);
    await p.registry.write.setParameters([{ ...p.parameters.registry, bondExitDelaySeconds: Number(window) }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    const first = periodEnd(p, BigInt(await networkHelpers.time.latest()) + 100n);
    const periodSeconds = timeOfSlot(p, p.parameters.frame.slotsPerFrame * p.parameters.frame.framesPerPeriod);
    const length = periodSeconds - timeOfSlot(p, 0n);
    const end = timeOfSlot(p, first + 1n);
    for (const [askedAt, judgedAfter] of [
      [end - 1n, end],
      [end, end + length],
      [end + length - 1n, end + length],
    ] as const) {
      await networkHelpers.time.setNextBlockTimestamp(askedAt);
      await p.registry.write.requestBondWithdrawal([operatorId, 1n], { account: owner.account });
      const { withdrawalAt, withdrawalRefSlot } = await p.registry.read.getOperator([operatorId]);
      const frame = timeOfSlot(p, p.parameters.frame.slotsPerFrame) - timeOfSlot(p, 0n);
      expect(BigInt(withdrawalAt)).to.equal(judgedAfter + frame + window);
      expect(timeOfSlot(p, withdrawalRefSlot + 1n)).to.equal(judgedAfter);
    }
  });

  it("INC-39 refuses until a report of the end of that period is settled, however late", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner } = await registerOperator(p);
    await p.registry.write.requestBondWithdrawal([operatorId, 1n], { account: owner.account });
    const { withdrawalAt, withdrawalRefSlot } = await p.registry.read.getOperator([operatorId]);
    await networkHelpers.time.increaseTo(withdrawalAt + 90 * 24 * 3600);
    const settlement = await doubleDistribution(p);
    const withdraw = () => p.registry.write.withdrawBond([operatorId], { account: owner.account });
    await settlement.write.settle([withdrawalRefSlot - 1n, 0n]);
    await viem.assertions.revertWithCustomErrorWithArgs(withdraw(), p.registry, "BondNotJudged", [
      operatorId,
      withdrawalRefSlot - 1n,
      withdrawalRefSlot,
    ]);
    await settlement.write.settle([withdrawalRefSlot, 0n]);
    await withdraw();
    expect((await p.registry.read.getOperator([operatorId])).bondShares).to.equal(BOND_WEI - 1n);
  });

  it("INC-39 locks what was asked back when the report of that period tells a breach of it", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner, paymentAddress } = await registerOperator(p);
    await p.registry.write.requestBondWithdrawal([operatorId, BOND_WEI], { account: owner.account });
    const { withdrawalAt, withdrawalRefSlot } = await p.registry.read.getOperator([operatorId]);
    const slots = p.parameters.frame.slotsPerFrame * p.parameters.frame.framesPerPeriod;
    const period = Number((withdrawalRefSlot + 1n) / slots) - 1;
    // The bond could be taken a second after the report, were it not for the lock.
    await networkHelpers.time.increaseTo(withdrawalAt);
    const breach = { operatorId, period, uptimePpm: 0, thresholdPpm: 997_000, missedGweiEpochs: 2n ** 64n - 1n };
    await settle(p, { refSlot: withdrawalRefSlot, breaches: [breach] });
    await p.registry.write.withdrawBond([operatorId], { account: owner.account });
    expect(await p.token.read.balanceOf([paymentAddress])).to.equal((BOND_WEI * 9n) / 10n);
    expect((await p.registry.read.getOperator([operatorId])).bondShares).to.equal(BOND_WEI / 10n);
  });

  it("replaces an earlier request, whose time then counts no more", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner } = await registerOperator(p);
    await p.registry.write.requestBondWithdrawal([operatorId, 1n], { account: owner.account });
    await waitForWithdrawal(p);
    await p.registry.write.requestBondWithdrawal([operatorId, 2n], { account: owner.account });
    await viem.assertions.revertWithCustomError(
      p.registry.write.withdrawBond([operatorId], { account: owner.account }),
      p.registry,
      "BondWithdrawalNotReady",
    );
    await waitForWithdrawal(p);
    await p.registry.write.withdrawBond([operatorId], { account: owner.account });
    expect((await p.registry.read.getOperator([operatorId])).bondShares).to.equal(BOND_WEI - 2n);
  });

  it("INV-06 refuses to leave less than the validators need, also when that has risen", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner } = await activeValidators(p);
    await p.registry.write.requestBondWithdrawal([operatorId, BOND_WEI - parseEther("1.28")], {
      account: owner.account,
    });
    await waitForWithdrawal(p);
    await p.registry.write.setParameters([{ ...p.parameters.registry, bondRateBps: 401 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.withdrawBond([operatorId], { account: owner.account }),
      p.registry,
      "BondTooSmall",
      [operatorId, parseEther("1.28"), parseEther("1.2832")],
    );
  });

  it("INC-39 counts no share that was asked back as cover, until the request is taken back", async () => {
    const p = await networkHelpers.loadFixture(start);
    const batch = await readyToDeposit(p);
    const { operatorId, owner } = batch;
    const request = (shares: bigint) =>
      p.registry.write.requestBondWithdrawal([operatorId, shares], { account: owner.account });
    await request(BOND_WEI - parseEther("1.6") + 1n);
    expect(await p.registry.read.freeBondWei([operatorId])).to.equal(parseEther("1.6") - 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(predeposit(p, batch), p.registry, "BondTooSmall", [
      operatorId,
      parseEther("1.6") - 1n,
      parseEther("1.6"),
    ]);
    await request(0n);
    await predeposit(p, batch);
    // More than there is covers nothing, and overflows nothing.
    await viem.assertions.revertWithCustomErrorWithArgs(request(2n ** 96n - 1n), p.registry, "BondTooSmall", [
      operatorId,
      0n,
      parseEther("1.6"),
    ]);
  });

  it("INC-39 pays no shares that were locked in the meantime, by any cause", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner, paymentAddress } = await registerOperator(p);
    await p.registry.write.requestBondWithdrawal([operatorId, BOND_WEI], { account: owner.account });
    await waitForWithdrawal(p);
    await p.registry.write.emergencySlash([operatorId], { account: p.accounts.roles.GUARDIAN.account });
    await p.registry.write.withdrawBond([operatorId], { account: owner.account });
    expect(await p.token.read.balanceOf([paymentAddress])).to.equal(0n);
    expect((await p.registry.read.getOperator([operatorId])).bondShares).to.equal(BOND_WEI);
  });

  it("INC-39 asks back no bond that validators need at the time of the request, so that none is ready when they exit", async () => {
    const p = await networkHelpers.loadFixture(start);
    const { operatorId, owner, keys } = await activeValidators(p);
    const excess = BOND_WEI - parseEther("1.28");
    await viem.assertions.revertWithCustomErrorWithArgs(
      p.registry.write.requestBondWithdrawal([operatorId, excess + 1n], { account: owner.account }),
      p.registry,
      "BondTooSmall",
      [operatorId, parseEther("1.28") - 1n, parseEther("1.28")],
    );
    await p.registry.write.requestBondWithdrawal([operatorId, excess], { account: owner.account });

    await waitForWithdrawal(p);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("32"));
    await settle(p, { exits: [pubkeyRoot(keys[0]!.pubkey)], rewardsGwei: -32_000_000_000n });
    await p.registry.write.withdrawBond([operatorId], { account: owner.account });
    expect((await p.registry.read.getOperator([operatorId])).bondShares).to.equal(parseEther("1.28"));
  });
});
