// What happens to the queue, as short as the sentence that tells it. The test plays the pool, so that each budget, rate
// and cut-off can be chosen.
import { parseEther, type Address, type Hex } from "viem";

import { actAs, addressOf, networkHelpers, stage, type Stage } from "./stage.ts";

/** A rate has 27 decimals. */
export const RAY = 10n ** 27n;
/** Whose shares were burned for the requests of these tests. */
export const HOLDER: Address = "0x00000000000000000000000000000000000A11cE";
/** A cut-off at which everything is eligible. */
export const NEVER_TOO_EARLY = 2n ** 40n - 1n;

export type Finalization = { budgetWei: bigint; rateRay?: bigint; cutoff?: bigint; hint?: bigint };

/** The protocol with an empty queue, in which the test may act as the pool. */
export function queueStage(): Promise<Stage> {
  return networkHelpers.loadFixture(prepareQueue);
}

async function prepareQueue(): Promise<Stage> {
  const s = await stage();
  await actAs(s.pool.address);
  return s;
}

/** Queues a request, one wei a share unless told; answers the ticket. */
export async function request(
  s: Stage,
  given: { owner?: Address; shares?: bigint; amountWei?: bigint } = {},
): Promise<bigint> {
  const { owner = addressOf(s.accounts.stakers[0]), shares = given.amountWei ?? parseEther("1") } = given;
  await s.queue.write.request([HOLDER, owner, shares, given.amountWei ?? shares], { account: s.pool.address });
  return s.queue.read.lastRequestId();
}

/** Arguments of `finalize`: one wei a share, everything eligible and no hint unless told. */
export function finalizeArguments({ budgetWei, rateRay = RAY, cutoff = NEVER_TOO_EARLY, hint = 0n }: Finalization) {
  return [budgetWei, rateRay, cutoff, hint] as const;
}

/** Finalises and pays in, as the pool does; answers what the queue answered. */
export async function finalizeQueue(
  s: Stage,
  given: Finalization,
): Promise<{ shares: bigint; amountWei: bigint; waiting: boolean; hash: Hex }> {
  const args = finalizeArguments(given);
  const { result } = await s.queue.simulate.finalize(args, { account: s.pool.address });
  const [shares, amountWei, waiting] = result;
  const hash = await s.queue.write.finalize(args, { account: s.pool.address });
  await s.queue.write.receiveEther({ account: s.pool.address, value: amountWei });
  return { shares, amountWei, waiting, hash };
}

/** Claims for whoever it is for; answers what was paid. */
export async function claim(s: Stage, requestId: bigint, hint = 0n): Promise<bigint> {
  const { result } = await s.queue.simulate.claim([requestId, hint], { account: addressOf(s.accounts.stranger) });
  await s.queue.write.claim([requestId, hint], { account: s.accounts.stranger.account });
  return result;
}

/** All sums of the queue. What is set aside and neither paid nor booked as surplus is what is left of its ether. */
export async function sumsOf({ queue, client }: Stage) {
  const [queuedShares, unfinalizedEtherWei, finalizedShares, surplusWei, checkpoints] = await Promise.all([
    queue.read.queuedShares(),
    queue.read.unfinalizedEtherWei(),
    queue.read.finalizedShares(),
    queue.read.surplusWei(),
    queue.read.checkpointCount(),
  ]);
  const balanceWei = await client.getBalance({ address: queue.address });
  const lockedWei = balanceWei - surplusWei;
  return { queuedShares, unfinalizedEtherWei, finalizedShares, lockedWei, surplusWei, checkpoints, balanceWei };
}
