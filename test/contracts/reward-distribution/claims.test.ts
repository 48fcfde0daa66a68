import { expect } from "chai";
import { network } from "hardhat";
import { encodeAbiParameters, getAddress, keccak256, type Hex } from "viem";

import { rewardsProof, rewardsRoot, rewardsTotal, type RewardsLeaf } from "../../../chain/report/rewards-tree.ts";
import { paymentAddressOf, registerOperator, startProtocol, type Protocol } from "../support/protocol.ts";
import { activeValidators } from "../support/scenarios.ts";
import { nextReport, sendReport, settle } from "../support/settlement.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

/** Three operators, and fee shares that were minted before the next cut-off. */
async function withFees() {
  const p = await startProtocol(connection);
  await activeValidators(p, { count: 2 });
  for (const owner of [p.accounts.operators[1], p.accounts.stakers[4]]) await registerOperator(p, { owner });
  await settle(p, { rewardsGwei: 200_000_000n });
  const fees = await p.distribution.read.cumulativeFeeShares();
  return { p, fees };
}

const leavesOf = (...shares: bigint[]): RewardsLeaf[] =>
  shares.map((cumulativeShares, i) => ({ operatorId: i + 1, cumulativeShares }));
const rootOf = (leaves: RewardsLeaf[]) => ({
  rewardsRoot: rewardsRoot(leaves),
  rewardsTotalShares: rewardsTotal(leaves),
});
const ripen = (p: Protocol) => networkHelpers.time.increase(p.parameters.distribution.claimDelaySeconds);
const claim = (p: Protocol, leaves: RewardsLeaf[], operatorId: number, account = p.accounts.stranger.account) => {
  const { cumulativeShares, proof } = rewardsProof(leaves, operatorId);
  return p.distribution.write.claimRewards([operatorId, cumulativeShares, proof], { account });
};

describe("RewardDistribution, claimRewards", () => {
  it("pays each operator its leaf to its payment address, whoever claims", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const leaves = leavesOf(fees / 2n, fees / 3n, 5n);
    await settle(p, rootOf(leaves));
    await ripen(p);
    for (const { operatorId, cumulativeShares } of leaves) {
      const receiver = getAddress(paymentAddressOf(operatorId));
      await viem.assertions.emitWithArgs(claim(p, leaves, operatorId), p.distribution, "RewardsClaimed", [
        operatorId,
        receiver,
        cumulativeShares,
        0n,
        cumulativeShares,
      ]);
      expect(await p.token.read.balanceOf([receiver])).to.equal(cumulativeShares);
      expect(await p.distribution.read.claimedShares([operatorId])).to.equal(cumulativeShares);
    }
    expect(await p.token.read.balanceOf([p.distribution.address])).to.equal(fees - rewardsTotal(leaves));
  });

  it("answers what it paid", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const leaves = leavesOf(fees);
    await settle(p, rootOf(leaves));
    await ripen(p);
    const { result } = await p.distribution.simulate.claimRewards([1, fees, rewardsProof(leaves, 1).proof]);
    expect(result).to.equal(fees);
  });

  it("INC-26 pays a leaf once, and of a later one only what came on top", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const first = leavesOf(fees / 4n, 7n);
    await settle(p, rootOf(first));
    await ripen(p);
    await claim(p, first, 1);
    const refused = (leaves: RewardsLeaf[]) =>
      viem.assertions.revertWithCustomErrorWithArgs(claim(p, leaves, 1), p.distribution, "NothingToClaim", [1]);
    await refused(first);
    // The same root again makes nothing claimable again.
    await settle(p, rootOf(first));
    await ripen(p);
    await refused(first);

    const second = leavesOf(fees / 2n, 7n);
    await settle(p, rootOf(second));
    await ripen(p);
    const { result } = await p.distribution.simulate.claimRewards([1, fees / 2n, rewardsProof(second, 1).proof]);
    expect(result).to.equal(fees / 2n - fees / 4n);
    await claim(p, second, 1);
    expect(await p.token.read.balanceOf([paymentAddressOf(1)])).to.equal(fees / 2n);
  });

  it("pays to the address that the operator has now", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const leaves = leavesOf(fees);
    await settle(p, rootOf(leaves));
    await ripen(p);
    await p.registry.write.setPaymentAddress([1, paymentAddressOf(77)], {
      account: p.accounts.operators[0].account,
    });
    await claim(p, leaves, 1);
    expect(await p.token.read.balanceOf([paymentAddressOf(77)])).to.equal(fees);
  });

  it("refuses a leaf that is not in the tree, another's proof, and an inner node for a leaf", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const leaves = leavesOf(fees / 2n, fees / 4n);
    await settle(p, rootOf(leaves));
    await ripen(p);
    const one = rewardsProof(leaves, 1);
    const two = rewardsProof(leaves, 2);
    for (const [operatorId, shares, proof] of [
      [1, one.cumulativeShares + 1n, one.proof],
      [2, one.cumulativeShares, one.proof],
      [1, one.cumulativeShares, two.proof],
      [1, one.cumulativeShares, []],
      [3, one.cumulativeShares, one.proof],
    ] as [number, bigint, Hex[]][])
      await viem.assertions.revertWithCustomErrorWithArgs(
        p.distribution.write.claimRewards([operatorId, shares, proof]),
        p.distribution,
        "ProofInvalid",
        [operatorId, shares],
      );
  });

  it("hashes a leaf twice, so that no inner node passes for one", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    // Hashed once, operator 1 and all the fees are the 64 bytes of an inner node.
    const node = keccak256(encodeAbiParameters([{ type: "uint256" }, { type: "uint256" }], [1n, fees]));
    await settle(p, { rewardsRoot: node, rewardsTotalShares: fees });
    await ripen(p);
    await viem.assertions.revertWithCustomError(
      p.distribution.write.claimRewards([1, fees, []]),
      p.distribution,
      "ProofInvalid",
    );
  });

  it("refuses everything while there is no root", async () => {
    const { p } = await networkHelpers.loadFixture(withFees);
    expect(await p.distribution.read.claimableRoot()).to.deep.equal([`0x${"00".repeat(32)}`, 0n]);
    await viem.assertions.revertWithCustomError(
      p.distribution.write.claimRewards([1, 1n, []]),
      p.distribution,
      "ProofInvalid",
    );
  });

  it("never pays more than the sum that the report gave, when a tree's leaves are more than its total", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const leaves = leavesOf(fees / 2n, fees / 2n);
    await settle(p, { ...rootOf(leaves), rewardsTotalShares: fees / 2n + 3n });
    await ripen(p);
    await claim(p, leaves, 2);
    await viem.assertions.revertWithCustomErrorWithArgs(claim(p, leaves, 1), p.distribution, "RootOverdrawn", [
      2n * (fees / 2n),
      fees / 2n + 3n,
    ]);
  });

  it("refuses an operator that the registry does not know, although the tree does", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const leaves = [{ operatorId: 9, cumulativeShares: fees }];
    await settle(p, rootOf(leaves));
    await ripen(p);
    await viem.assertions.revertWithCustomErrorWithArgs(claim(p, leaves, 9), p.registry, "UnknownOperator", [9]);
  });
});

describe("RewardDistribution, rewards roots", () => {
  it("opens a root after its delay, to the second; until then the one before pays", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const [first, second] = [leavesOf(10n), leavesOf(fees)];
    await settle(p, rootOf(first));
    await settle(p, rootOf(second));
    const [root, totalShares, claimableAt] = await p.distribution.read.pendingRoot();
    expect([root, totalShares]).to.deep.equal([rewardsRoot(second), fees]);
    expect(claimableAt).to.equal((await networkHelpers.time.latest()) + p.parameters.distribution.claimDelaySeconds);
    expect(await p.distribution.read.claimableRoot()).to.deep.equal([rewardsRoot(first), fees]);

    await networkHelpers.time.setNextBlockTimestamp(claimableAt - 1);
    await viem.assertions.revertWithCustomError(claim(p, second, 1), p.distribution, "ProofInvalid");
    await claim(p, first, 1);
    await networkHelpers.time.increaseTo(claimableAt);
    expect(await p.distribution.read.claimableRoot()).to.deep.equal([rewardsRoot(second), fees]);
    await claim(p, second, 1);
    expect(await p.token.read.balanceOf([paymentAddressOf(1)])).to.equal(fees);
  });

  it("drops a root that was replaced before its delay was over, and keeps the one that was claimable", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    await settle(p, rootOf(leavesOf(10n)));
    await ripen(p);
    // Two frames that are over already are settled in the same minute.
    await networkHelpers.time.increase(3 * 768);
    await settle(p, rootOf(leavesOf(20n)));
    await settle(p, rootOf(leavesOf(fees)));
    expect(await p.distribution.read.claimableRoot()).to.deep.equal([rewardsRoot(leavesOf(10n)), fees]);
    await ripen(p);
    expect(await p.distribution.read.claimableRoot()).to.deep.equal([rewardsRoot(leavesOf(fees)), fees]);
  });

  it("refuses a sum above the fee shares minted by the settlements before, and one that falls", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    await settle(p, rootOf(leavesOf(50n)));
    for (const total of [fees + 1n, 49n, 0n, 2n ** 128n - 1n]) {
      const report = await nextReport(p, { rewardsTotalShares: total });
      await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, report), p.distribution, "RewardsImplausible", [
        total,
        50n,
        fees,
      ]);
    }
    await settle(p, rootOf(leavesOf(fees)));
  });

  it("INV-10 divides no fee shares that the same settlement mints", async () => {
    const { p, fees } = await networkHelpers.loadFixture(withFees);
    const more = { rewardsGwei: 100_000_000n };
    const report = await nextReport(p, { ...more, rewardsTotalShares: fees + 1n });
    await viem.assertions.revertWithCustomErrorWithArgs(sendReport(p, report), p.distribution, "RewardsImplausible", [
      fees + 1n,
      0n,
      fees,
    ]);
    await settle(p, more);
    await settle(p, { rewardsTotalShares: fees + 1n });
  });
});
