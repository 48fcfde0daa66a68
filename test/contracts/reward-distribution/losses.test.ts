import { expect } from "chai";
import { network } from "hardhat";
import { parseEther } from "viem";

import { lossDrawn } from "../support/registry-events.ts";
import { registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

/** Two operators, with bonds of 20 and 1.6 ETH. */
async function withOperators() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  await registerOperator(p, { owner: p.accounts.operators[1], bondWei: parseEther("1.6") });
  return p;
}

const bondOf = async (p: Protocol, id: number) => (await p.registry.read.getOperator([id])).bondShares;

describe("RewardDistribution, named losses", () => {
  it("INV-12 takes a loss out of its operator's bond, so that the rate does not fall", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    // At a rate that is not 1.
    await settle(p, { rewardsGwei: 123_456_789n });
    const before = { rate: await rateOf(p), bond: await bondOf(p, 1), shares: await p.pool.read.totalShares() };
    const lossWei = parseEther("3");
    const pooled = await p.pool.read.totalPooledEther();
    const lossShares = (lossWei * before.shares + pooled - 1n) / pooled;

    const { settlement, hash } = await settle(p, {
      rewardsGwei: -3_000_000_000n,
      losses: [{ operatorId: 1, amountWei: lossWei }],
    });
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.distribution, "LossCovered", [
      1,
      lossWei,
      lossShares,
      lossShares,
    ]);
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.pool, "OperatorSlashed", [
      1,
      lossShares,
      (wei: bigint) => wei === lossWei,
    ]);
    expect(settlement).to.include({ burnedShares: lossShares, feeShares: 0n, rewardsWei: -lossWei });
    expect(await bondOf(p, 1)).to.equal(before.bond - lossShares);
    const after = await rateOf(p);
    // Rounded in favour of the stakers, by less than one share.
    expect(after.pooled * before.rate.shares >= before.rate.pooled * after.shares).to.equal(true);
    expect((await p.pool.read.ethPerShare()) - before.rate.price <= 1n).to.equal(true);
  });

  it("INV-12 takes no more than the bond, and the stakers bear the rest", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const rate = await p.pool.read.ethPerShare();
    const { settlement, hash } = await settle(p, {
      rewardsGwei: -2_000_000_000n,
      losses: [{ operatorId: 2, amountWei: parseEther("2") }],
    });
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.distribution, "LossCovered", [
      2,
      parseEther("2"),
      parseEther("2"),
      parseEther("1.6"),
    ]);
    expect(settlement.burnedShares).to.equal(parseEther("1.6"));
    expect(await bondOf(p, 2)).to.equal(0n);
    expect(await bondOf(p, 1)).to.equal(parseEther("20"));
    // 219.6 ETH for 220 shares.
    expect(await p.pool.read.ethPerShare()).to.equal((rate * 2196n) / 2200n);
  });

  it("covers the losses of several operators, each out of its own bond", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const { settlement, hash } = await settle(p, {
      rewardsGwei: -1_500_000_000n,
      losses: [
        { operatorId: 1, amountWei: parseEther("0.5") },
        { operatorId: 2, amountWei: parseEther("1") },
      ],
    });
    expect((await lossDrawn(p, hash)).map(({ operatorId, takenShares }) => [operatorId, takenShares])).to.deep.equal([
      [1, parseEther("0.5")],
      [2, parseEther("1")],
    ]);
    expect(settlement.burnedShares).to.equal(parseEther("1.5"));
    expect(await p.pool.read.ethPerShare()).to.equal(parseEther("1"));
  });

  it("tells of a loss although no bond is left, and burns nothing", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    const losses = [{ operatorId: 2, amountWei: parseEther("1.6") }];
    await settle(p, { rewardsGwei: -1_600_000_000n, losses });
    const { hash, settlement } = await settle(p, { rewardsGwei: -1_600_000_000n, losses });
    await viem.assertions.emitWithArgs(Promise.resolve(hash), p.distribution, "LossCovered", [
      2,
      parseEther("1.6"),
      parseEther("1.6"),
      0n,
    ]);
    expect(settlement.burnedShares).to.equal(0n);
  });

  it("refuses losses that are not in ascending order of operator, or name one twice or nobody", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    for (const [ids, error] of [
      [[2, 1], [1]],
      [[1, 1], [1]],
      [[0], [0]],
    ] as [number[], [number]][]) {
      const losses = ids.map((operatorId) => ({ operatorId, amountWei: 1n }));
      await viem.assertions.revertWithCustomErrorWithArgs(
        sendReport(p, await nextReport(p, { losses })),
        p.distribution,
        "LossesOutOfOrder",
        error,
      );
    }
    const losses = [{ operatorId: 3, amountWei: 1n }];
    await viem.assertions.revertWithCustomErrorWithArgs(
      sendReport(p, await nextReport(p, { losses })),
      p.registry,
      "UnknownOperator",
      [3],
    );
  });

  it("lets an unnamed loss fall on the rate, exactly", async () => {
    const p = await networkHelpers.loadFixture(withOperators);
    await settle(p, { rewardsGwei: -1_108_000_000n });
    expect(await p.pool.read.totalPooledEther()).to.equal(parseEther("220.492"));
    expect(await p.pool.read.totalShares()).to.equal(parseEther("221.6"));
    expect(await p.pool.read.ethPerShare()).to.equal(parseEther("0.995"));
  });
});

async function rateOf(p: Protocol) {
  return {
    price: await p.pool.read.ethPerShare(),
    pooled: await p.pool.read.totalPooledEther(),
    shares: await p.pool.read.totalShares(),
  };
}
