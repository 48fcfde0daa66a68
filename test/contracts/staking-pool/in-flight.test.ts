import { expect } from "chai";
import { parseEther, parseGwei } from "viem";

import { rebase, stake, totalsOf } from "../support/pool-steps.ts";
import { networkHelpers, stage, type Stage } from "../support/stage.ts";

const WEI_PER_GWEI = parseGwei("1");
const ether = (amount: string) => parseEther(amount) / WEI_PER_GWEI;

describe("StakingPool in flight", () => {
  async function prepare() {
    const s = await stage();
    await stake(s, s.accounts.stakers[0], parseEther("199"));
    return s;
  }

  /** Deposits in a block of its own; answers its timestamp. */
  async function deposit(s: Stage, amountGwei: bigint): Promise<bigint> {
    await s.pool.write.takeForDeposits([amountGwei], { account: s.as.manager });
    await networkHelpers.mine();
    return BigInt(await networkHelpers.time.latest()) - 1n;
  }

  /** What a settlement finds for this cut-off. */
  async function settleAt(s: Stage, cutoff: bigint, consensusGwei: bigint) {
    const settledDepositsGwei = await s.pool.read.depositedGweiAt([cutoff]);
    await rebase(s, { consensusGwei, settledDepositsGwei });
  }

  it("INC-02 a report that cannot see a deposit yet leaves the rate alone", async () => {
    const s = await prepare();
    const cutoff = BigInt(await networkHelpers.time.latest());
    await networkHelpers.mine();
    await deposit(s, ether("32"));
    await settleAt(s, cutoff, 0n);
    const totals = await totalsOf(s);
    expect(totals.pooledWei).to.equal(parseEther("200"));
    expect(totals.inFlightGwei).to.equal(ether("32"));
    expect(await s.pool.read.ethPerShare()).to.equal(parseEther("1"));
  });

  it("INC-03 each wei stands in one place for deposits before, at and after the cut-off", async () => {
    const s = await prepare();
    const first = await deposit(s, ether("1"));
    const second = await deposit(s, ether("31"));
    await deposit(s, ether("64"));
    expect((await totalsOf(s)).inFlightGwei).to.equal(ether("96"));

    await settleAt(s, first - 1n, 0n);
    expect(await split(s)).to.deep.equal([parseEther("104"), 0n, ether("96")]);
    await settleAt(s, first, ether("1"));
    expect(await split(s)).to.deep.equal([parseEther("104"), ether("1"), ether("95")]);
    await settleAt(s, second, ether("32"));
    expect(await split(s)).to.deep.equal([parseEther("104"), ether("32"), ether("64")]);
    await settleAt(s, BigInt(await networkHelpers.time.latest()), ether("96"));
    expect(await split(s)).to.deep.equal([parseEther("104"), ether("96"), 0n]);
  });

  it("INC-03 rewards and deposits of one window do not mix", async () => {
    const s = await prepare();
    const cutoff = await deposit(s, ether("100"));
    await deposit(s, ether("50"));
    await settleAt(s, cutoff, ether("100") + 7n);
    expect(await split(s)).to.deep.equal([parseEther("50"), ether("100") + 7n, ether("50")]);
    expect(await s.pool.read.totalPooledEther()).to.equal(parseEther("200") + 7n * WEI_PER_GWEI);
  });

  it("settledDepositsGwei answers what the last report contained", async () => {
    const s = await prepare();
    const cutoff = await deposit(s, ether("3"));
    await deposit(s, ether("4"));
    expect(await s.pool.read.settledDepositsGwei()).to.equal(0n);
    await settleAt(s, cutoff, ether("3"));
    expect(await s.pool.read.settledDepositsGwei()).to.equal(ether("3"));
    expect(await s.pool.read.depositedGwei()).to.equal(ether("7"));
  });

  /** INV-01: buffered, consensus and in flight; the sum is what is pooled. */
  async function split(s: Stage): Promise<bigint[]> {
    const { pooledWei, bufferedWei, consensusGwei, inFlightGwei } = await totalsOf(s);
    expect(pooledWei).to.equal(bufferedWei + (consensusGwei + inFlightGwei) * WEI_PER_GWEI);
    // Staking buys at what the packed accounting says: it must be the same.
    expect(await s.pool.read.convertToAssets([await s.pool.read.totalShares()])).to.equal(pooledWei);
    return [bufferedWei, consensusGwei, inFlightGwei];
  }
});
