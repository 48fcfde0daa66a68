import type { Validator } from "../../../chain/beacon/types.ts";
import type { ValidatorColumns } from "../../../chain/ssz/validator-columns.ts";

type Activity = Pick<Validator, "effectiveBalanceGwei" | "slashed" | "activationEpoch" | "exitEpoch">;

/** Columns as the state reader makes them. */
export function columnsOf(validators: readonly Activity[]): ValidatorColumns {
  return {
    count: validators.length,
    effectiveBalanceGwei: BigUint64Array.from(validators, ({ effectiveBalanceGwei }) => effectiveBalanceGwei),
    slashed: Uint8Array.from(validators, ({ slashed }) => Number(slashed)),
    activationEpoch: Float64Array.from(validators, ({ activationEpoch }) => activationEpoch),
    exitEpoch: Float64Array.from(validators, ({ exitEpoch }) => exitEpoch),
  };
}
