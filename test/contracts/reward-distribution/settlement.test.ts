import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { getAddress, keccak256, parseEther } from "viem";

import { hashReport } from "../../../chain/report/encoding.ts";
import { asContract } from "../support/impersonation.ts";
import { registerOperator, startProtocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { collectedOf, nextReport, sendReport, settle, settlementOf, timeOfSlot } from "../support/settlement.ts";
import { readBooks, settlementModel } from "../support/settlement-model.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;

async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2 });
  return { p, ...active };
}

describe("RewardDistribution, settleRewards", () => {
  it("settles a frame in which nothing happened, and moves nothing", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const rate = await p.pool.read.ethPerShare();
    const { settlement } = await settle(p);
    expect(settlement).to.deep.equal({
      rewardsWei: 0n,
      consensusGwei: 64_000_000_000n,
      withdrawalsWei: 0n,
      executionRewardsWei: 0n,
      depositsGwei: 0n,
      feeWei: 0n,
      feeShares: 0n,
      burnedShares: 0n,
      sweptWei: 0n,
      finalizedShares: 0n,
      finalizedWei: 0n,
      pooledBeforeWei: parseEther("220"),
      sharesBefore: parseEther("220"),
      pooledAfterWei: parseEther("220"),
      sharesAfter: parseEther("220"),
    });
    expect(await p.pool.read.ethPerShare()).to.equal(rate);
  });

  it("emits the report, its hash, its sender and the whole computation", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const report = await nextReport(p, { rewardsGwei: 5n, exitingGwei: 7n, exits: [keccak256("0x01")] });
    const { event } = await settlementOf(p, await sendReport(p, report));
    expect(event).to.deep.include({
      refSlot: report.refSlot,
      reportHash: hashReport(report),
      submitter: getAddress(p.accounts.stranger.account.address),
      report,
    });
  });

  it("moves ether of the vaults, books the balance and opens the next window", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("0.2"));
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.05"));
    const buffered = await p.pool.read.bufferedWei();
    const { report, settlement } = await settle(p, { rewardsGwei: -150_000_000n });
    expect(settlement).to.include({
      withdrawalsWei: parseEther("0.2"),
      executionRewardsWei: parseEther("0.05"),
      rewardsWei: parseEther("0.1"),
      feeWei: parseEther("0.005"),
    });
    expect(await p.pool.read.bufferedWei()).to.equal(buffered + parseEther("0.25"));
    expect(await p.pool.read.consensusGwei()).to.equal(report.consensusBalanceGwei);
    expect(await collectedOf(p, "withdrawalVault")).to.equal(parseEther("0.2"));
    expect(await collectedOf(p, "executionRewardsVault")).to.equal(parseEther("0.05"));
    expect(await p.client.getBalance({ address: p.withdrawalVault.address })).to.equal(0n);
    expect(await p.distribution.read.lastRefSlot()).to.equal(report.refSlot);
    expect(await p.distribution.read.lastCutoffTimestamp()).to.equal(report.cutoffTimestamp);
    expect(await p.pool.read.staleAfter()).to.equal(
      timeOfSlot(p, report.refSlot) + BigInt(p.parameters.pool.maxReportAgeSeconds),
    );
    expect(await p.pool.read.stakeCeilingWei()).to.equal(p.parameters.pool.stakeCapWei);
  });

  it("INV-01 INV-03 agrees with the rules in whole numbers, frame after frame, whatever a frame brings", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    await registerOperator(p, { owner: p.accounts.operators[1], bondWei: parseEther("1.6") });
    const amount = (max: bigint) => fc.bigInt({ min: 0n, max });
    const frame = fc.record({
      consensusGwei: fc.bigInt({ min: -300_000_000n, max: 100_000_000n }),
      withdrawalsWei: amount(parseEther("0.2")),
      executionWei: amount(parseEther("0.1")),
      lossWei: fc.constantFrom(0n, 1n, parseEther("0.3"), parseEther("2")),
      depositGwei: fc.constantFrom(0n, GWEI),
      leaveInVaultWei: fc.constantFrom(0n, 1n),
      frames: fc.constantFrom(1n, 3n),
    });
    await fc.assert(
      fc.asyncProperty(frame, async (f) => {
        await fundVault(p.withdrawalVault.address, f.withdrawalsWei);
        await fundVault(p.executionRewardsVault.address, f.executionWei);
        if (f.depositGwei > 0n) await deploy(p, f.depositGwei);
        const losses = f.lossWei === 0n ? [] : [{ operatorId: 2, amountWei: f.lossWei }];
        const draft = await nextReport(p, { rewardsGwei: f.consensusGwei, losses, frames: f.frames });
        const kept = draft.executionReceiptsWei - (await collectedOf(p, "executionRewardsVault"));
        const left = f.leaveInVaultWei < kept ? f.leaveInVaultWei : kept;
        const report = { ...draft, executionReceiptsWei: draft.executionReceiptsWei - left };
        const expected = settlementModel(await readBooks(p, report), report);
        const rate = await p.pool.read.ethPerShare();

        const { settlement } = await settlementOf(p, await sendReport(p, report));
        expect(settlement).to.deep.equal(expected);
        expect(await p.pool.read.totalPooledEther()).to.equal(expected.pooledAfterWei);
        expect(await p.pool.read.totalShares()).to.equal(expected.sharesAfter);
        expect(await p.token.read.totalSupply()).to.equal(expected.sharesAfter);
        if (expected.rewardsWei >= 0n) expect((await p.pool.read.ethPerShare()) >= rate).to.equal(true);
      }),
      { numRuns: 40, seed: 20_261_121 },
    );
  });

  it("INC-43 settles nothing while settling is paused, and goes on when the pause has expired", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const report = await nextReport(p);
    await p.pool.write.pause([8, 600], { account: p.accounts.roles.GUARDIAN.account });
    const until = await p.pool.read.pausedUntil([8]);
    await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, report), p.pool, "ActionPaused", [8, until]);
    await networkHelpers.time.increaseTo(until);
    await sendReport(p, report);
  });
});

async function fundVault(address: `0x${string}`, amountWei: bigint): Promise<void> {
  const client = await viem.getPublicClient();
  await networkHelpers.setBalance(address, (await client.getBalance({ address })) + amountWei);
}

/** Ether leaves the buffer towards the beacon chain, as for a deposit. */
async function deploy(p: Awaited<ReturnType<typeof startProtocol>>, amountGwei: bigint): Promise<void> {
  const { account } = await asContract(p, p.manager);
  await p.pool.write.takeForDeposits([amountGwei], { account });
}
