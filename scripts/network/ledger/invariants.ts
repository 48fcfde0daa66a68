import { inParallel } from "../../../chain/protocol/in-parallel.ts";
import { readOperators } from "../../../chain/protocol/operators.ts";
import { readPoolValidators } from "../../../chain/protocol/validators.ts";
import { gweiToWei, WEI_PER_ETHER } from "../../../chain/units.ts";
import type { Stage } from "../stage.ts";
import { ownBalance, type Books } from "./balance-sheet.ts";
import { sum } from "./events.ts";
import type { LedgerMemory } from "./memory.ts";

/** One of the things that must always hold (docs/invariants.md), checked on the chain that the main job has made. */
export type InvariantCheck = { id: string; what: string; held: boolean; detail: string };

type Verdict = { held: boolean; detail: string };

type Check = (stage: Stage, books: Books, memory: LedgerMemory) => Promise<Verdict>;

/** Checks what can be read off the chain as it stands. */
export async function checkInvariants(stage: Stage, books: Books, memory: LedgerMemory): Promise<InvariantCheck[]> {
  const checks: [string, string, Check][] = [
    ["INV-01", "every wei of the pool is in the pool, on the beacon chain, or on its way there", everyWei],
    ["INV-02", "the queue holds what can be claimed from it", queueSolvent],
    ["INV-03", "only a settled loss lowers the rate", rateNeverFalls],
    ["INV-04", "nobody was paid more than their shares were worth", payoutsBounded],
    ["INV-05", "balances and queued shares are all shares; locked shares stay", sharesAddUp],
    ["INV-06", "an unproven validator holds one ether, and its bond covers it", unprovenCovered],
    ["INV-07", "no validator was funded above 2016 ether", fundedBounded],
    ["INV-10", "fee shares are worth the fee and no more", feesExact],
    ["INV-11", "a settled frame cannot be settled again", settledOnce],
    ["INV-12", "penalties are within the bond", penaltiesBounded],
    ["INV-18", "every deposit for us came from the ValidatorManager", depositsOurs],
  ];
  const results: InvariantCheck[] = [];
  for (const [id, what, check] of checks) {
    const verdict = await check(stage, books, memory).catch((error: unknown) => ({
      held: false,
      detail: String(error),
    }));
    results.push({ id, what, ...verdict });
  }
  return results;
}

async function everyWei(_: Stage, { sheet, rate, unbooked }: Books): Promise<Verdict> {
  const held =
    sheet.differenceWei === 0n &&
    rate.pooledWei === rate.pooledFromBeaconWei &&
    sheet.settledRewardsWei === sheet.beaconRewardsWei &&
    unbooked.unexplained.length === 0;
  const details = [
    `sheet differs by ${sheet.differenceWei} wei, pool by ${rate.pooledWei - rate.pooledFromBeaconWei}`,
    ...(sheet.settledRewardsWei === sheet.beaconRewardsWei
      ? []
      : [`${sheet.settledRewardsWei} wei of rewards settled, ${sheet.beaconRewardsWei} found`]),
    ...unbooked.unexplained,
  ];
  return { held, detail: details.join("; ") };
}

async function queueSolvent(stage: Stage, { blockNumber, events }: Books, memory: LedgerMemory): Promise<Verdict> {
  const { queue } = stage.protocol;
  const claimable = await inParallel([...events.open], (id) => queue.read.claimableWei([id], { blockNumber }));
  const balanceWei = await ownBalance(stage, memory, "queue", blockNumber);
  return { held: balanceWei >= sum(claimable), detail: `${balanceWei} wei held, ${sum(claimable)} claimable` };
}

async function rateNeverFalls(
  { protocol }: Stage,
  { blockNumber, events }: Books,
  { rate: seen }: LedgerMemory,
): Promise<Verdict> {
  const losses = new Set(
    events.settlements.filter(({ args }) => args.settlement.rewardsWei < 0n).map((event) => event.blockNumber),
  );
  for (; seen.nextBlock <= blockNumber; seen.nextBlock++) {
    const number = seen.nextBlock;
    const rate = await protocol.pool.read.ethPerShare({ blockNumber: number }).catch(() => seen.ray);
    if (rate < seen.ray && !losses.has(number)) seen.falls.push(`at block ${number} by ${seen.ray - rate} wei a share`);
    seen.ray = rate;
  }
  const fell = seen.falls.length === 0 ? "never" : seen.falls.join(", ");
  return { held: seen.falls.length === 0, detail: `fell ${fell}, ${losses.size} settled losses` };
}

async function payoutsBounded(_: Stage, { events }: Books): Promise<Verdict> {
  const over = [...events.requests].filter(
    ([id, { amountWei }]) => (events.claimedByRequest.get(id) ?? 0n) > amountWei,
  );
  return { held: over.length === 0, detail: `${events.requests.size} requests, ${over.length} paid above their value` };
}

async function sharesAddUp({ protocol }: Stage, { blockNumber, events: { holders } }: Books): Promise<Verdict> {
  const { token, pool, queue } = protocol;
  const at = { blockNumber };
  const balances = await inParallel([...holders], (holder) => token.read.balanceOf([holder], at));
  const [queued, total, locked] = await Promise.all([
    queue.read.queuedShares(at),
    pool.read.totalShares(at),
    token.read.balanceOf([token.address], at),
  ]);
  const held = sum(balances) + queued === total && locked === WEI_PER_ETHER;
  return { held, detail: `${holders.size} holders; ${sum(balances) + queued} of ${total} shares found` };
}

async function unprovenCovered({ protocol, deployment }: Stage, { blockNumber }: Books): Promise<Verdict> {
  const validators = await readPoolValidators(protocol, deployment, blockNumber);
  const unproven = validators.filter(({ status }) => status === "predeposited");
  const operators = await readOperators(protocol, blockNumber);
  const { faultPenaltyWei } = await protocol.registry.read.parameters({ blockNumber });
  const short = operators.filter(
    ({ freeBondWei, unprovenCount }) => freeBondWei < BigInt(unprovenCount) * (WEI_PER_ETHER + faultPenaltyWei),
  );
  const held = unproven.every(({ depositedGwei }) => gweiToWei(depositedGwei) <= WEI_PER_ETHER) && short.length === 0;
  return { held, detail: `${unproven.length} unproven, ${short.length} operators short of bond` };
}

async function fundedBounded({ protocol, deployment }: Stage, { blockNumber }: Books): Promise<Verdict> {
  const validators = await readPoolValidators(protocol, deployment, blockNumber);
  const most = validators.reduce((max, { depositedGwei }) => (depositedGwei > max ? depositedGwei : max), 0n);
  return {
    held: gweiToWei(most) <= 2016n * WEI_PER_ETHER,
    detail: `${validators.length} validators, most ${most} gwei`,
  };
}

async function feesExact(_: Stage, { events }: Books): Promise<Verdict> {
  const wrong = events.settlements.filter(({ args: { settlement } }) => {
    const { feeWei, feeShares, rewardsWei, pooledAfterWei, finalizedWei, sharesAfter, finalizedShares } = settlement;
    // As the rate was between the fee and the finalisation.
    const pooledWei = pooledAfterWei + finalizedWei;
    const shares = sharesAfter + finalizedShares;
    const worthWei = (feeShares * pooledWei) / shares;
    const expectedWei = rewardsWei > 0n ? (rewardsWei * 500n) / 10_000n : 0n;
    return feeWei !== expectedWei || worthWei > feeWei || feeWei - worthWei > 2n;
  });
  return { held: wrong.length === 0, detail: `${events.settlements.length} settlements, ${wrong.length} wrong` };
}

async function settledOnce({ protocol }: Stage, { events }: Books): Promise<Verdict> {
  const last = events.settlements.at(-1);
  if (last === undefined) return { held: false, detail: "nothing was settled" };
  const { input, from } = await protocol.client.getTransaction({ hash: last.transactionHash });
  const refused = await protocol.client.call({ to: protocol.distribution.address, data: input, account: from }).then(
    () => false,
    () => true,
  );
  return { held: refused, detail: `frame ${last.args.refSlot} sent again was ${refused ? "refused" : "taken"}` };
}

async function penaltiesBounded({ protocol }: Stage, { blockNumber }: Books): Promise<Verdict> {
  const operators = await readOperators(protocol, blockNumber);
  const over = operators.filter(({ bondShares, lockedShares }) => lockedShares > bondShares);
  return { held: over.length === 0, detail: `${operators.length} operators, ${over.length} locked above their bond` };
}

async function depositsOurs({ protocol }: Stage, { blockNumber, events }: Books): Promise<Verdict> {
  const logged = sum(events.deposits.map(({ amountGwei }) => amountGwei));
  const booked = await protocol.pool.read.depositedGwei({ blockNumber });
  return { held: logged === booked, detail: `${logged} gwei in the deposit log, ${booked} in the pool's books` };
}
