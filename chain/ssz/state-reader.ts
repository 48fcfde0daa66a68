import { bytesToHex, type Hex } from "viem";

import { EthStakeError } from "../../runtime/errors.ts";
import type { Checkpoint, PendingDeposit, PendingPartialWithdrawal, Validator } from "../beacon/types.ts";
import { uint64ToNumber } from "../slots.ts";
import { PendingDepositType, PendingPartialWithdrawalType, ValidatorType } from "./containers.ts";
import type { ElectraStateType, FuluStateType, StateFork } from "./state-types.ts";

/** A beacon state as far as we read it. Long lists are functions of an index: nothing is decoded that nobody asks for. */
export type DecodedState = {
  readonly fork: StateFork;
  readonly genesisTime: number;
  readonly genesisValidatorsRoot: Hex;
  readonly slot: number;
  readonly validatorCount: number;
  validator(index: number): Validator;
  /** The part of a record that says whether and with what weight it takes part: six times faster, for passes over all. */
  activity(index: number): ValidatorActivity;
  balanceGwei(index: number): bigint;
  /** Indices by public key (lower-case hex); keys without a record are absent. One pass over all records. */
  indicesOf(pubkeys: Iterable<Hex>): Map<Hex, number>;
  /** One byte of flags per validator: bit 0 timely source, bit 1 timely target, bit 2 timely head. */
  readonly previousEpochParticipation: Uint8Array;
  readonly currentEpochParticipation: Uint8Array;
  /** Effective balances slashed, by epoch modulo the length. */
  readonly slashingsGwei: readonly bigint[];
  readonly finalizedCheckpoint: Checkpoint;
  readonly pendingDeposits: readonly PendingDeposit[];
  readonly pendingPartialWithdrawals: readonly PendingPartialWithdrawal[];
  /** First epoch in which a new exit could take place. */
  readonly earliestExitEpoch: number;
  /** The last execution block that this state contains. */
  readonly latestExecutionPayloadHeader: { blockHash: Hex; blockNumber: number; timestamp: number };
};

export type ValidatorActivity = Pick<Validator, "effectiveBalanceGwei" | "slashed" | "activationEpoch" | "exitEpoch">;

/** https://github.com/ethereum/consensus-specs/blob/master/specs/altair/beacon-chain.md#participation-flag-indices */
export const TIMELY_SOURCE_FLAG = 0b001;
export const TIMELY_TARGET_FLAG = 0b010;
export const TIMELY_HEAD_FLAG = 0b100;

type StateType = ElectraStateType | FuluStateType;

/** Reads a serialised state in place: the field offsets are followed, the tree is never built. */
export function decodeState(type: StateType, bytes: Uint8Array, fork: StateFork): DecodedState {
  const field = fieldsOf(type, bytes);
  const validators = field("validators");
  const balances = field("balances");
  const validatorCount = wholeCount(validators, ValidatorType.minSize, "validators");
  if (wholeCount(balances, 8, "balances") !== validatorCount)
    throw malformed("validators and balances differ in length");
  const payload = type.fields.latestExecutionPayloadHeader.deserialize(field("latestExecutionPayloadHeader"));
  const checkpoint = field("finalizedCheckpoint");
  return {
    fork,
    genesisTime: numberAt(field("genesisTime"), 0),
    genesisValidatorsRoot: bytesToHex(field("genesisValidatorsRoot")),
    slot: numberAt(field("slot"), 0),
    validatorCount,
    validator: (index) => validatorFrom(element(validators, ValidatorType.minSize, index, validatorCount)),
    activity: (index) => activityFrom(element(validators, ValidatorType.minSize, index, validatorCount)),
    balanceGwei: (index) => uint64At(element(balances, 8, index, validatorCount), 0),
    indicesOf: (pubkeys) => findPubkeys(validators, pubkeys),
    previousEpochParticipation: field("previousEpochParticipation"),
    currentEpochParticipation: field("currentEpochParticipation"),
    slashingsGwei: split(field("slashings"), 8).map((item) => uint64At(item, 0)),
    finalizedCheckpoint: { epoch: numberAt(checkpoint, 0), root: bytesToHex(checkpoint.subarray(8)) },
    pendingDeposits: split(field("pendingDeposits"), PendingDepositType.minSize).map(pendingDepositFrom),
    pendingPartialWithdrawals: split(field("pendingPartialWithdrawals"), PendingPartialWithdrawalType.minSize).map(
      (item) => PendingPartialWithdrawalType.deserialize(item),
    ),
    earliestExitEpoch: numberAt(field("earliestExitEpoch"), 0),
    latestExecutionPayloadHeader: {
      blockHash: bytesToHex(payload.blockHash),
      blockNumber: payload.blockNumber,
      timestamp: payload.timestamp,
    },
  };
}

function fieldsOf(type: StateType, bytes: Uint8Array): (name: keyof StateType["fields"]) => Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ranges = (() => {
    try {
      return type.getFieldRanges(view, 0, bytes.length);
    } catch (cause) {
      throw malformed("its offsets are wrong", cause);
    }
  })();
  const names = type.fieldsEntries.map(({ fieldName }) => String(fieldName));
  return (name) => {
    const range = ranges[names.indexOf(name)];
    if (range === undefined) throw malformed(`it has no ${name}`);
    return bytes.subarray(range.start, range.end);
  };
}

function validatorFrom(bytes: Uint8Array): Validator {
  const { pubkey, withdrawalCredentials, ...rest } = ValidatorType.deserialize(bytes);
  return { ...rest, pubkey: bytesToHex(pubkey), withdrawalCredentials: bytesToHex(withdrawalCredentials) };
}

// Offsets follow from the order of ValidatorType: 48 bytes of key, 32 of credentials, then these.
function activityFrom(bytes: Uint8Array): ValidatorActivity {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    effectiveBalanceGwei: view.getBigUint64(80, true),
    slashed: view.getUint8(88) === 1,
    activationEpoch: uint64ToNumber(view.getBigUint64(97, true)),
    exitEpoch: uint64ToNumber(view.getBigUint64(105, true)),
  };
}

function pendingDepositFrom(bytes: Uint8Array): PendingDeposit {
  const { pubkey, withdrawalCredentials, signature, ...rest } = PendingDepositType.deserialize(bytes);
  return {
    ...rest,
    pubkey: bytesToHex(pubkey),
    withdrawalCredentials: bytesToHex(withdrawalCredentials),
    signature: bytesToHex(signature),
  };
}

function findPubkeys(validators: Uint8Array, pubkeys: Iterable<Hex>): Map<Hex, number> {
  const wanted = new Map([...pubkeys].map((pubkey) => [pubkey.slice(2).toLowerCase(), pubkey]));
  const found = new Map<Hex, number>();
  const all = Buffer.from(validators.buffer, validators.byteOffset, validators.byteLength);
  const size = ValidatorType.minSize;
  for (let at = 0; at + size <= all.length && found.size < wanted.size; at += size) {
    const pubkey = wanted.get(all.toString("hex", at, at + 48));
    if (pubkey !== undefined) found.set(pubkey, at / size);
  }
  return found;
}

function element(list: Uint8Array, size: number, index: number, count: number): Uint8Array {
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new EthStakeError("NO_SUCH_VALIDATOR", `Ask for a validator below ${count}: the state has no ${index}`, {
      details: { index, count },
    });
  return list.subarray(index * size, (index + 1) * size);
}

function split(list: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: wholeCount(list, size, "a list") }, (_, i) => list.subarray(i * size, (i + 1) * size));
}

function wholeCount(list: Uint8Array, size: number, what: string): number {
  if (list.length % size !== 0) throw malformed(`${what} has a wrong length`);
  return list.length / size;
}

function uint64At(bytes: Uint8Array, offset: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset, true);
}

function numberAt(bytes: Uint8Array, offset: number): number {
  return uint64ToNumber(uint64At(bytes, offset));
}

function malformed(problem: string, cause?: unknown): EthStakeError {
  return new EthStakeError("STATE_MALFORMED", `Use another beacon node: the state it serves is malformed, ${problem}`, {
    cause,
    details: { problem },
  });
}
