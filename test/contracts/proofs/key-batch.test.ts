import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { bytesToHex, concat, encodePacked, keccak256, numberToHex, slice, toHex, type Hex } from "viem";

import { seeded } from "../../support/beacon-state.ts";

const { viem, networkHelpers } = await network.create();

const OPERATOR = 7n;
const SUBMITTED_AT = 1_800_000_000;

type Key = { pubkey: Hex; signature: Hex };

describe("KeyBatch", () => {
  const keys = Array.from({ length: 5 }, (_, index) => ({
    pubkey: bytesToHex(seeded(`pubkey ${index}`, 48)),
    signature: bytesToHex(seeded(`signature ${index}`, 96)),
  }));
  /** tails[i] commits to the keys from i on. */
  const tails = tailsOf(OPERATOR, keys);
  const tail = (index: number): Hex => tails[index] ?? "0x";

  async function deploy() {
    const harness = await viem.deployContract("KeyBatchHarness");
    return { harness, batch: packed(tail(0), SUBMITTED_AT, 5) };
  }

  describe("slot", () => {
    it("packs 26 bytes of commitment, the time and the number of keys", async () => {
      const { harness } = await networkHelpers.loadFixture(deploy);
      for (const [time, remaining] of [
        [0, 0],
        [SUBMITTED_AT, 32],
        [2 ** 40 - 1, 255],
      ] as const) {
        const batch = await harness.read.packed([tail(0), time, remaining]);
        expect(batch).to.equal(packed(tail(0), time, remaining));
        expect(await harness.read.unpacked([batch])).to.deep.equal([tail(0), time, remaining]);
      }
    });
  });

  describe("fold", () => {
    it("computes the same chain as off chain", async () => {
      const { harness } = await networkHelpers.loadFixture(deploy);
      expect(await harness.read.endOfChain([OPERATOR])).to.equal(tail(5));
      for (let from = 0; from < 5; from++) {
        for (let to = from + 1; to <= 5; to++) {
          const { pubkeys, signatures } = joined(keys.slice(from, to));
          expect(await harness.read.folded([OPERATOR, pubkeys, signatures, tail(to)])).to.equal(tail(from));
        }
      }
    });

    it("refuses no keys, cut keys, and lists that do not belong together", async () => {
      const { harness } = await networkHelpers.loadFixture(deploy);
      const { pubkeys, signatures } = joined(keys);
      for (const [left, right] of [
        ["0x", "0x"],
        ["0x", signatures],
        [pubkeys, "0x"],
        [slice(pubkeys, 0, 47), slice(signatures, 0, 96)],
        [slice(pubkeys, 0, 95), slice(signatures, 0, 96)],
        [slice(pubkeys, 0, 96), slice(signatures, 0, 96)],
        [slice(pubkeys, 0, 48), slice(signatures, 0, 97)],
      ] as [Hex, Hex][]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.folded([OPERATOR, left, right, tail(5)]),
          harness,
          "KeyListMismatch",
          [BigInt(left.length / 2 - 1), BigInt(right.length / 2 - 1)],
        );
      }
    });
  });

  describe("open", () => {
    it("opens a batch in parts of any size", async () => {
      const { harness } = await networkHelpers.loadFixture(deploy);
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 32 }),
          fc.nat(),
          fc.infiniteStream(fc.nat()),
          async (n, id, cuts) => {
            const all = Array.from({ length: n }, (_, index) => ({
              pubkey: bytesToHex(seeded(`${id} pubkey ${index}`, 48)),
              signature: bytesToHex(seeded(`${id} signature ${index}`, 96)),
            }));
            const chain = tailsOf(BigInt(id), all);
            let batch = packed(chain[0] ?? "0x", SUBMITTED_AT, n);
            for (let from = 0; from < n; ) {
              const to = from + 1 + (Number(cuts.next().value) % (n - from));
              const { pubkeys, signatures } = joined(all.slice(from, to));
              batch = await harness.read.open([batch, BigInt(id), pubkeys, signatures, chain[to] ?? "0x"]);
              expect(batch).to.equal(packed(chain[to] ?? "0x", SUBMITTED_AT, n - to));
              from = to;
            }
          },
        ),
        { numRuns: 20 },
      );
    });

    it("refuses a changed key, signature or tail, and keys out of order", async () => {
      const { harness, batch } = await networkHelpers.loadFixture(deploy);
      const { pubkeys, signatures } = joined(keys.slice(0, 2));
      const swapped = joined([keys[1], keys[0]].filter((key) => key !== undefined));
      for (const [left, right, end] of [
        [flip(pubkeys), signatures, tail(2)],
        [pubkeys, flip(signatures), tail(2)],
        [pubkeys, signatures, flip(tail(2))],
        [pubkeys, signatures, tail(1)],
        [swapped.pubkeys, swapped.signatures, tail(2)],
      ] as [Hex, Hex, Hex][]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.open([batch, OPERATOR, left, right, end]),
          harness,
          "CommitmentMismatch",
          [(got: Hex) => got !== tail(0), tail(0)],
        );
      }
    });

    it("refuses another operator's copy of a commitment, for some of the keys and for all", async () => {
      const { harness, batch } = await networkHelpers.loadFixture(deploy);
      const thief = OPERATOR + 1n;
      const thiefEnd = tailsOf(thief, [])[0] ?? "0x";
      for (const [count, end] of [
        [1, tail(1)],
        [4, tail(4)],
        [5, thiefEnd],
      ] as [number, Hex][]) {
        const { pubkeys, signatures } = joined(keys.slice(0, count));
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.open([batch, thief, pubkeys, signatures, end]),
          harness,
          "CommitmentMismatch",
          [(got: Hex) => got !== tail(0), tail(0)],
        );
      }
    });

    it("refuses to end the chain anywhere but at its end", async () => {
      const { harness } = await networkHelpers.loadFixture(deploy);
      const tooFew = packed(tail(0), SUBMITTED_AT, 3);
      const { pubkeys, signatures } = joined(keys.slice(0, 3));
      await viem.assertions.revertWithCustomErrorWithArgs(
        harness.read.open([tooFew, OPERATOR, pubkeys, signatures, tail(3)]),
        harness,
        "CommitmentMismatch",
        [tail(3), tail(5)],
      );
    });

    it("refuses more keys than are left", async () => {
      const { harness } = await networkHelpers.loadFixture(deploy);
      const { pubkeys, signatures } = joined(keys);
      for (const remaining of [0, 1, 4]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.open([packed(tail(0), SUBMITTED_AT, remaining), OPERATOR, pubkeys, signatures, tail(5)]),
          harness,
          "TooManyKeys",
          [5n, BigInt(remaining)],
        );
      }
    });

    it("refuses to open nothing, also of an empty batch", async () => {
      const { harness, batch } = await networkHelpers.loadFixture(deploy);
      for (const [nothingOf, end] of [
        [batch, tail(0)],
        [packed(tail(5), SUBMITTED_AT, 0), tail(5)],
      ] as [Hex, Hex][]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.open([nothingOf, OPERATOR, "0x", "0x", end]),
          harness,
          "KeyListMismatch",
          [0n, 0n],
        );
      }
    });
  });
});

/** The chain as types/KeyBatch.sol draws it: element i commits to the keys from i on. */
function tailsOf(operatorId: bigint, keys: readonly Key[]): Hex[] {
  const tails = [slice(keccak256(numberToHex(operatorId, { size: 32 })), 0, 26)];
  for (const { pubkey, signature } of keys.toReversed()) {
    const link = encodePacked(
      ["uint256", "bytes", "bytes", "bytes26"],
      [operatorId, pubkey, signature, tails[0] ?? "0x"],
    );
    tails.unshift(slice(keccak256(link), 0, 26));
  }
  return tails;
}

function joined(keys: readonly Key[]): { pubkeys: Hex; signatures: Hex } {
  return { pubkeys: concat(keys.map((key) => key.pubkey)), signatures: concat(keys.map((key) => key.signature)) };
}

function packed(commitment: Hex, submittedAt: number, remaining: number): Hex {
  return concat([commitment, numberToHex(submittedAt, { size: 5 }), numberToHex(remaining, { size: 1 })]);
}

function flip(bytes: Hex): Hex {
  return toHex(BigInt(bytes) ^ 1n, { size: bytes.length / 2 - 1 });
}
