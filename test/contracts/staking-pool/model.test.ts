import { expect } from "chai";
import fc from "fast-check";
import { parseEther } from "viem";

import { FUZZ, FUZZ_TIMEOUT } from "../support/fuzz.ts";
import { createPoolModel, WEI_PER_GWEI, type PoolModel } from "../support/pool-model.ts";
import { finalize, rebase, rebaseOf, stake, totalsOf, withdraw } from "../support/pool-steps.ts";
import { addressOf, networkHelpers, stage, viem, type Stage } from "../support/stage.ts";

const ETHER = parseEther("1");
const PPM = 1_000_000n;

/** One step of a history; parts per million choose how much of what there is at that moment. */
type Step =
  | { kind: "stake"; who: number; amountWei: bigint }
  | { kind: "transfer"; who: number; ppm: bigint }
  | { kind: "withdraw"; who: number; ppm: bigint }
  | { kind: "deposit"; ppm: bigint }
  | { kind: "rebase"; growthPpm: bigint; settledPpm: bigint; tipsWei: bigint; feePpm: bigint }
  | { kind: "finalize" }
  | { kind: "claim"; ticket: number }
  | { kind: "wait"; seconds: number };

const who = fc.nat(4);
const ppm = fc.oneof(fc.bigInt(0n, PPM), fc.constant(PPM));
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("stake" as const), who, amountWei: fc.bigInt(1n, 50n * ETHER) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("transfer" as const), who, ppm }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("withdraw" as const), who, ppm }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("deposit" as const), ppm }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("rebase" as const),
      growthPpm: fc.bigInt(-200_000n, 200_000n),
      settledPpm: ppm,
      tipsWei: fc.bigInt(0n, ETHER),
      feePpm: fc.bigInt(0n, 100_000n),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("finalize" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("claim" as const), ticket: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 400 }) }),
  },
);

describe("StakingPool model", () => {
  it("INV-01 INV-03 INV-05 any history keeps the sums of the model, and no user lowers the rate", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 30, size: "max" }), async (history) => {
        const s = await stage();
        const model = createPoolModel(s.parameters.initialLockedWei);
        for (const step of history) {
          const [pooledWei, shares] = [model.pooledWei(), model.totalShares()];
          await take(s, model, step);
          await compare(s, model);
          if (step.kind !== "rebase")
            expect(model.pooledWei() * shares >= pooledWei * model.totalShares()).to.equal(true);
        }
      }),
      FUZZ,
    );
  }).timeout(FUZZ_TIMEOUT);
});

async function take(s: Stage, model: PoolModel, step: Step): Promise<void> {
  const actor = s.accounts.stakers["who" in step ? step.who : 0] ?? s.accounts.stranger;
  const name = addressOf(actor);
  const { stakers } = s.accounts;
  switch (step.kind) {
    case "stake":
      // The smallest stake buys nothing at a high rate.
      if ((step.amountWei * model.totalShares()) / model.pooledWei() === 0n) return;
      return void expect(await stake(s, actor, step.amountWei)).to.equal(model.stake(name, step.amountWei));
    case "transfer": {
      const shares = (model.heldBy(name) * step.ppm) / PPM;
      const to = addressOf(stakers[(step.who + 1) % stakers.length] ?? actor);
      await s.token.write.transfer([to, shares], { account: actor.account });
      model.give(name, -shares);
      return model.give(to, shares);
    }
    case "withdraw": {
      const shares = (model.heldBy(name) * step.ppm) / PPM;
      const amountWei = (shares * model.pooledWei()) / model.totalShares();
      const { minRequestWei, maxRequestWei, minDelaySeconds } = s.parameters.queue;
      if (amountWei < minRequestWei || amountWei > maxRequestWei) return;
      const requestId = await withdraw(s, actor, shares);
      const now = BigInt(await networkHelpers.time.latest());
      expect(model.withdraw(name, shares, now + BigInt(minDelaySeconds))).to.equal(amountWei);
      return void expect((await s.queue.read.getRequest([requestId])).amountWei).to.equal(amountWei);
    }
    case "deposit": {
      const amountGwei = (model.depositableWei() * step.ppm) / PPM / WEI_PER_GWEI;
      await s.pool.write.takeForDeposits([amountGwei], { account: s.as.manager });
      return model.deposit(amountGwei);
    }
    case "rebase":
      return rebaseBoth(s, model, step);
    case "finalize": {
      const cutoff = BigInt(await networkHelpers.time.latest());
      const given = await rebaseOf(s, { cutoffTimestamp: cutoff });
      const { result } = await s.pool.simulate.distributeRewards([given], { account: s.as.distribution });
      const sweptWei = model.sweep();
      const { shares, amountWei } = model.finalize(cutoff);
      expect(result).to.include({ sweptWei, finalizedShares: shares, finalizedWei: amountWei });
      await finalize(s, { cutoff });
      return;
    }
    case "claim": {
      const count = model.queue.requests.length;
      const index = count === 0 ? 0 : step.ticket % count;
      const requestId = BigInt(index) + 1n;
      const amount = count === 0 ? undefined : model.queue.claim(index);
      if (amount === undefined) return;
      const address = await s.queue.read.ownerOf([requestId]);
      const sent = s.queue.write.claim([requestId, 0n], { account: s.accounts.stranger.account });
      return viem.assertions.balancesHaveChanged(sent, [{ address, amount }]);
    }
    case "wait":
      await networkHelpers.time.increase(step.seconds);
  }
}

async function rebaseBoth(s: Stage, model: PoolModel, step: Extract<Step, { kind: "rebase" }>): Promise<void> {
  const { state } = model;
  const inFlightGwei = state.depositedGwei - state.settledGwei;
  const settledGwei = state.settledGwei + (inFlightGwei * step.settledPpm) / PPM;
  const arrivedGwei = state.consensusGwei + settledGwei - state.settledGwei;
  // A tenth of what arrived was withdrawn to the vault.
  const grownGwei = (arrivedGwei * (PPM + step.growthPpm)) / PPM;
  const withdrawnGwei = grownGwei / 10n;
  const withdrawalsWei = withdrawnGwei * WEI_PER_GWEI;
  const consensusGwei = grownGwei - withdrawnGwei;
  const rewardsWei = (grownGwei - arrivedGwei) * WEI_PER_GWEI + step.tipsWei;
  const feeWei = rewardsWei > 0n ? (rewardsWei * step.feePpm) / PPM : 0n;
  await networkHelpers.setBalance(s.withdrawalVault.address, withdrawalsWei);
  await networkHelpers.setBalance(s.executionRewardsVault.address, step.tipsWei);
  const before = await s.token.read.balanceOf([s.distribution.address]);
  await rebase(s, {
    consensusGwei,
    settledDepositsGwei: settledGwei,
    withdrawalsWei,
    executionRewardsWei: step.tipsWei,
    feeWei,
  });
  const feeShares = model.rebase({ consensusGwei, settledGwei, vaultsWei: withdrawalsWei + step.tipsWei, feeWei });
  expect((await s.token.read.balanceOf([s.distribution.address])) - before).to.equal(feeShares);
}

async function compare(s: Stage, model: PoolModel): Promise<void> {
  const { state, queue } = model;
  const totalShares = model.totalShares();
  const circulatingShares = totalShares - queue.queuedShares();
  expect(await totalsOf(s)).to.deep.equal({
    pooledWei: model.pooledWei(),
    bufferedWei: state.bufferedWei,
    consensusGwei: state.consensusGwei,
    inFlightGwei: state.depositedGwei - state.settledGwei,
    totalShares,
    circulatingShares,
    supply: circulatingShares,
    queuedShares: queue.queuedShares(),
    // INV-01: what is buffered is here, to the wei.
    balanceWei: state.bufferedWei,
  });
  expect(await s.pool.read.convertToAssets([totalShares])).to.equal(model.pooledWei());
  expect(await s.pool.read.depositableWei()).to.equal(model.depositableWei());
  for (const actor of s.accounts.stakers)
    expect(await s.token.read.balanceOf([addressOf(actor)])).to.equal(model.heldBy(addressOf(actor)));
  const queueWei = await s.client.getBalance({ address: s.queue.address });
  expect(queueWei).to.equal(queue.sums.lockedWei + queue.sums.surplusWei);
}
