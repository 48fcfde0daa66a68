import { bytesToHex, type Hex } from "viem";

import type { Checkpoint, PendingDeposit, PendingPartialWithdrawal, Withdrawal } from "../beacon/types.ts";
import { uint64ToNumber } from "../slots.ts";
import { createKeepingSink, malformed, type ByteSink } from "./byte-sinks.ts";
import { createRootOfContainer } from "./container-root.ts";
import {
  PendingConsolidationType,
  PendingDepositType,
  PendingPartialWithdrawalType,
  WithdrawalType,
} from "./containers.ts";
import { createFieldStream } from "./state-fields.ts";
import type { AnyContainer, FieldLayout } from "./state-layout.ts";
import type { StateFork } from "./state-types.ts";
import { createColumnsSink, type FoundValidator, type ValidatorColumns } from "./validator-columns.ts";

/** A beacon state as far as we read it. Of validators, columns for all and records for those that were asked for. */
export type DecodedState = {
  readonly fork: StateFork;
  readonly genesisTime: number;
  readonly genesisValidatorsRoot: Hex;
  readonly slot: number;
  readonly validators: ValidatorColumns;
  /** By public key in lower-case hex; keys without a record, and those not asked for, are absent. */
  readonly found: ReadonlyMap<Hex, FoundValidator>;
  balanceGwei(index: number): bigint;
  /** One byte of flags per validator: bit 0 timely source, bit 1 timely target, bit 2 timely head. */
  readonly previousEpochParticipation: Uint8Array;
  readonly currentEpochParticipation: Uint8Array;
  /** Effective balances slashed, by epoch modulo the length. */
  readonly slashingsGwei: readonly bigint[];
  readonly finalizedCheckpoint: Checkpoint;
  /** Of the keys that were asked for, in the order of the state. */
  readonly pendingDeposits: readonly PendingDeposit[];
  /** Of the validators that were found. */
  readonly pendingPartialWithdrawals: readonly PendingPartialWithdrawal[];
  /** Validators, of those that were found, whose ether moves to another one when they are withdrawable (EIP-7251). */
  readonly consolidatingIndices: readonly number[];
  /** Taken from the balances but not yet paid, of the validators that were found; before Gloas there is no such moment. */
  readonly payloadExpectedWithdrawals: readonly Pick<Withdrawal, "validatorIndex" | "amountGwei">[];
  /** Hash of the last execution block whose effects this state contains. */
  readonly latestBlockHash: Hex;
  /** The root of the state; given when it was asked for. */
  readonly root: Hex | undefined;
};

/** https://github.com/ethereum/consensus-specs/blob/master/specs/altair/beacon-chain.md#participation-flag-indices */
export const TIMELY_TARGET_FLAG = 0b010;

export type ReadOptions = {
  /** Keys whose records and pending deposits are wanted. */
  pubkeys?: Iterable<Hex>;
  /** Computes the root of the state from the same bytes. */
  withRoot?: boolean;
};

/** Reads a state while its bytes come. */
export type StateReader = { write(bytes: Uint8Array): void; end(): DecodedState };

const KEPT_FIELDS = new Set([
  "genesisTime",
  "genesisValidatorsRoot",
  "slot",
  "balances",
  "previousEpochParticipation",
  "currentEpochParticipation",
  "slashings",
  "finalizedCheckpoint",
  "pendingDeposits",
  "pendingPartialWithdrawals",
  "pendingConsolidations",
  "payloadExpectedWithdrawals",
  "latestExecutionPayloadHeader",
  "latestBlockHash",
]);

/**
 * Makes the reader of one state: give it the bytes in their order, then ask for the result. Memory is what is kept:
 * about 37 bytes per validator of the network, and the records that were asked for.
 */
export function createStateReader(
  type: AnyContainer,
  fork: StateFork,
  { pubkeys = [], withRoot = false }: ReadOptions = {},
): StateReader {
  const wanted = new Set([...pubkeys].map((pubkey) => pubkey.toLowerCase()));
  const kept = new Map<string, ReturnType<typeof createKeepingSink>>();
  const rootOf = withRoot ? createRootOfContainer(type) : undefined;
  let validators: ReturnType<typeof createColumnsSink> | undefined;

  const readingSink = ({ name }: FieldLayout, length: number | undefined): ByteSink[] => {
    if (name === "validators") return [(validators = createColumnsSink(length ?? 0, wanted as Set<Hex>))];
    if (!KEPT_FIELDS.has(name)) return [];
    const sink = createKeepingSink(length);
    kept.set(name, sink);
    return [sink];
  };
  const stream = createFieldStream(type, (field, length) => [
    ...readingSink(field, length),
    ...(rootOf === undefined ? [] : [rootOf.field(field)]),
  ]);

  return {
    write: stream.write,
    end: () => {
      stream.end();
      if (validators === undefined) throw malformed("it has no validators");
      const root = rootOf === undefined ? undefined : bytesToHex(rootOf.root());
      return decode(type, fork, kept, validators, wanted, root);
    },
  };
}

function decode(
  type: AnyContainer,
  fork: StateFork,
  kept: ReadonlyMap<string, { bytes(): Uint8Array }>,
  { columns, found }: ReturnType<typeof createColumnsSink>,
  wanted: ReadonlySet<string>,
  root: Hex | undefined,
): DecodedState {
  const field = (name: string) => kept.get(name)?.bytes() ?? new Uint8Array();
  const indices = new Set([...found.values()].map(({ index }) => index));
  const balances = viewOf(field("balances"));
  const previousEpochParticipation = field("previousEpochParticipation");
  const currentEpochParticipation = field("currentEpochParticipation");
  const perValidator = [balances.byteLength / 8, previousEpochParticipation.length, currentEpochParticipation.length];
  if (perValidator.some((count) => count !== columns.count))
    throw malformed("validators, balances and participation differ in length");

  const slashings = viewOf(field("slashings"));
  const checkpoint = field("finalizedCheckpoint");
  return {
    fork,
    root,
    genesisTime: numberAt(field("genesisTime"), 0),
    genesisValidatorsRoot: bytesToHex(field("genesisValidatorsRoot")),
    slot: numberAt(field("slot"), 0),
    validators: columns,
    found,
    balanceGwei: (index) => balances.getBigUint64(index * 8, true),
    previousEpochParticipation,
    currentEpochParticipation,
    slashingsGwei: Array.from({ length: slashings.byteLength / 8 }, (_, i) => slashings.getBigUint64(i * 8, true)),
    finalizedCheckpoint: { epoch: numberAt(checkpoint, 0), root: bytesToHex(checkpoint.subarray(8)) },
    pendingDeposits: elements(field("pendingDeposits"), PendingDepositType)
      .filter((item) => wanted.has(bytesToHex(item.subarray(0, 48))))
      .map(pendingDepositFrom),
    pendingPartialWithdrawals: elements(field("pendingPartialWithdrawals"), PendingPartialWithdrawalType)
      .map((item) => PendingPartialWithdrawalType.deserialize(item))
      .filter(({ validatorIndex }) => indices.has(validatorIndex)),
    consolidatingIndices: elements(field("pendingConsolidations"), PendingConsolidationType)
      .map((item) => PendingConsolidationType.deserialize(item).sourceIndex)
      .filter((index) => indices.has(index)),
    payloadExpectedWithdrawals: elements(field("payloadExpectedWithdrawals"), WithdrawalType)
      .map((item) => WithdrawalType.deserialize(item))
      .filter(({ validatorIndex }) => indices.has(validatorIndex))
      .map(({ validatorIndex, amountGwei }) => ({ validatorIndex, amountGwei })),
    latestBlockHash: latestBlockHash(type, field),
  };
}

// Since Gloas the state holds the hash alone: a payload is executed after the block that orders it.
function latestBlockHash(type: AnyContainer, field: (name: string) => Uint8Array): Hex {
  const header = type.fieldsEntries.find(({ fieldName }) => fieldName === "latestExecutionPayloadHeader")?.fieldType;
  if (header === undefined) return bytesToHex(field("latestBlockHash"));
  try {
    const { blockHash } = header.deserialize(field("latestExecutionPayloadHeader")) as { blockHash: Uint8Array };
    return bytesToHex(blockHash);
  } catch (cause) {
    throw malformed("its execution header cannot be read", cause);
  }
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

function elements(list: Uint8Array, { minSize }: { minSize: number }): Uint8Array[] {
  return Array.from({ length: list.length / minSize }, (_, i) => list.subarray(i * minSize, (i + 1) * minSize));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function numberAt(bytes: Uint8Array, offset: number): number {
  return uint64ToNumber(viewOf(bytes).getBigUint64(offset, true));
}
