import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { bytesToHex, type Hex } from "viem";

import { siblingsOf } from "../../../chain/ssz/multiproof.ts";
import { sha256 } from "../../../chain/ssz/sha256.ts";
import type { BeaconBlock } from "../../support/beacon-state.ts";
import { seeded } from "../../support/beacon-state.ts";
import {
  POSITION_ERRORS,
  RECORD_BYTES,
  blockOf,
  deployBeaconProofs,
  expectOneOf,
  flip,
  flipRecordByte,
} from "../support/beacon-proofs.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const DEPTH = 5;
const LEAVES = 2 ** DEPTH;

describe("Multiproof", () => {
  /** A whole tree of 32 leaves, as a heap: node n has children 2n and 2n + 1. */
  const heap: Uint8Array[] = [];
  for (let i = LEAVES; i < 2 * LEAVES; i++) heap[i] = seeded(`leaf ${i}`, 32);
  for (let i = LEAVES - 1; i >= 1; i--) heap[i] = sha256(nodeAt(2 * i), nodeAt(2 * i + 1));

  function nodeAt(place: number): Uint8Array {
    const node = heap[place];
    if (node === undefined) throw new Error(`the tree has no node ${place}`);
    return node;
  }

  /** Nodes none of which lies above another one: some at the bottom, some higher, greatest first. */
  const positions = fc
    .uniqueArray(fc.integer({ min: 2, max: 2 * LEAVES - 1 }), { minLength: 1, maxLength: 32 })
    .map((nodes) => {
      const isBelow = (node: number, other: number) => {
        for (let at = node >> 1; at >= 1; at >>= 1) if (at === other) return true;
        return false;
      };
      return nodes.filter((node) => !nodes.some((other) => isBelow(node, other))).sort((a, b) => b - a);
    });

  function argumentsFor(nodes: readonly number[]) {
    const gindices = nodes.map(BigInt);
    const leaves = nodes.map((node) => bytesToHex(nodeAt(node)));
    const siblings = siblingsOf(gindices, (gindex) => nodeAt(Number(gindex))).map((node) => bytesToHex(node));
    return [gindices, leaves, siblings] as const;
  }

  async function deploy() {
    return viem.deployContract("ProofHarness");
  }

  it("reads the example that is drawn beside it", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const [gindices, leaves, siblings] = argumentsFor([15, 13, 12]);
    expect(siblings).to.deep.equal([bytesToHex(nodeAt(14)), bytesToHex(nodeAt(2))]);
    expect(await harness.read.multiproofRoot([gindices, leaves, siblings])).to.equal(bytesToHex(nodeAt(1)));
  });

  it("fuzz: leads to the root from any set of nodes at any depths, and with any change to another one", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const root = bytesToHex(nodeAt(1));
    await fc.assert(
      fc.asyncProperty(positions, fc.nat(), fc.nat(), async (nodes, a, b) => {
        const [gindices, leaves, siblings] = argumentsFor(nodes);
        expect(await harness.read.multiproofRoot([gindices, leaves, siblings])).to.equal(root);

        const wrongLeaf = leaves.map((leaf, i) => (i === a % leaves.length ? flip(leaf) : leaf));
        expect(await harness.read.multiproofRoot([gindices, wrongLeaf, siblings])).to.not.equal(root);
        if (siblings.length > 0) {
          const wrongSibling = siblings.map((node, i) => (i === b % siblings.length ? flip(node) : node));
          expect(await harness.read.multiproofRoot([gindices, leaves, wrongSibling])).to.not.equal(root);
          await viem.assertions.revertWithCustomError(
            harness.read.multiproofRoot([gindices, leaves, siblings.slice(1)]),
            harness,
            "SiblingCountMismatch",
          );
        }
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.multiproofRoot([gindices, leaves, [...siblings, root]]),
          harness,
          "SiblingCountMismatch",
          [BigInt(siblings.length + 1), BigInt(siblings.length)],
        );
      }),
      { numRuns: 60 },
    );
  });

  for (const fork of ["fulu", "gloas"] as const) {
    const COUNT = 5_000;

    describe(`over validators of ${fork}`, () => {
      let block: BeaconBlock;
      before(() => {
        block = blockOf(fork, COUNT);
      });
      const scattered = fc.uniqueArray(fc.integer({ min: 0, max: COUNT - 1 }), { minLength: 1, maxLength: 32 });
      const neighbours = fc
        .tuple(fc.integer({ min: 0, max: COUNT - 32 }), fc.integer({ min: 1, max: 32 }))
        .map(([first, length]) => Array.from({ length }, (_, i) => first + i));

      it("fuzz: proves 1 to 32 scattered or neighbouring ones, and nothing else", async () => {
        const { proofs, anchorOf } = await networkHelpers.loadFixture(deployProofs);
        const anchor = await anchorOf(block);
        const verify = (proof: { records: Hex; siblings: readonly Hex[] }) =>
          proofs.read.verifyValidators([anchor, proof]);
        await fc.assert(
          fc.asyncProperty(fc.oneof(scattered, neighbours), fc.nat(), fc.nat(), async (indices, a, b) => {
            const proof = block.prover.proveValidators(indices);
            const [, roots] = await verify(proof);
            expect(roots).to.have.lengthOf(indices.length);

            const bytes = indices.length * RECORD_BYTES;
            await expectOneOf(verify(flipRecordByte(proof, a % bytes)), POSITION_ERRORS);
            const siblings = proof.siblings.map((node, i) => (i === b % proof.siblings.length ? flip(node) : node));
            await expectOneOf(verify({ ...proof, siblings }), ["StateRootMismatch"]);
          }),
          { numRuns: 30 },
        );
      });
    });
  }

  function deployProofs() {
    return deployBeaconProofs(connection);
  }
});
