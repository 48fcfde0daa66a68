import type { Hex } from "viem";

import type { PendingDeposit } from "../../chain/beacon/types.ts";
import type { DecodedState } from "../../chain/ssz/state-reader.ts";
import type { OurValidator, PenaltyBasis, ValidatorRecord } from "../decide/snapshot.ts";
import type { ProtocolEvents } from "./protocol-events.ts";

type InState = Pick<OurValidator, "record" | "pendingDeposits">;

/** Our keys at the reference slot: what the contracts said of them and what the state has of them. */
export function ourValidators(
  state: DecodedState,
  { keys, deposits, proofs }: Pick<ProtocolEvents, "keys" | "deposits" | "proofs">,
  exitsSettled: ReadonlySet<Hex>,
): OurValidator[] {
  const inState = findInState(
    state,
    keys.map(({ pubkey }) => pubkey),
  );
  const proven = new Set(proofs.map(({ pubkeyRoot }) => pubkeyRoot));
  const depositsByKey = Map.groupBy(deposits, ({ pubkeyRoot }) => pubkeyRoot);
  return keys.map(({ pubkey, pubkeyRoot, operatorId }) => ({
    pubkey,
    pubkeyRoot,
    operatorId,
    deposits: depositsByKey.get(pubkeyRoot) ?? [],
    proven: proven.has(pubkeyRoot),
    exitSettled: exitsSettled.has(pubkeyRoot),
    ...inState(pubkey),
  }));
}

/** Looks up keys for which the state was read: the record of each and what belongs to it. */
export function findInState(state: DecodedState, pubkeys: readonly Hex[]): (pubkey: Hex) => InState {
  const wanted = new Set(pubkeys);
  const pending = Map.groupBy(
    state.pendingDeposits.filter((deposit) => wanted.has(deposit.pubkey)),
    ({ pubkey }): Hex => pubkey,
  );
  const partials = Map.groupBy(state.pendingPartialWithdrawals, ({ validatorIndex }) => validatorIndex);
  const consolidating = new Set(state.consolidatingIndices);
  const unpaid = Map.groupBy(state.payloadExpectedWithdrawals, ({ validatorIndex }) => validatorIndex);
  return (pubkey) => {
    const known = state.found.get(pubkey);
    const pendingDeposits: PendingDeposit[] = pending.get(pubkey) ?? [];
    if (known === undefined) return { record: undefined, pendingDeposits };
    const { pubkey: _, ...record } = known.validator;
    return {
      record: {
        ...record,
        // What was taken from the balance is paid by a payload after the cut-off: until then it is still there.
        balanceGwei: state.balanceGwei(known.index) + sum(unpaid.get(known.index)),
        pendingPartialsGwei: sum(partials.get(known.index)),
        consolidating: consolidating.has(known.index),
      } satisfies ValidatorRecord,
      pendingDeposits,
    };
  };
}

/** The operators of the validators that are ours in a state, by index. */
export function operatorsByIndex(
  state: DecodedState,
  keys: ProtocolEvents["keys"],
  credentials: string,
): ReadonlyMap<number, number> {
  const operators = new Map<number, number>();
  for (const { pubkey, operatorId } of keys) {
    const found = state.found.get(pubkey);
    if (found?.validator.withdrawalCredentials === credentials) operators.set(found.index, operatorId);
  }
  return operators;
}

/** What penalties are projected from: one pass over all validators. */
export function penaltyBasis(state: DecodedState, slotsPerEpoch: number): PenaltyBasis {
  const epoch = Math.floor(state.slot / slotsPerEpoch);
  const { count, activationEpoch, exitEpoch, effectiveBalanceGwei, slashed } = state.validators;
  let totalActiveBalanceGwei = 0n;
  const leavingGwei = new Map<number, bigint>();
  for (let index = 0; index < count; index++) {
    const leaves = exitEpoch[index] ?? 0;
    if (epoch < (activationEpoch[index] ?? Infinity) || epoch >= leaves) continue;
    const balanceGwei = effectiveBalanceGwei[index] ?? 0n;
    totalActiveBalanceGwei += balanceGwei;
    if (slashed[index] !== 0) leavingGwei.set(leaves, (leavingGwei.get(leaves) ?? 0n) + balanceGwei);
  }
  const slashedLeaving = [...leavingGwei].map(([exitEpoch, balanceGwei]) => ({
    exitEpoch,
    effectiveBalanceGwei: balanceGwei,
  }));
  return { epoch, slashingsGwei: state.slashingsGwei, totalActiveBalanceGwei, slashedLeaving };
}

function sum(items: readonly { amountGwei: bigint }[] = []): bigint {
  return items.reduce((total, { amountGwei }) => total + amountGwei, 0n);
}
