// What the pool must do, in plain sums: who holds how many shares, and where each wei is. The queue has its own model.
import { createQueueModel } from "./queue-model.ts";
import { RAY } from "./queue-steps.ts";

export const WEI_PER_GWEI = 10n ** 9n;

export type PoolModel = ReturnType<typeof createPoolModel>;

/** A pool that begins with shares that are locked for ever. */
export function createPoolModel(lockedWei: bigint) {
  const queue = createQueueModel();
  const held = new Map<string, bigint>([["locked", lockedWei]]);
  const state = { bufferedWei: lockedWei, consensusGwei: 0n, depositedGwei: 0n, settledGwei: 0n };

  const pooledWei = () =>
    state.bufferedWei + (state.consensusGwei + state.depositedGwei - state.settledGwei) * WEI_PER_GWEI;
  const totalShares = () => [...held.values()].reduce((sum, shares) => sum + shares, queue.queuedShares());
  const heldBy = (who: string) => held.get(who) ?? 0n;
  const give = (who: string, shares: bigint) => void held.set(who, heldBy(who) + shares);

  function stake(who: string, amountWei: bigint): bigint {
    const shares = (amountWei * totalShares()) / pooledWei();
    state.bufferedWei += amountWei;
    give(who, shares);
    return shares;
  }

  function withdraw(who: string, shares: bigint, notBefore: bigint): bigint {
    const amountWei = (shares * pooledWei()) / totalShares();
    give(who, -shares);
    queue.request(shares, amountWei, notBefore);
    return amountWei;
  }

  /** Buffered ether that no request needs. */
  function depositableWei(): bigint {
    const freeWei = state.bufferedWei - queue.unfinalizedEtherWei();
    return freeWei > 0n ? freeWei : 0n;
  }

  function deposit(amountGwei: bigint): void {
    state.bufferedWei -= amountGwei * WEI_PER_GWEI;
    state.depositedGwei += amountGwei;
  }

  /** A settlement: what was reported, what the vaults gave, and the fee. */
  function rebase(told: { consensusGwei: bigint; settledGwei: bigint; vaultsWei: bigint; feeWei: bigint }): bigint {
    state.bufferedWei += told.vaultsWei;
    sweep();
    state.consensusGwei = told.consensusGwei;
    state.settledGwei = told.settledGwei;
    const feeShares = (told.feeWei * totalShares()) / (pooledWei() - told.feeWei);
    give("fee", feeShares);
    return feeShares;
  }

  /** A settlement asks the queue only while shares wait there. */
  function sweep(): bigint {
    const sweptWei = queue.queuedShares() > 0n ? queue.sweep() : 0n;
    state.bufferedWei += sweptWei;
    return sweptWei;
  }

  function finalize(cutoff: bigint): { shares: bigint; amountWei: bigint } {
    const rateRay = (pooledWei() * RAY) / totalShares();
    const done = queue.finalize(state.bufferedWei, rateRay, cutoff);
    state.bufferedWei -= done.amountWei;
    return done;
  }

  return {
    queue,
    state,
    held,
    pooledWei,
    totalShares,
    heldBy,
    give,
    stake,
    withdraw,
    depositableWei,
    deposit,
    rebase,
    sweep,
    finalize,
  };
}
