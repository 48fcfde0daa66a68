import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { sight } from "../support/beacon.ts";
import { requestExit } from "../support/exits.ts";
import {
  fund,
  predeposit,
  registerOperator,
  stake,
  startProtocol,
  submitBatch,
  type Protocol,
} from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, settle, settlementOf, signReport, settleFrom } from "../support/settlement.ts";
import { askBack } from "../support/withdrawals.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const GWEI = 1_000_000_000n;

async function withActive() {
  const p = await startProtocol(connection);
  const active = await activeValidators(p, { count: 2 });
  return { p, ...active };
}

describe("RewardDistribution, between the reference slot and the settlement", () => {
  it("INC-24 INC-20 lets no call of anybody make an agreed report fail or wrong", async () => {
    const { p, owner, pubkeys, ...operator } = await networkHelpers.loadFixture(withActive);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.04"));
    const report = await nextReport(p, { rewardsGwei: 60_000_000n, losses: [{ operatorId: 1, amountWei: 5n }] });
    const signatures = await signReport(p, report, p.accounts.members.slice(0, 2));

    await stake(p, parseEther("17"), p.accounts.stakers[1]);
    await askBack(p, parseEther("9"));
    await registerOperator(p, { owner: p.accounts.operators[1] });
    await p.registry.write.addBond([1], { value: parseEther("1") });
    const batch = await submitBatch(p, { ...operator, owner });
    await predeposit(p, batch);
    await fund(p, await sight(p, batch.keys, { ageSlots: 1 }), 40n * GWEI);
    await requestExit(p, pubkeys.slice(0, 1), { by: owner });
    await p.registry.write.requestBondWithdrawal([1, 1n], { account: owner.account });
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.09"));
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("3"));
    await p.registry.write.emergencySlash([2], { account: p.accounts.roles.GUARDIAN.account });
    const pooled = await p.pool.read.totalPooledEther();

    const hash = await p.distribution.write.settleRewards([report, signatures, 99n]);
    const { settlement } = await settlementOf(p, hash);
    expect(settlement).to.include({
      rewardsWei: parseEther("0.1"),
      feeWei: parseEther("0.005"),
      executionRewardsWei: parseEther("0.04"),
      withdrawalsWei: 0n,
      depositsGwei: 0n,
      burnedShares: 5n,
      finalizedShares: 0n,
    });
    expect(await p.pool.read.totalPooledEther()).to.equal(pooled + parseEther("0.1"));
    // What came in between is in the next frame, whole.
    const next = await settle(p, { exitingGwei: 32n * GWEI, rewardsGwei: -3n * GWEI });
    expect(next.settlement).to.include({
      executionRewardsWei: parseEther("0.05"),
      withdrawalsWei: parseEther("3"),
      depositsGwei: 41n * GWEI,
    });
  });

  it("INC-15 settles beside stakes and requests of the same block, and moves the rate by the rewards alone", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    const report = await nextReport(p, { rewardsGwei: 60_000_000n });
    const signatures = await signReport(p, report, p.accounts.members.slice(0, 2));
    const before = { pooled: await p.pool.read.totalPooledEther(), rate: await p.pool.read.ethPerShare() };
    const test = await viem.getTestClient();
    const [alice, bob] = p.accounts.stakers;
    await test.setAutomine(false);
    const gas = 1_000_000n;
    const hashes = [
      await p.pool.write.stake([bob.account.address, 0n], { account: bob.account, value: parseEther("50"), gas }),
      await p.distribution.write.settleRewards([report, signatures, 0n], { gas }),
      await p.token.write.transferAndCall([p.pool.address, parseEther("20")], { account: alice.account, gas }),
    ];
    await networkHelpers.mine();
    await test.setAutomine(true);
    const receipts = await Promise.all(hashes.map((hash) => p.client.getTransactionReceipt({ hash })));
    expect(receipts.map(({ status }) => status)).to.deep.equal(["success", "success", "success"]);
    expect(new Set(receipts.map(({ blockNumber }) => blockNumber)).size).to.equal(1);
    expect(await p.pool.read.totalPooledEther()).to.equal(before.pooled + parseEther("50.06"));
    expect((await p.pool.read.ethPerShare()) > before.rate).to.equal(true);
  });

  it("INC-20 accepts what ten missed frames brought, which one frame could not have", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("3"));
    const before = await networkHelpers.takeSnapshot();
    expect((await settle(p)).settlement.rewardsWei < parseEther("3")).to.equal(true);
    await before.restore();
    const { settlement } = await settle(p, { frames: 10n });
    expect(settlement.rewardsWei).to.equal(parseEther("3"));
  });

  it("INV-08 finalises what the cut-off allows at the rate after the report, so that a loss is shared", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    await askBack(p, parseEther("100"));
    await networkHelpers.time.increase(p.parameters.queue.minDelaySeconds);
    const { settlement } = await settle(p, { frames: 2n, rewardsGwei: -2_200_000_000n });
    expect(settlement).to.include({ finalizedShares: parseEther("100"), finalizedWei: parseEther("99") });
    expect(await p.pool.read.ethPerShare()).to.equal(parseEther("0.99"));
    expect(settlement.sharesAfter).to.equal(parseEther("120"));
  });

  it("leaves a request that became eligible after the cut-off for the next report", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    await askBack(p, parseEther("10"));
    const { eligibleAt } = await p.queue.read.getRequest([1n]);
    const first = await settle(p, { frames: 2n, cutoffTimestamp: eligibleAt - 1n });
    expect(first.settlement.finalizedShares).to.equal(0n);
    const second = await settle(p, { cutoffTimestamp: eligibleAt });
    expect(second.settlement.finalizedShares).to.equal(parseEther("10"));
  });

  it("INC-19 calls nobody but contracts of the protocol, the beacon roots and precompiles", async () => {
    const { p } = await networkHelpers.loadFixture(withActive);
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("0.04"));
    await networkHelpers.setBalance(p.withdrawalVault.address, parseEther("1"));
    await p.registry.write.emergencySlash([1], { account: p.accounts.roles.GUARDIAN.account });
    await askBack(p, parseEther("10"));
    const { maturesAt } = await p.registry.read.getLock([0n]);
    const { hash, settlement } = await settleFrom(p, maturesAt, { rewardsGwei: -900_000_000n });
    expect(settlement.finalizedShares > 0n && settlement.burnedShares > 0n && settlement.feeShares > 0n).to.equal(true);
    const called = await calledBy(p, hash);
    expect(called.size).to.be.greaterThan(8);
    for (const address of ownAddresses(p)) called.delete(address);
    expect([...called]).to.deep.equal([]);
  });
});

/** Every address that a transaction called, precompiles apart. */
async function calledBy(p: Protocol, hash: `0x${string}`): Promise<Set<string>> {
  type Trace = { structLogs: { op: string; stack: string[] }[] };
  const trace = (await connection.provider.request({ method: "debug_traceTransaction", params: [hash] })) as Trace;
  const called = trace.structLogs
    .filter(({ op }) => ["CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"].includes(op))
    .map(({ stack }) => BigInt(`0x${(stack.at(-2) ?? "0").replace(/^0x/, "")}`))
    .filter((address) => address > 0x1000n);
  return new Set(called.map((address) => `0x${address.toString(16).padStart(40, "0")}`));
}

function ownAddresses(p: Protocol): string[] {
  const { pool, queue, registry, manager, distribution, token, withdrawalVault, executionRewardsVault, committee } = p;
  const contracts = [pool, queue, registry, manager, distribution, token, withdrawalVault, executionRewardsVault];
  const beaconRoots = { address: "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02" };
  // Where `--coverage` counts the lines that ran.
  const coverage = { address: "0xc0bec0bec0bec0bec0bec0bec0bec0bec0bec0be" };
  return [...contracts, committee, beaconRoots, coverage, ...Object.values(p.implementations)].map(({ address }) =>
    address.toLowerCase(),
  );
}
