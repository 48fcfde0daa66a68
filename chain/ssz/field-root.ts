// Roots of the fields of a state, computed while their bytes go by. Long fields never become objects or trees.
import {
  ByteVectorType,
  ListBasicType,
  ListCompositeType,
  ProgressiveListBasicType,
  ProgressiveListCompositeType,
  VectorBasicType,
  VectorCompositeType,
  isCompositeType,
  type Type,
} from "@chainsafe/ssz";

import { createBlockSink, createKeepingSink, malformed, type ByteSink } from "./byte-sinks.ts";
import { CHUNK_SIZE, createMerkleizer, createProgressiveMerkleizer, mixInLength } from "./merkle-stream.ts";
import { createRecordRoots, VALIDATOR_SIZE } from "./validator-roots.ts";

export type RootSink = ByteSink & { root(): Uint8Array };

/** Hashes one field: long lists in the stream, all others by the SSZ library from a copy of their bytes. */
export function createFieldRoot(type: Type<unknown>): RootSink {
  if (type instanceof ListBasicType || type instanceof ProgressiveListBasicType)
    return ofChunks(type, type.elementType.byteLength);
  if (type instanceof VectorBasicType) return ofChunks(type);
  if (type instanceof VectorCompositeType && type.elementType instanceof ByteVectorType) {
    if (type.elementType.lengthBytes === CHUNK_SIZE) return ofChunks(type);
  }
  if (type instanceof ListCompositeType || type instanceof ProgressiveListCompositeType)
    if (type.elementType.typeName === "Validator" && type.elementType.fixedSize === VALIDATOR_SIZE)
      return ofValidators(type);
  return ofWhole(type);
}

/** Depth of the tree under a type with a limit; undefined for progressive lists, which have none. */
function merkleizerOf(type: Type<unknown>) {
  if (type instanceof ProgressiveListBasicType || type instanceof ProgressiveListCompositeType)
    return createProgressiveMerkleizer();
  if (!isCompositeType(type)) throw malformed(`its field ${type.typeName} has no chunks`);
  return createMerkleizer(Math.ceil(Math.log2(type.maxChunkCount)));
}

/** The bytes are the chunks. With `elementSize` it is a list, whose length is mixed in. */
function ofChunks(type: Type<unknown>, elementSize?: number): RootSink {
  const merkleizer = merkleizerOf(type);
  let length = 0;
  const blocks = createBlockSink(CHUNK_SIZE << 8, (block) => merkleizer.add(padded(block)));
  return {
    write: (bytes) => {
      length += bytes.length;
      blocks.write(bytes);
    },
    root: () => {
      blocks.flush();
      return elementSize === undefined ? merkleizer.root() : mixInLength(merkleizer.root(), length / elementSize);
    },
  };
}

function ofValidators(type: Type<unknown>): RootSink {
  const merkleizer = merkleizerOf(type);
  const recordRoots = createRecordRoots();
  let length = 0;
  const blocks = createBlockSink(VALIDATOR_SIZE << 8, (block) => merkleizer.add(recordRoots(block)));
  return {
    write: (bytes) => {
      length += bytes.length;
      blocks.write(bytes);
    },
    root: () => {
      blocks.flush();
      return mixInLength(merkleizer.root(), length / VALIDATOR_SIZE);
    },
  };
}

function ofWhole(type: Type<unknown>): RootSink {
  const kept = createKeepingSink();
  return {
    write: kept.write,
    root: () => {
      try {
        return type.hashTreeRoot(type.deserialize(kept.bytes()));
      } catch (cause) {
        throw malformed(`its field ${type.typeName} cannot be read`, cause);
      }
    },
  };
}

function padded(block: Uint8Array): Uint8Array {
  if (block.length % CHUNK_SIZE === 0) return block;
  const whole = new Uint8Array(Math.ceil(block.length / CHUNK_SIZE) * CHUNK_SIZE);
  whole.set(block);
  return whole;
}
