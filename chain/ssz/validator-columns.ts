import { bytesToHex, type Hex } from "viem";

import type { Validator } from "../beacon/types.ts";
import { ValidatorType } from "./containers.ts";
import { createBlockSink, malformed, type ByteSink } from "./byte-sinks.ts";
import { fixedOffsets } from "./state-layout.ts";

/** What passes over all validators need, by index: 25 bytes each. Epochs not yet known are Infinity. */
export type ValidatorColumns = {
  readonly count: number;
  readonly effectiveBalanceGwei: BigUint64Array;
  readonly slashed: Uint8Array;
  readonly activationEpoch: Float64Array;
  readonly exitEpoch: Float64Array;
};
/** A record that was asked for by its key. */
export type FoundValidator = { index: number; validator: Validator };

const SIZE = ValidatorType.minSize;
const AT = fixedOffsets(ValidatorType);
const PUBKEY_SIZE = ValidatorType.fields.pubkey.lengthBytes;
const UINT32 = 2 ** 32;
/** Eight times what mainnet has: a node must not make us set aside more memory than that takes. */
const MAX_VALIDATORS = 2 ** 24;

/** Fills the columns from serialised records, and keeps the whole record of the keys that are asked for. */
export function createColumnsSink(
  byteLength: number,
  pubkeys: Iterable<Hex>,
): ByteSink & { columns: ValidatorColumns; found: ReadonlyMap<Hex, FoundValidator> } {
  if (byteLength % SIZE !== 0) throw malformed("validators has a wrong length");
  const count = byteLength / SIZE;
  if (count > MAX_VALIDATORS) throw malformed(`it claims ${count} validators`);
  const columns = {
    count,
    effectiveBalanceGwei: new BigUint64Array(count),
    slashed: new Uint8Array(count),
    activationEpoch: new Float64Array(count),
    exitEpoch: new Float64Array(count),
  };
  const found = new Map<Hex, FoundValidator>();
  const wanted = createKeyFilter(pubkeys);
  let index = 0;

  const takeRecord = (record: Uint8Array) => {
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    columns.effectiveBalanceGwei[index] = view.getBigUint64(AT.effectiveBalanceGwei, true);
    columns.slashed[index] = view.getUint8(AT.slashed);
    columns.activationEpoch[index] = epochAt(view, AT.activationEpoch);
    columns.exitEpoch[index] = epochAt(view, AT.exitEpoch);
    const pubkey = wanted(record, view);
    if (pubkey !== undefined) found.set(pubkey, { index, validator: validatorFrom(record) });
    index++;
  };
  return { write: createBlockSink(SIZE, takeRecord).write, columns, found };
}

/** Says which of the keys a record has. Most records are told apart by four bytes, without making a text of the key. */
function createKeyFilter(pubkeys: Iterable<Hex>): (record: Uint8Array, view: DataView) => Hex | undefined {
  // The first bytes of a key hold flags; those after it are as good as random.
  const prefixAt = AT.pubkey + 4;
  const wanted = new Set<Hex>();
  const prefixes = new Set<number>();
  for (const pubkey of pubkeys) {
    wanted.add(pubkey.toLowerCase() as Hex);
    prefixes.add(Number.parseInt(pubkey.slice(2 + 8, 2 + 16), 16));
  }
  return (record, view) => {
    if (!prefixes.has(view.getUint32(prefixAt, false))) return undefined;
    const pubkey = bytesToHex(record.subarray(AT.pubkey, AT.pubkey + PUBKEY_SIZE));
    return wanted.has(pubkey) ? pubkey : undefined;
  };
}

// As a number, without a bigint in between: this runs for every validator. Beyond 2^53 it means "not yet".
function epochAt(view: DataView, offset: number): number {
  const epoch = view.getUint32(offset + 4, true) * UINT32 + view.getUint32(offset, true);
  return epoch > Number.MAX_SAFE_INTEGER ? Infinity : epoch;
}

function validatorFrom(bytes: Uint8Array): Validator {
  try {
    const { pubkey, withdrawalCredentials, ...rest } = ValidatorType.deserialize(bytes);
    return { ...rest, pubkey: bytesToHex(pubkey), withdrawalCredentials: bytesToHex(withdrawalCredentials) };
  } catch (cause) {
    throw malformed("a validator cannot be read", cause);
  }
}
