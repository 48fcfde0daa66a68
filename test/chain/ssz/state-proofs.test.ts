import { expect } from "chai";
import { bytesToHex, concatHex, slice, type Hex } from "viem";

import { validatorGindex } from "../../../chain/ssz/gindex.ts";
import { multiproofRoot, siblingsOf } from "../../../chain/ssz/multiproof.ts";
import { createStateProver, type StateProver } from "../../../chain/ssz/proofs.ts";
import { sha256 } from "../../../chain/ssz/sha256.ts";
import { unpackRecords, verifyBalance, verifyValidators } from "../../../chain/ssz/state-proofs.ts";
import { loadStateTypes } from "../../../chain/ssz/state-types.ts";
import { loadStateCodec } from "../../../chain/ssz/state.ts";
import { thrownBy } from "../support/thrown.ts";

const COUNT = 100;
const RECORD_BYTES = 126;
const fill = (size: number, byte: number) => new Uint8Array(size).fill(byte);
const flip = (word: Hex): Hex => `0x${(BigInt(word) ^ 1n).toString(16).padStart(64, "0")}`;

describe("multiproofs over a tree", () => {
  const node = (gindex: bigint): Uint8Array =>
    gindex >= 8n ? fill(32, Number(gindex)) : sha256(node(2n * gindex), node(2n * gindex + 1n));
  const leaf = (gindex: bigint) => ({ gindex, node: node(gindex) });

  it("name the siblings from the greatest generalised index down", () => {
    expect(siblingsOf([12n, 13n, 15n], node)).to.deep.equal([node(14n), node(2n)]);
    expect(siblingsOf([15n, 12n, 13n], node)).to.deep.equal([node(14n), node(2n)]);
    expect(siblingsOf([5n, 15n], node)).to.deep.equal([node(14n), node(6n), node(4n)]);
    expect(siblingsOf([2n, 3n], node)).to.deep.equal([]);
  });

  it("lead to the root, with neither too few siblings nor too many", () => {
    const siblings = [node(14n), node(2n)];
    const leaves = [12n, 13n, 15n].map(leaf);
    expect(multiproofRoot(leaves, siblings)).to.deep.equal(node(1n));
    expect(multiproofRoot(leaves.toReversed(), siblings)).to.deep.equal(node(1n));
    expect(multiproofRoot(leaves, siblings.slice(1))).to.equal(undefined);
    expect(multiproofRoot(leaves, [...siblings, node(2n)])).to.equal(undefined);
    expect(multiproofRoot(leaves, siblings.toReversed())).to.not.deep.equal(node(1n));
    expect(multiproofRoot([12n, 13n, 14n].map(leaf), siblings)).to.not.deep.equal(node(1n));
  });
});

for (const fork of ["electra", "fulu", "gloas"] as const) {
  describe(`proofs from a ${fork} state`, () => {
    const layout = fork === "gloas" ? "progressive" : "container";
    let prover: StateProver;
    let bytes: Uint8Array;

    before(async () => {
      const types = await loadStateTypes("minimal");
      // What is filled in has the same names and elements in all forks.
      const type = types[fork] as typeof types.fulu;
      const state = type.defaultViewDU();
      state.slot = 77;
      const validator = type.fields.validators.elementType;
      for (let i = 0; i < COUNT; i++) {
        state.validators.push(
          validator.toViewDU({
            ...validator.defaultValue(),
            pubkey: fill(48, i),
            effectiveBalance: i,
            exitEpoch: Infinity,
          }),
        );
        state.balances.push(1_000 + i);
      }
      state.commit();
      bytes = state.serialize();
      const header = {
        slot: 77,
        proposerIndex: 5,
        parentRoot: bytesToHex(fill(32, 1)),
        stateRoot: bytesToHex(state.hashTreeRoot()),
        bodyRoot: bytesToHex(fill(32, 2)),
      };
      const codec = await loadStateCodec("minimal");
      prover = codec.createStateProver(bytes, fork, header);
      expect(createStateProver(types[fork], bytes, header).blockRoot).to.equal(prover.blockRoot);
    });

    it("show validators in ascending order, each once, whatever was asked", () => {
      const proof = prover.proveValidators([63, 5, 4, 5]);
      expect(verifyValidators(layout, proof, prover.header.stateRoot)).to.equal(true);
      expect(unpackRecords(proof.records).map(([index, record]) => [index, record[0]])).to.deep.equal([
        [4, 4],
        [5, 5],
        [63, 63],
      ]);
      expect(slice(proof.records, 0, 5)).to.equal("0x0000000004");
    });

    it("share the branches of neighbours", () => {
      // Four that are all there is below one node, two levels up.
      const first = layout === "progressive" ? 85 : 88;
      const alone = prover.proveValidators([first]).siblings.length;
      const four = [first, first + 1, first + 2, first + 3];
      expect(prover.proveValidators(four).siblings).to.have.lengthOf(alone - 2);
    });

    it("are refused with a changed record, index or sibling", () => {
      const proof = prover.proveValidators([4, 5]);
      const { stateRoot } = prover.header;
      const [a, b] = [slice(proof.records, 0, RECORD_BYTES), slice(proof.records, RECORD_BYTES)];
      const moved = concatHex(["0x0000000006", slice(b, 5)]);
      for (const records of [concatHex([a, moved]), a, concatHex([a, slice(b, 0, 5), slice(a, 5)])])
        expect(verifyValidators(layout, { ...proof, records }, stateRoot)).to.equal(false);
      for (const at of proof.siblings.keys()) {
        const siblings = proof.siblings.map((sibling, i) => (i === at ? flip(sibling) : sibling));
        expect(verifyValidators(layout, { ...proof, siblings }, stateRoot)).to.equal(false);
      }
      expect(verifyValidators(layout, proof, flip(stateRoot))).to.equal(false);
    });

    it("show balances, four in a leaf", () => {
      for (const index of [0, 1, 2, 3, 83, 84, COUNT - 1]) {
        const proof = prover.proveBalance(index);
        expect(verifyBalance(layout, proof, prover.header.stateRoot)).to.equal(1_000n + BigInt(index));
        expect(verifyBalance(layout, { ...proof, leaf: flip(proof.leaf) }, prover.header.stateRoot)).to.equal(
          undefined,
        );
        expect(verifyBalance(layout, { ...proof, index: index + 4 }, prover.header.stateRoot)).to.equal(undefined);
      }
    });

    it("are refused beyond the last validator, and of none", async () => {
      for (const ask of [() => prover.proveValidators([3, COUNT]), () => prover.proveBalance(COUNT)])
        expect((await thrownBy(ask)).code).to.equal("NO_SUCH_VALIDATOR");
      expect((await thrownBy(() => prover.proveValidators([]))).code).to.equal("NOTHING_TO_PROVE");
    });

    it("stand where single proofs stand", () => {
      if (layout === "progressive") expect(validatorGindex(layout, 0)).to.equal(1432n);
      else expect(prover.proveValidators([9]).siblings).to.have.length(6 + 1 + 40);
    });
  });
}

it("a fork that is not known is not proven from", async () => {
  const codec = await loadStateCodec("minimal");
  const header = { slot: 1, proposerIndex: 1, parentRoot: "0x", stateRoot: "0x", bodyRoot: "0x" } as const;
  for (const fork of ["deneb", "heze", ""]) {
    const error = await thrownBy(() => codec.createStateProver(new Uint8Array(), fork, header));
    expect(error.code).to.equal("FORK_UNSUPPORTED");
  }
});
