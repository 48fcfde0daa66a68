import { expect } from "chai";
import { network } from "hardhat";
import { parseEther, type Hex } from "viem";

import { startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, settle, timeOfSlot } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const STALE_FRAMES = 4n;

/**
 * Three tickets of 10 ETH: two that the last report saw as eligible but had no ether for, since all of it was deployed,
 * and one that came later. Then ether came back and reports stopped.
 */
async function withoutReports() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2, amountGwei: 109_000_000_000n });
  const ask = () =>
    p.token.write.transferAndCall([p.pool.address, parseEther("10")], { account: p.accounts.stakers[0].account });
  await ask();
  await ask();
  await networkHelpers.time.increase(p.parameters.queue.minDelaySeconds);
  const { settlement } = await settle(p);
  expect(settlement.finalizedWei).to.equal(0n);
  await networkHelpers.setBalance(p.executionRewardsVault.address, 1n);
  await ask();
  await addToBuffer(p, parseEther("25"));
  const staleAt = timeOfSlot(p, (await p.distribution.read.lastRefSlot()) + 1n + STALE_FRAMES * 64n);
  return { p, staleAt };
}

/** Bond is staked while reports stop, until the rate is too old: the only way into the buffer. */
async function addToBuffer(p: Protocol, amountWei: bigint): Promise<void> {
  await p.registry.write.addBond([1], { value: amountWei });
}

const finalize = (p: Protocol) => p.distribution.write.finalizeStale([0n], { account: p.accounts.stranger.account });

describe("RewardDistribution, finalizeStale", () => {
  it("INV-09 finalises from the buffer below the last rate when reports have stopped, to the second", async () => {
    const { p, staleAt } = await networkHelpers.loadFixture(withoutReports);
    await networkHelpers.time.setNextBlockTimestamp(staleAt - 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(finalize(p), p.distribution, "ReportsNotStale", [staleAt]);
    await networkHelpers.time.increaseTo(staleAt);
    const before = await totals(p);
    const { result } = await p.distribution.simulate.finalizeStale([0n]);
    const sent = finalize(p);
    // Five per cent less for the two that were eligible; the third one waits.
    const shares = parseEther("20");
    const amountWei = parseEther("19");
    await viem.assertions.emitWithArgs(sent, p.distribution, "StaleFinalized", [shares, amountWei, () => true]);
    expect(result).to.deep.equal([shares, amountWei]);
    await viem.assertions.balancesHaveChanged(sent, [
      { address: p.pool.address, amount: -amountWei },
      { address: p.queue.address, amount: amountWei },
    ]);
    expect(await totals(p)).to.deep.equal({
      buffered: before.buffered - amountWei,
      pooled: before.pooled - amountWei,
      shares: before.shares - shares,
    });
    for (const ticket of [1n, 2n]) expect(await p.queue.read.claimableWei([ticket])).to.equal(parseEther("9.5"));
    expect((await p.queue.read.getRequest([3n])).pendingShares).to.equal(parseEther("10"));
    await viem.assertions.revertWithCustomError(finalize(p), p.distribution, "NothingToFinalize");
  });

  it("INV-03 the rate of who stays never falls by it", async () => {
    const { p, staleAt } = await networkHelpers.loadFixture(withoutReports);
    const rate = await p.pool.read.ethPerShare();
    await networkHelpers.time.increaseTo(staleAt);
    await finalize(p);
    expect((await p.pool.read.ethPerShare()) >= rate).to.equal(true);
  });

  it("sets aside no more in a day than the parameter says, and goes on the next day", async () => {
    const { p, staleAt } = await networkHelpers.loadFixture(withoutReports);
    await p.distribution.write.setParameters([{ ...p.parameters.distribution, staleDailyWei: parseEther("6") }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    await networkHelpers.time.increaseTo(staleAt);
    // Begins with a day of its own, so that the next one is not near.
    const day = 86_400n;
    const nextDay = (BigInt(await networkHelpers.time.latest()) / day + 1n) * day;
    await networkHelpers.time.increaseTo(nextDay);
    await finalize(p);
    // Rounded down, to a share.
    const first = await p.client.getBalance({ address: p.queue.address });
    expect(parseEther("6") - first <= 1n).to.equal(true);
    // What is left of the day is a wei at the most.
    await finalize(p).catch(() => undefined);
    expect((await p.client.getBalance({ address: p.queue.address })) <= parseEther("6")).to.equal(true);
    await networkHelpers.time.increaseTo(nextDay + day);
    await finalize(p);
    const second = await p.client.getBalance({ address: p.queue.address });
    expect(parseEther("12") - second <= 2n).to.equal(true);
  });

  it("INC-43 stops with settling, and while a report waits for review", async () => {
    const { p, staleAt } = await networkHelpers.loadFixture(withoutReports);
    const report = await nextReport(p, { rewardsGwei: -30_000_000_000n });
    await networkHelpers.time.increaseTo(staleAt);
    await p.pool.write.pause([8, 600], { account: p.accounts.roles.GUARDIAN.account });
    await viem.assertions.revertWithCustomError(finalize(p), p.pool, "ActionPaused");
    await networkHelpers.time.increase(600);
    await sendReport(p, report);
    await viem.assertions.revertWithCustomErrorWithArgs(finalize(p), p.pool, "ActionPaused", [
      16,
      await p.pool.read.pausedUntil([16]),
    ]);
    await p.distribution.write.dropReport({ account: p.accounts.roles.REVIEW.account });
    await finalize(p);
  });

  it("INV-08 INC-28 stops when a slashing was proven that no report has seen", async () => {
    const { p, staleAt } = await networkHelpers.loadFixture(withoutReports);
    await networkHelpers.time.increaseTo(staleAt);
    const cutoff = await p.distribution.read.lastCutoffTimestamp();
    await slashingAt(p, cutoff + 1n);
    await viem.assertions.revertWithCustomErrorWithArgs(finalize(p), p.distribution, "SlashingUnsettled", [
      cutoff + 1n,
      cutoff,
    ]);
    await slashingAt(p, cutoff);
    await finalize(p);
  });

  it("a report after it settles as if nothing had been", async () => {
    const { p, staleAt } = await networkHelpers.loadFixture(withoutReports);
    await networkHelpers.time.increaseTo(staleAt);
    await finalize(p);
    const pooled = await p.pool.read.totalPooledEther();
    const { settlement } = await settle(p, { frames: 6n });
    expect(settlement).to.include({ rewardsWei: 1n, pooledBeforeWei: pooled });
    // The third one is paid out of the 6 ETH that were left.
    expect(settlement.finalizedWei > parseEther("5.9")).to.equal(true);
    await viem.assertions.revertWithCustomError(finalize(p), p.distribution, "ReportsNotStale");
  });
});

async function totals(p: Protocol) {
  return {
    buffered: await p.pool.read.bufferedWei(),
    pooled: await p.pool.read.totalPooledEther(),
    shares: await p.pool.read.totalShares(),
  };
}

/** Puts a manager in place that tells of a slashing; what proves one is tested with the manager. */
async function slashingAt(p: Protocol, timestamp: bigint): Promise<void> {
  const double = await viem.deployContract("SlashingDouble", [timestamp]);
  const code: Hex | undefined = await p.client.getCode({ address: double.address });
  await networkHelpers.setCode(p.manager.address, code ?? "0x");
}
