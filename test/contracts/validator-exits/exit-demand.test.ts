import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { sightOf, requestPartial } from "../support/exits.ts";
import { startProtocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle, timeOfSlot } from "../support/settlement.ts";
import { askBack } from "../support/withdrawals.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { networkHelpers } = connection;

const GWEI = 1_000_000_000n;

/** 100 ETH on two validators, 120 in the buffer, and 160 asked back. */
async function withDemand() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2, amountGwei: 49n * GWEI });
  await askBack(p, parseEther("160"));
  const { pubkeys, owner: by } = active;
  // As if the chain had compounded: what was deposited, and enough to give.
  const record = { effectiveBalanceGwei: 100n * GWEI };
  const partial = (amountGwei: bigint) => requestPartial(p, pubkeys.slice(0, 1), [amountGwei], { by, record });
  return { p, ...active, partial, record, demand: () => p.exits.read.exitDemandGwei() };
}

describe("ValidatorExits, exitDemandGwei", () => {
  it("is what is asked back less buffer, vaults and what was asked of validators, rounded up", async () => {
    const { p, partial, demand } = await networkHelpers.loadFixture(withDemand);
    expect(await demand()).to.equal(40n * GWEI);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("7"));
    expect(await demand()).to.equal(33n * GWEI);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("2") + 1n);
    expect(await demand()).to.equal(31n * GWEI);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("2") + 1_000_000_000n);
    expect(await demand()).to.equal(31n * GWEI - 1n);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("2"));
    await partial(30n * GWEI);
    expect(await demand()).to.equal(GWEI);
    await partial(5n * GWEI);
    expect(await demand()).to.equal(0n);
  });

  it("INC-20 counts a request made after the cut-off on, and one before it as the report says", async () => {
    const { p, owner, pubkeys, record } = await networkHelpers.loadFixture(withDemand);
    const refSlot = (await p.distribution.read.lastRefSlot()) + 64n;
    const requested = () => p.manager.read.requestedGwei();
    const { anchor, proof } = await sightOf(p, pubkeys.slice(0, 1), record);
    const send = (amountGwei: bigint) =>
      p.exits.write.requestPartialWithdrawal([anchor, proof, [amountGwei], 1n], { account: owner.account, value: 1n });
    await send(3n * GWEI);
    const cutoffTimestamp = BigInt(await networkHelpers.time.latest());
    await networkHelpers.time.setNextBlockTimestamp(cutoffTimestamp + 1n);
    await send(4n * GWEI);
    expect(await requested()).to.equal(7n * GWEI);
    expect(cutoffTimestamp + 1n < timeOfSlot(p, refSlot)).to.equal(true);
    await settle(p, { cutoffTimestamp, exitingGwei: 3n * GWEI });
    expect(await requested()).to.equal(7n * GWEI);
    await settle(p, { exitingGwei: 4n * GWEI });
    expect(await requested()).to.equal(4n * GWEI);
    await settle(p, { exitingGwei: 0n });
    expect(await requested()).to.equal(0n);
  });

  it("is zero, and not less, when more is covered than asked for", async () => {
    const { p, demand } = await networkHelpers.loadFixture(withDemand);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("1000"));
    expect(await demand()).to.equal(0n);
  });
});
