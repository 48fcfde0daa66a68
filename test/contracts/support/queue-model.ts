// What the queue must do, written without its tape: requests stand in a list, and each remembers the parts in which it
// was filled. Slow and plain; the contract is compared with it to the wei.
import { RAY } from "./queue-steps.ts";

/** A part of a request that one finalisation filled. */
type Part = {
  shares: bigint;
  etherWei: bigint;
  /** What the part is worth at the rate: parts of one finalisation are rounded so that they add up. */
  worthWei: bigint;
  byEther: boolean;
  paid: boolean;
};

export type ModelRequest = {
  shares: bigint;
  amountWei: bigint;
  eligibleAt: bigint;
  filledShares: bigint;
  parts: Part[];
  burned: boolean;
};

export type QueueModel = ReturnType<typeof createQueueModel>;

/** An empty queue. */
export function createQueueModel() {
  const requests: ModelRequest[] = [];
  const sums = { lockedWei: 0n, surplusWei: 0n, finalizedShares: 0n, checkpoints: 0n };

  /** Appends a request; its time is never before that of the one before it. */
  function request(shares: bigint, amountWei: bigint, notBefore: bigint): void {
    const previous = requests.at(-1)?.eligibleAt ?? 0n;
    const eligibleAt = notBefore > previous ? notBefore : previous;
    requests.push({ shares, amountWei, eligibleAt, filledShares: 0n, parts: [], burned: false });
  }

  /** Walks the list from its oldest unfilled request as far as the money goes. */
  function finalize(
    budgetWei: bigint,
    rateRay: bigint,
    cutoff: bigint,
  ): { shares: bigint; amountWei: bigint; waiting: boolean } {
    const reach = (budgetWei * RAY) / rateRay;
    const worthOf = (some: bigint) => (some * rateRay) / RAY;
    let [shares, etherWei] = [0n, 0n];
    const filled: Part[] = [];
    for (const r of requests) {
      const openShares = r.shares - r.filledShares;
      if (openShares === 0n) continue;
      if (r.eligibleAt > cutoff) break;
      const take = least(openShares, most(reach - shares, paidFor(r, budgetWei - etherWei)));
      if (take <= 0n) break;
      const takeWei = etherUpTo(r, r.filledShares + take) - etherUpTo(r, r.filledShares);
      const worthWei = worthOf(shares + take) - worthOf(shares);
      const part = { shares: take, etherWei: takeWei, worthWei, byEther: false, paid: false };
      filled.push(part);
      r.parts.push(part);
      r.filledShares += take;
      shares += take;
      etherWei += takeWei;
      if (take < openShares) break;
    }
    const waiting = queuedShares() > 0n;
    if (shares === 0n) return { shares, amountWei: 0n, waiting };
    const byRateWei = worthOf(shares);
    const byEther = etherWei <= byRateWei;
    for (const part of filled) part.byEther = byEther;
    const amountWei = byEther ? etherWei : byRateWei;
    sums.lockedWei += amountWei;
    sums.finalizedShares += shares;
    sums.checkpoints += 1n;
    return { shares, amountWei, waiting };
  }

  /** Pays what is filled and unpaid; undefined when that is nothing. */
  function claim(index: number): bigint | undefined {
    const r = at(index);
    const due = r.parts.filter((part) => !part.paid);
    if (due.length === 0 || r.burned) return undefined;
    const payoutWei = sum(due.map(payoutOf));
    const allottedWei = sum(due.map((part) => (part.byEther ? part.etherWei : part.worthWei)));
    for (const part of due) part.paid = true;
    sums.lockedWei -= allottedWei;
    sums.surplusWei += allottedWei - payoutWei;
    r.burned = r.filledShares === r.shares;
    return payoutWei;
  }

  /** What `claim` would pay. */
  function claimableWei(index: number): bigint {
    return sum(
      at(index)
        .parts.filter((part) => !part.paid)
        .map(payoutOf),
    );
  }

  /** Shares that `claim` would pay for. */
  function claimableShares(index: number): bigint {
    return sum(
      at(index)
        .parts.filter((part) => !part.paid)
        .map(({ shares }) => shares),
    );
  }

  function sweep(): bigint {
    const sweptWei = sums.surplusWei;
    sums.surplusWei = 0n;
    return sweptWei;
  }

  function queuedShares(): bigint {
    return sum(requests.map((r) => r.shares - r.filledShares));
  }

  function unfinalizedEtherWei(): bigint {
    return sum(requests.map((r) => r.amountWei - etherUpTo(r, r.filledShares)));
  }

  function at(index: number): ModelRequest {
    const found = requests[index];
    if (found === undefined) throw new RangeError(`The model has no request ${index}`);
    return found;
  }

  return {
    requests,
    sums,
    request,
    finalize,
    claim,
    claimableShares,
    claimableWei,
    sweep,
    queuedShares,
    unfinalizedEtherWei,
  };
}

function etherUpTo({ amountWei, shares }: ModelRequest, position: bigint): bigint {
  return (amountWei * position) / shares;
}

/** How many more shares of a request an amount pays for at its own price: those with which its ether stays within it. */
function paidFor(r: ModelRequest, amountWei: bigint): bigint {
  const withinWei = etherUpTo(r, r.filledShares) + amountWei;
  const upTo = least(r.shares, (withinWei * r.shares) / r.amountWei);
  return upTo - r.filledShares;
}

function payoutOf({ etherWei, worthWei }: Part): bigint {
  return least(etherWei, worthWei);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((left, right) => left + right, 0n);
}
