import type { Hex } from "viem";

import type { PendingDeposit } from "../../chain/beacon/types.ts";
import type { DecodedState } from "../../chain/ssz/state-reader.ts";
import { EFFECTIVE_BALANCE_INCREMENT_GWEI } from "../decide/rules.ts";
import type { OurValidator, PenaltyBasis, ValidatorRecord } from "../decide/snapshot.ts";
import type { ProtocolEvents } from "./protocol-events.ts";

type InState = Pick<OurValidator, "record" | "pendingDeposits">;

/** Our keys at the reference slot: what the contracts said of them and what the state has of them. */
export function ourValidators(
  state: DecodedState,
  { keys, deposits, proofs }: Pick<ProtocolEvents, "keys" | "deposits" | "proofs">,
  exitsSettled: ReadonlySet<Hex>,
): OurValidator[] {
  const found = findInState(
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
    ...found(pubkey),
  }));
}

/** Looks keys up in a state: the record and the pending deposits of each, in one pass over the long lists. */
export function findInState(state: DecodedState, pubkeys: readonly Hex[]): (pubkey: Hex) => InState {
  const indices = state.indicesOf(pubkeys);
  const wanted = new Set(pubkeys);
  const pending = Map.groupBy(
    state.pendingDeposits.filter((deposit) => wanted.has(deposit.pubkey)),
    ({ pubkey }): Hex => pubkey,
  );
  const partials = Map.groupBy(state.pendingPartialWithdrawals, ({ validatorIndex }) => validatorIndex);
  return (pubkey) => {
    const index = indices.get(pubkey);
    const pendingDeposits: PendingDeposit[] = pending.get(pubkey) ?? [];
    if (index === undefined) return { record: undefined, pendingDeposits };
    const { pubkey: _, ...record } = state.validator(index);
    const pendingPartialsGwei = (partials.get(index) ?? []).reduce((sum, item) => sum + item.amountGwei, 0n);
    return {
      record: { ...record, balanceGwei: state.balanceGwei(index), pendingPartialsGwei } satisfies ValidatorRecord,
      pendingDeposits,
    };
  };
}

/** What penalties are projected from: one pass over all validators. */
export function penaltyBasis(state: DecodedState, slotsPerEpoch: number): PenaltyBasis {
  const epoch = Math.floor(state.slot / slotsPerEpoch);
  let totalActiveBalanceGwei = 0n;
  for (let index = 0; index < state.validatorCount; index++) {
    const { activationEpoch, exitEpoch, effectiveBalanceGwei } = state.activity(index);
    if (activationEpoch <= epoch && epoch < exitEpoch) totalActiveBalanceGwei += effectiveBalanceGwei;
  }
  // get_total_active_balance never answers less than one increment.
  if (totalActiveBalanceGwei < EFFECTIVE_BALANCE_INCREMENT_GWEI)
    totalActiveBalanceGwei = EFFECTIVE_BALANCE_INCREMENT_GWEI;
  return { epoch, slashingsGwei: state.slashingsGwei, totalActiveBalanceGwei };
}
