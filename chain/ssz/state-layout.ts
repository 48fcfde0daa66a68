// Where the fields of a serialised container lie, as its type says. No offset is written by hand.
// https://github.com/ethereum/consensus-specs/blob/master/ssz/simple-serialize.md#vectors-containers-lists
import type { ContainerType, ProgressiveContainerType, Type } from "@chainsafe/ssz";

import { malformed } from "./byte-sinks.ts";

const OFFSET_SIZE = 4;

type Fields = Record<string, Type<unknown>>;
/** A container of whatever fields. */
export type AnyContainer = ContainerType<Fields> | ProgressiveContainerType<Fields>;
type HasFields = { readonly fieldsEntries: readonly { fieldName: PropertyKey; fieldType: Type<unknown> }[] };

/** One field: where it lies in the fixed part, or where its offset does. */
export type FieldLayout = {
  name: string;
  type: Type<unknown>;
  /** In the fixed part. */
  start: number;
  /** Undefined for fields of variable length, of which the fixed part holds the offset. */
  size: number | undefined;
};
export type Layout = { fields: readonly FieldLayout[]; fixedSize: number };
/** Where a field of variable length lies; the last one ends where the bytes end, which a stream does not know. */
export type VariableRange = { field: FieldLayout; start: number; end: number | undefined };

/** Refuses a list whose elements all have one size when its length is no multiple of that. */
export function assertWholeElements({ name, type }: FieldLayout, length: number): void {
  const element: unknown = "elementType" in type ? type.elementType : undefined;
  const size = typeof element === "object" && element !== null && "fixedSize" in element ? element.fixedSize : null;
  if (typeof size === "number" && length % size !== 0) throw malformed(`${name} has a wrong length`);
}

/** The layout of a container, serialised. A ProgressiveContainer with all fields active has the same. */
export function layoutOf(type: HasFields): Layout {
  let at = 0;
  const fields = type.fieldsEntries.map(({ fieldName, fieldType }): FieldLayout => {
    const size = fieldType.fixedSize ?? undefined;
    const start = at;
    at += size ?? OFFSET_SIZE;
    return { name: String(fieldName), type: fieldType, start, size };
  });
  return { fields, fixedSize: at };
}

/** Offsets by name of a container all of whose fields have a fixed size. */
export function fixedOffsets<Name extends string>(
  type: HasFields & { fields: Record<Name, Type<unknown>> },
): Readonly<Record<Name, number>> {
  return Object.fromEntries(layoutOf(type).fields.map(({ name, start }) => [name, start])) as Record<Name, number>;
}

/** Reads the offsets out of the fixed part, and refuses what no serialiser writes. */
export function variableRanges({ fields, fixedSize }: Layout, fixedPart: Uint8Array): VariableRange[] {
  const view = new DataView(fixedPart.buffer, fixedPart.byteOffset, fixedPart.byteLength);
  const starts = fields
    .filter(({ size }) => size === undefined)
    .map((field) => ({ field, start: view.getUint32(field.start, true) }));
  starts.forEach(({ start }, i) => {
    if (i === 0 ? start !== fixedSize : start < (starts[i - 1]?.start ?? 0)) throw malformed("its offsets are wrong");
  });
  return starts.map(({ field, start }, i) => ({ field, start, end: starts[i + 1]?.start }));
}
