import {
  ByteVectorType,
  ListBasicType,
  ListCompositeType,
  ProgressiveListBasicType,
  ProgressiveListCompositeType,
  UintNumberType,
  VectorBasicType,
  type Type,
} from "@chainsafe/ssz";
import { expect } from "chai";
import fc from "fast-check";
import { bytesToHex } from "viem";

import { createFieldRoot } from "../../../chain/ssz/field-root.ts";
import { createMerkleizer } from "../../../chain/ssz/merkle-stream.ts";
import { hasCode } from "../../../runtime/errors.ts";
import { loadStateTypes } from "../../../chain/ssz/state-types.ts";

const uint8 = new UintNumberType(1);
const uint64 = new UintNumberType(8);
const bytes32 = new ByteVectorType(32);

/** The root of a value by the stream, written in pieces, must be the one that the SSZ library computes. */
function expectSameRoot<T>(type: Type<T>, value: T, piece: number): void {
  const bytes = type.serialize(value);
  const sink = createFieldRoot(type as Type<unknown>);
  for (let at = 0; at < bytes.length; at += piece) sink.write(bytes.subarray(at, at + piece));
  expect(bytesToHex(sink.root())).to.equal(bytesToHex(type.hashTreeRoot(value)));
}

describe("chain/ssz/merkle-stream", () => {
  // Around the sizes at which batches, subtrees and the progressive tree end.
  const counts = fc.oneof(
    fc.integer({ min: 0, max: 90 }),
    fc.constantFrom(1, 4, 5, 21, 84, 85, 86, 255, 256, 257, 1023, 1024, 1025, 4096, 4097, 5461, 5462),
  );
  const lists = {
    "a list of uint64": new ListBasicType(uint64, 2 ** 40),
    "a list of bytes": new ListBasicType(uint8, 2 ** 40),
    "a progressive list of uint64": new ProgressiveListBasicType(uint64),
    "a progressive list of bytes": new ProgressiveListBasicType(uint8),
  };
  for (const [name, type] of Object.entries(lists))
    it(`gives the root of ${name} of any length`, () => {
      fc.assert(
        fc.property(counts, fc.integer({ min: 1, max: 5_000 }), (count, piece) => {
          const value = Array.from({ length: 4 * count }, (_, i) => i % 251);
          expectSameRoot(type as Type<number[]>, value, piece);
        }),
        { numRuns: 40 },
      );
    });

  it("gives the root of lists of roots, with and without a limit, and of vectors", () => {
    for (const count of [0, 1, 3, 5, 6, 22]) {
      const value = Array.from({ length: count }, (_, i) => new Uint8Array(32).fill(i));
      expectSameRoot(new ListCompositeType(bytes32, 2 ** 24), value, 100);
      expectSameRoot(new ProgressiveListCompositeType(bytes32), value, 100);
    }
    expectSameRoot(
      new VectorBasicType(uint64, 64),
      Array.from({ length: 64 }, (_, i) => i),
      33,
    );
  });

  it("gives the root of validators, more than a batch of them", async () => {
    const { fulu, gloas } = await loadStateTypes("minimal");
    const element = fulu.fields.validators.elementType;
    const value = Array.from({ length: 700 }, (_, i) => ({
      ...element.defaultValue(),
      pubkey: new Uint8Array(48).fill(i % 256),
      effectiveBalance: i,
      exitEpoch: i % 2 === 0 ? Infinity : i,
    }));
    for (const type of [fulu.fields.validators, gloas.fields.validators])
      expectSameRoot(type as unknown as Type<typeof value>, value, 10_000);
  });

  it("refuses more chunks than the limit", () => {
    const chunks = (count: number) => new Uint8Array(32 * count);
    for (const [depth, count] of [
      [0, 2],
      [2, 5],
      [11, 2_049],
    ] as const) {
      const merkleizer = createMerkleizer(depth);
      try {
        merkleizer.add(chunks(count));
        merkleizer.root();
        expect.fail(`${count} chunks at depth ${depth}`);
      } catch (error) {
        expect(hasCode(error, "STATE_MALFORMED")).to.equal(true);
      }
    }
  });
});
