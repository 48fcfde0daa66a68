// What a program does that asks for JSON: parse all of it, then walk over the objects.
import type { Hex } from "viem";

import type { DecodedState } from "../../chain/ssz/state-reader.ts";
import type { FoundValidator } from "../../chain/ssz/validator-columns.ts";

const FAR_FUTURE = "18446744073709551615";
type JsonValidator = {
  pubkey: Hex;
  withdrawal_credentials: Hex;
  effective_balance: string;
  slashed: boolean;
  activation_eligibility_epoch: string;
  activation_epoch: string;
  exit_epoch: string;
  withdrawable_epoch: string;
};
type Json = {
  data: {
    slot: string;
    genesis_time: string;
    genesis_validators_root: Hex;
    validators: JsonValidator[];
    balances: string[];
    previous_epoch_participation: string[];
    current_epoch_participation: string[];
    slashings: string[];
    finalized_checkpoint: { epoch: string; root: Hex };
    latest_execution_payload_header: { block_hash: Hex };
  };
};

/** The state out of the JSON of `/eth/v2/debug/beacon/states`. */
export function stateFromJson(text: string, pubkeys: readonly Hex[]): DecodedState {
  const { data } = JSON.parse(text) as Json;
  const epoch = (value: string) => (value === FAR_FUTURE ? Infinity : Number(value));
  const wanted = new Set(pubkeys);
  const found = new Map<Hex, FoundValidator>();
  for (const [index, item] of data.validators.entries()) {
    if (!wanted.has(item.pubkey)) continue;
    const validator = {
      pubkey: item.pubkey,
      withdrawalCredentials: item.withdrawal_credentials,
      effectiveBalanceGwei: BigInt(item.effective_balance),
      slashed: item.slashed,
      activationEligibilityEpoch: epoch(item.activation_eligibility_epoch),
      activationEpoch: epoch(item.activation_epoch),
      exitEpoch: epoch(item.exit_epoch),
      withdrawableEpoch: epoch(item.withdrawable_epoch),
    };
    found.set(item.pubkey, { index, validator });
  }
  return {
    fork: "fulu",
    root: undefined,
    genesisTime: Number(data.genesis_time),
    genesisValidatorsRoot: data.genesis_validators_root,
    slot: Number(data.slot),
    validators: {
      count: data.validators.length,
      effectiveBalanceGwei: BigUint64Array.from(data.validators, (item) => BigInt(item.effective_balance)),
      slashed: Uint8Array.from(data.validators, ({ slashed }) => Number(slashed)),
      activationEpoch: Float64Array.from(data.validators, (item) => epoch(item.activation_epoch)),
      exitEpoch: Float64Array.from(data.validators, (item) => epoch(item.exit_epoch)),
    },
    found,
    balanceGwei: (index) => BigInt(data.balances[index] ?? 0),
    previousEpochParticipation: Uint8Array.from(data.previous_epoch_participation, Number),
    currentEpochParticipation: Uint8Array.from(data.current_epoch_participation, Number),
    slashingsGwei: data.slashings.map(BigInt),
    finalizedCheckpoint: { epoch: Number(data.finalized_checkpoint.epoch), root: data.finalized_checkpoint.root },
    pendingDeposits: [],
    pendingPartialWithdrawals: [],
    consolidatingIndices: [],
    payloadExpectedWithdrawals: [],
    latestBlockHash: data.latest_execution_payload_header.block_hash,
  };
}
