import { expect } from "chai";
import { parseEther, parseGwei } from "viem";

import {
  deployEther,
  finalize,
  rebase,
  rebaseOf,
  reward,
  setRate,
  stake,
  totalsOf,
  waitForEligibility,
  withdraw,
} from "../support/pool-steps.ts";
import { networkHelpers, stage, viem } from "../support/stage.ts";

const WEI_PER_GWEI = parseGwei("1");

describe("StakingPool distributeRewards, withdrawals", () => {
  async function prepare() {
    const s = await stage();
    const [alice] = s.accounts.stakers;
    await stake(s, alice, parseEther("99"));
    return { s, alice };
  }

  it("distributeRewards moves shares and ether out, and the ether into the queue", async () => {
    const { s, alice } = await prepare();
    await withdraw(s, alice, parseEther("20"));
    await waitForEligibility(s);
    const before = await totalsOf(s);
    const cutoff = BigInt(await networkHelpers.time.latest());
    const given = await rebaseOf(s, { cutoffTimestamp: cutoff, finalizationHint: 1n });
    const { result } = await s.pool.simulate.distributeRewards([given], { account: s.as.distribution });
    const sent = finalize(s, { hint: 1n });
    await viem.assertions.balancesHaveChanged(sent, [
      { address: s.pool.address, amount: -parseEther("20") },
      { address: s.queue.address, amount: parseEther("20") },
    ]);
    expect(result).to.deep.equal({
      feeShares: 0n,
      sweptWei: 0n,
      finalizedShares: parseEther("20"),
      finalizedWei: parseEther("20"),
      pooledWei: parseEther("80"),
      totalShares: parseEther("80"),
    });
    expect(await totalsOf(s)).to.deep.equal({
      ...before,
      pooledWei: before.pooledWei - parseEther("20"),
      bufferedWei: before.bufferedWei - parseEther("20"),
      balanceWei: before.balanceWei - parseEther("20"),
      totalShares: before.totalShares - parseEther("20"),
      queuedShares: 0n,
    });
  });

  it("distributeRewards does nothing when nothing waits, or nothing is eligible", async () => {
    const { s, alice } = await prepare();
    const silent = async () => {
      const cutoff = BigInt(await networkHelpers.time.latest());
      const given = await rebaseOf(s, { cutoffTimestamp: cutoff });
      const { result } = await s.pool.simulate.distributeRewards([given], { account: s.as.distribution });
      expect(result).to.include({ finalizedShares: 0n, finalizedWei: 0n });
      const { logs } = await s.client.getTransactionReceipt({ hash: await finalize(s) });
      expect(logs).to.deep.equal([]);
    };
    await silent();
    await withdraw(s, alice, parseEther("20"));
    await silent();
  });

  it("distributeRewards fills what the buffer covers, and the rest when ether is back", async () => {
    const { s, alice } = await prepare();
    await deployEther(s, parseEther("90") / WEI_PER_GWEI);
    await withdraw(s, alice, parseEther("30"));
    await waitForEligibility(s);
    await finalize(s);
    expect((await s.queue.read.getRequest([1n])).pendingShares).to.equal(parseEther("20"));
    expect(await s.pool.read.bufferedWei()).to.equal(0n);

    await networkHelpers.setBalance(s.withdrawalVault.address, parseEther("25"));
    await rebase(s, { consensusGwei: parseEther("65") / WEI_PER_GWEI, withdrawalsWei: parseEther("25") });
    await finalize(s);
    expect((await s.queue.read.getRequest([1n])).pendingShares).to.equal(0n);
    expect(await s.pool.read.bufferedWei()).to.equal(parseEther("5"));
    expect(await s.pool.read.totalPooledEther()).to.equal(parseEther("70"));
  });

  it("INV-08 INC-28 a request made before a loss is reported shares the loss", async () => {
    const { s, alice } = await prepare();
    await deployEther(s, parseEther("60") / WEI_PER_GWEI);
    await withdraw(s, alice, parseEther("20"));
    await reward(s, -parseEther("10") / WEI_PER_GWEI);
    await waitForEligibility(s);
    await finalize(s);
    expect(await s.queue.read.claimableWei([1n])).to.equal(parseEther("18"));
    expect(await s.pool.read.ethPerShare()).to.equal(parseEther("0.9"));
  });

  it("queued shares gain nothing: who stays gains it", async () => {
    const { s, alice } = await prepare();
    await withdraw(s, alice, parseEther("20"));
    await reward(s, parseEther("10") / WEI_PER_GWEI);
    await waitForEligibility(s);
    await finalize(s);
    expect(await s.queue.read.claimableWei([1n])).to.equal(parseEther("20"));
    expect(await s.pool.read.totalPooledEther()).to.equal(parseEther("90"));
    expect(await s.pool.read.ethPerShare()).to.equal(parseEther("1.125"));
  });

  it("surplus of a mixed stretch comes back with the next settlement, without fee", async () => {
    const { s, alice } = await prepare();
    await deployEther(s, parseEther("20") / WEI_PER_GWEI);
    await withdraw(s, alice, parseEther("10"));
    await setRate(s, 3n, 2n);
    await withdraw(s, alice, parseEther("10"));
    await setRate(s, 6n, 5n);
    await waitForEligibility(s);
    await finalize(s);
    // 10 at the request and 15 at the request, 12 each at the finalisation: 24 set aside, 22 paid.
    expect(await s.client.getBalance({ address: s.queue.address })).to.equal(parseEther("24"));
    await s.queue.write.claim([1n, 0n]);
    await s.queue.write.claim([2n, 0n]);
    expect(await s.queue.read.surplusWei()).to.equal(parseEther("2"));
    // It stays there until a settlement has another reason to ask the queue.
    await rebase(s);
    expect(await s.queue.read.surplusWei()).to.equal(parseEther("2"));
    await withdraw(s, alice, parseEther("1"));
    const before = await totalsOf(s);
    const sent = rebase(s);
    await viem.assertions.emitWithArgs(sent, s.queue, "SurplusSwept", [parseEther("2")]);
    expect(await totalsOf(s)).to.deep.equal({
      ...before,
      pooledWei: before.pooledWei + parseEther("2"),
      bufferedWei: before.bufferedWei + parseEther("2"),
      balanceWei: before.balanceWei + parseEther("2"),
    });
    expect(await s.client.getBalance({ address: s.queue.address })).to.equal(0n);
  });

  it("INV-03 distributeRewards never lowers the rate of who stays, at awkward rates", async () => {
    const { s, alice } = await prepare();
    await deployEther(s, parseEther("60") / WEI_PER_GWEI);
    await withdraw(s, alice, 1_234_567_890_123_456_789n);
    for (const numerator of [999_999_937n, 1_000_000_007n, 700_000_001n, 1_300_000_021n]) {
      await setRate(s, numerator, 1_000_000_000n);
      await withdraw(s, alice, 987_654_321_012_345_678n);
    }
    await waitForEligibility(s);
    const before = await totalsOf(s);
    await finalize(s);
    const after = await totalsOf(s);
    expect(after.queuedShares).to.equal(0n);
    expect(after.pooledWei * before.totalShares >= before.pooledWei * after.totalShares).to.equal(true);
  });
});
