// What happens around the pool, as short as the sentence that tells it. The settlement's part is played by the test, as
// RewardDistribution, so that each number of a rebase can be chosen.
import { parseGwei, type Address, type Hex } from "viem";

import type { Actor } from "./accounts.ts";
import { addressOf, networkHelpers, type Stage } from "./stage.ts";

/** The argument of `distributeRewards`. Nothing is finalised unless a cut-off is given. */
export type Rebase = {
  consensusGwei: bigint;
  settledDepositsGwei: bigint;
  withdrawalsWei: bigint;
  executionRewardsWei: bigint;
  feeWei: bigint;
  refSlotTimestamp: bigint;
  cutoffTimestamp: bigint;
  finalizationHint: bigint;
};

/** Stakes for the actor itself; answers the minted shares. */
export async function stake(s: Stage, actor: Actor, amountWei: bigint): Promise<bigint> {
  const before = await s.token.read.balanceOf([addressOf(actor)]);
  await s.pool.write.stake([addressOf(actor), 0n], { account: actor.account, value: amountWei });
  return (await s.token.read.balanceOf([addressOf(actor)])) - before;
}

/** Asks for ether back; answers the ticket. */
export async function withdraw(s: Stage, actor: Actor, shares: bigint, receiver?: Address): Promise<bigint> {
  await s.token.write.approve([s.pool.address, shares], { account: actor.account });
  await s.pool.write.withdraw([shares, receiver ?? addressOf(actor), 0n], { account: actor.account });
  return s.queue.read.lastRequestId();
}

/** When the newest ticket is eligible, after a transaction. */
export async function eligibleAtOf(s: Stage, sent: Promise<Hex>): Promise<bigint> {
  await sent;
  return (await s.queue.read.getRequest([await s.queue.read.lastRequestId()])).eligibleAt;
}

/** A rebase in which nothing happened, but for what is given. */
export async function rebaseOf(s: Stage, given: Partial<Rebase> = {}): Promise<Rebase> {
  return {
    consensusGwei: await s.pool.read.consensusGwei(),
    settledDepositsGwei: await s.pool.read.settledDepositsGwei(),
    withdrawalsWei: 0n,
    executionRewardsWei: 0n,
    feeWei: 0n,
    refSlotTimestamp: BigInt(await networkHelpers.time.latest()),
    cutoffTimestamp: 0n,
    finalizationHint: 0n,
    ...given,
  };
}

/** Settles as RewardDistribution. */
export async function rebase(s: Stage, given: Partial<Rebase> = {}): Promise<Hex> {
  return s.pool.write.distributeRewards([await rebaseOf(s, given)], { account: s.as.distribution });
}

/** Rewards, or a loss if negative, that the beacon chain reports. */
export async function reward(s: Stage, amountGwei: bigint): Promise<Hex> {
  return rebase(s, { consensusGwei: (await s.pool.read.consensusGwei()) + amountGwei });
}

/** Sends ether to the beacon chain as the ValidatorManager, and has it reported there. */
export async function deployEther(s: Stage, amountGwei: bigint): Promise<void> {
  await s.pool.write.takeForDeposits([amountGwei], { account: s.as.manager });
  await rebase(s, {
    consensusGwei: (await s.pool.read.consensusGwei()) + amountGwei,
    settledDepositsGwei: await s.pool.read.depositedGwei(),
  });
}

/** Moves the rate to `numerator / denominator` wei a share, by what the beacon chain reports; exact to a Gwei in all. */
export async function setRate(s: Stage, numerator: bigint, denominator: bigint): Promise<void> {
  const [shares, pooledWei] = await Promise.all([s.pool.read.totalShares(), s.pool.read.totalPooledEther()]);
  await reward(s, ((shares * numerator) / denominator - pooledWei) / parseGwei("1"));
}

/** A rebase in which nothing happened but that requests are finalised, with the present as cut-off. */
export async function finalize(s: Stage, given: { cutoff?: bigint; hint?: bigint } = {}): Promise<Hex> {
  const { cutoff = BigInt(await networkHelpers.time.latest()), hint = 0n } = given;
  return rebase(s, { cutoffTimestamp: cutoff, finalizationHint: hint });
}

/** Waits until every request of now may be finalised, without letting the rate grow stale. */
export async function waitForEligibility(s: Stage): Promise<void> {
  await networkHelpers.time.increase(s.parameters.queue.minDelaySeconds);
}

/** All totals of the pool. */
export async function totalsOf({ pool, token, queue, client }: Stage) {
  const [pooledWei, bufferedWei, consensusGwei, inFlightGwei, totalShares, circulatingShares] = await Promise.all([
    pool.read.totalPooledEther(),
    pool.read.bufferedWei(),
    pool.read.consensusGwei(),
    pool.read.inFlightGwei(),
    pool.read.totalShares(),
    pool.read.circulatingShares(),
  ]);
  return {
    pooledWei,
    bufferedWei,
    consensusGwei,
    inFlightGwei,
    totalShares,
    circulatingShares,
    supply: await token.read.totalSupply(),
    queuedShares: await queue.read.queuedShares(),
    balanceWei: await client.getBalance({ address: pool.address }),
  };
}
