import { ProgressiveContainerType } from "@chainsafe/ssz";

import { createFieldRoot, type RootSink } from "./field-root.ts";
import { malformed, type ByteSink } from "./byte-sinks.ts";
import { CHUNK_SIZE, createMerkleizer, createProgressiveMerkleizer, hashPair } from "./merkle-stream.ts";
import type { AnyContainer, FieldLayout } from "./state-layout.ts";

/** Computes the root of a container from the bytes of its fields. */
export type ContainerRoot = {
  /** Where the bytes of a field go. */
  field(field: FieldLayout): ByteSink;
  /** When all bytes of all fields have come. */
  root(): Uint8Array;
};

/** Makes it for a container or, since Gloas, a ProgressiveContainer, which mixes in which fields it has (EIP-7495). */
export function createRootOfContainer(type: AnyContainer): ContainerRoot {
  const roots = new Map<string, RootSink>();
  return {
    field: ({ name, type: fieldType }) => {
      const sink = createFieldRoot(fieldType);
      roots.set(name, sink);
      return sink;
    },
    root: () => {
      const isProgressive = type instanceof ProgressiveContainerType;
      const merkleizer = isProgressive ? createProgressiveMerkleizer() : createMerkleizer(type.depth);
      for (const { fieldName } of type.fieldsEntries) {
        const sink = roots.get(String(fieldName));
        if (sink === undefined) throw malformed(`it has no ${String(fieldName)}`);
        merkleizer.add(sink.root());
      }
      if (!isProgressive) return merkleizer.root();
      const active = new Uint8Array(CHUNK_SIZE);
      active.set(type.activeFields.uint8Array);
      return hashPair(merkleizer.root(), active);
    },
  };
}
