import { expect } from "chai";
import { network } from "hardhat";
import { getAddress, parseEther, parseEventLogs } from "viem";

import { rewardsProof, rewardsRoot } from "../../../chain/report/rewards-tree.ts";
import { paymentAddressOf, registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

/** Operator 2 has a bond of 1.6 ETH; the cover fund has 4 shares. */
async function withFund() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  await registerOperator(p, { owner: p.accounts.operators[1], bondWei: parseEther("1.6") });
  await p.token.write.transfer([p.coverFund.address, parseEther("4")], { account: p.accounts.stakers[0].account });
  return p;
}

const fundOf = (p: Protocol) => p.token.read.balanceOf([p.coverFund.address]);
const lossOf = (ether: string, operatorId = 2) => [{ operatorId, amountWei: parseEther(ether) }];

describe("RewardDistribution, the order in which a named loss is covered", () => {
  it("INV-12 takes the bond first, then the cover fund, and the rate does not fall", async () => {
    const p = await networkHelpers.loadFixture(withFund);
    const { settlement, hash } = await settle(p, { rewardsGwei: -3_000_000_000n, losses: lossOf("3") });
    const sent = Promise.resolve(hash);
    await viem.assertions.emitWithArgs(sent, p.distribution, "LossCovered", [
      2,
      parseEther("3"),
      parseEther("3"),
      parseEther("1.6"),
    ]);
    await viem.assertions.emitWithArgs(sent, p.distribution, "CoverUsed", [parseEther("1.4"), parseEther("1.4")]);
    await viem.assertions.emitWithArgs(sent, p.pool, "CoverBurned", [parseEther("1.4"), () => true]);
    expect(settlement.burnedShares).to.equal(parseEther("3"));
    expect(await fundOf(p)).to.equal(parseEther("2.6"));
    expect(await p.pool.read.ethPerShare()).to.equal(parseEther("1"));
  });

  it("takes no more of the fund than one report may, and the rate bears the rest", async () => {
    const p = await networkHelpers.loadFixture(withFund);
    const { settlement, hash } = await settle(p, { rewardsGwei: -5_600_000_000n, losses: lossOf("5.6") });
    // Half of the fund.
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.distribution, "CoverUsed", [
      parseEther("4"),
      parseEther("2"),
    ]);
    expect(settlement.burnedShares).to.equal(parseEther("3.6"));
    expect(await fundOf(p)).to.equal(parseEther("2"));
    // 216 ETH for 218 shares.
    expect(await p.pool.read.ethPerShare()).to.equal((parseEther("1") * 2160n) / 2180n);
  });

  it("touches the fund for no loss that a bond covers, and for none without a name", async () => {
    const p = await networkHelpers.loadFixture(withFund);
    await settle(p, { rewardsGwei: -1_000_000_000n, losses: lossOf("1") });
    const { hash } = await settle(p, { rewardsGwei: -1_000_000_000n });
    const { logs } = await p.client.waitForTransactionReceipt({ hash });
    expect(parseEventLogs({ abi: p.distribution.abi, eventName: "CoverUsed", logs })).to.deep.equal([]);
    expect(await fundOf(p)).to.equal(parseEther("4"));
  });

  it("covers nothing when the parameter says so, or the fund is empty", async () => {
    const p = await networkHelpers.loadFixture(withFund);
    await p.distribution.write.setParameters([{ ...p.parameters.distribution, maxCoverBps: 0 }], {
      account: p.accounts.roles.PARAMETERS.account,
    });
    const { hash, settlement } = await settle(p, { rewardsGwei: -3_000_000_000n, losses: lossOf("3") });
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.distribution, "CoverUsed", [parseEther("1.4"), 0n]);
    expect(settlement.burnedShares).to.equal(parseEther("1.6"));
    expect(await fundOf(p)).to.equal(parseEther("4"));
  });

  it("INV-13 nobody but the settlement burns the fund, and nobody takes from it", async () => {
    const p = await networkHelpers.loadFixture(withFund);
    const account = p.accounts.stranger.account;
    await viem.assertions.revertWithCustomError(p.pool.write.burnCover([1n], { account }), p.pool, "NotProtocol");
    const holders = [p.accounts.deployer, ...Object.values(p.accounts.roles), p.accounts.stranger];
    for (const { account: spender } of holders)
      expect(await p.token.read.allowance([p.coverFund.address, spender.address])).to.equal(0n);
  });
});

describe("RewardDistribution, an operator's debt", () => {
  /** Operator 2 owes 1.4 shares, and has fees to claim. */
  async function withDebt() {
    const p = await withFund();
    await settle(p, { rewardsGwei: -3_000_000_000n, losses: lossOf("3") });
    // Rewards enough for fees above the debt need more than a few frames; the bound grows with them.
    await networkHelpers.setBalance(p.executionRewardsVault.address, parseEther("60"));
    await settle(p, { frames: 200n });
    return { p, fees: await p.distribution.read.cumulativeFeeShares() };
  }

  async function claim(p: Protocol, cumulativeShares: bigint) {
    const leaves = [{ operatorId: 2, cumulativeShares }];
    await settle(p, { rewardsRoot: rewardsRoot(leaves), rewardsTotalShares: cumulativeShares });
    await networkHelpers.time.increase(p.parameters.distribution.claimDelaySeconds);
    const args = [2, cumulativeShares, rewardsProof(leaves, 2).proof] as const;
    const { result } = await p.distribution.simulate.claimRewards(args);
    return { paid: result, hash: await p.distribution.write.claimRewards(args) };
  }

  it("INV-12 pays the debt out of its fees first, into the cover fund, and the rest to the operator", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withDebt);
    const debt = parseEther("1.4");
    expect(fees > debt).to.equal(true);
    const before = await fundOf(p);
    const part = parseEther("0.5");
    const first = await claim(p, part);
    expect(first.paid).to.equal(0n);
    await viem.assertions.emitWithArgs(Promise.resolve(first.hash), p.distribution, "RewardsClaimed", [
      2,
      getAddress(paymentAddressOf(2)),
      0n,
      part,
      part,
    ]);
    expect(await fundOf(p)).to.equal(before + part);

    const second = await claim(p, fees);
    expect(second.paid).to.equal(fees - debt);
    expect(await fundOf(p)).to.equal(before + debt);
    expect(await p.token.read.balanceOf([paymentAddressOf(2)])).to.equal(fees - debt);
    expect(await p.distribution.read.claimedShares([2])).to.equal(fees);
    expect(await p.token.read.balanceOf([p.distribution.address])).to.equal(0n);
  });
});
