// Routes the bytes of a serialised state to its fields as they come: the fixed part first, then each field of variable
// length in its order. What nobody asked for is not kept.
import { createKeepingSink, malformed, type ByteSink } from "./byte-sinks.ts";
import {
  assertWholeElements,
  layoutOf,
  variableRanges,
  type AnyContainer,
  type FieldLayout,
  type VariableRange,
} from "./state-layout.ts";

/** Offsets are uint32: no state can be longer. */
const MAX_SIZE = 2 ** 32;

export type FieldStream = {
  /** Takes the next bytes; throws as soon as they cannot be a state. */
  write(bytes: Uint8Array): void;
  /** The state is complete. */
  end(): void;
};

/**
 * Splits a stream into fields. `sinksOf` is asked for each one when its first byte is due, with its length unless it is
 * the last one.
 */
export function createFieldStream(
  type: AnyContainer,
  sinksOf: (field: FieldLayout, length: number | undefined) => readonly ByteSink[],
): FieldStream {
  const layout = layoutOf(type);
  const fixed = createKeepingSink(layout.fixedSize);
  let ranges: VariableRange[] | undefined;
  let sinks: readonly ByteSink[] = [];
  let next = 0;
  let at = 0;

  const openUpTo = (position: number) => {
    for (let range = ranges?.[next]; range !== undefined && range.start <= position; range = ranges?.[next]) {
      sinks = sinksOf(range.field, range.end === undefined ? undefined : range.end - range.start);
      next++;
    }
  };
  const takeFixedPart = () => {
    const bytes = fixed.bytes();
    ranges = variableRanges(layout, bytes);
    for (const field of layout.fields) {
      if (field.size === undefined) continue;
      const part = bytes.subarray(field.start, field.start + field.size);
      for (const sink of sinksOf(field, field.size)) sink.write(part);
    }
    openUpTo(layout.fixedSize);
  };

  return {
    write: (bytes) => {
      for (let from = 0; from < bytes.length; ) {
        const end = ranges === undefined ? layout.fixedSize : (ranges[next]?.start ?? MAX_SIZE);
        const part = bytes.subarray(from, from + end - at);
        if (ranges === undefined) fixed.write(part);
        else for (const sink of sinks) sink.write(part);
        from += part.length;
        at += part.length;
        if (at < end) continue;
        if (end === MAX_SIZE) throw malformed("it does not end");
        if (ranges === undefined) takeFixedPart();
        else openUpTo(at);
      }
    },
    end: () => {
      // Empty fields at the very end are opened here, as no byte of theirs ever comes.
      if (ranges === undefined || next < ranges.length) throw malformed("it ends too early");
      for (const { field, start, end = at } of ranges) assertWholeElements(field, end - start);
    },
  };
}
