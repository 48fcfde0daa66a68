import { expect } from "chai";
import { network } from "hardhat";
import { concatHex, encodeFunctionData, keccak256, slice, zeroHash, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import type { BeaconBlock, Fork } from "../../support/beacon-state.ts";
import { setBeaconRoot } from "../../support/system-contracts.ts";
import {
  GENESIS_TIME,
  POSITION_ERRORS,
  RECORD_BYTES,
  SECONDS_PER_SLOT,
  blockOf,
  deployBeaconProofs,
  expectOneOf,
  flip,
  flipRecordByte,
  recordAt,
  withRecords,
} from "../support/beacon-proofs.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const COUNT = 400;
const LAST = COUNT - 1;
const FORKS: readonly Fork[] = ["electra", "fulu", "gloas"];

const deploy = () => deployBeaconProofs(connection);

for (const fork of FORKS) {
  describe(`BeaconProofs on a state of ${fork}`, () => {
    let block: BeaconBlock;
    before(() => {
      block = blockOf(fork, COUNT);
    });

    async function setUp() {
      const { proofs, anchorOf } = await networkHelpers.loadFixture(deploy);
      return { proofs, anchor: await anchorOf(block) };
    }

    describe("anchor", () => {
      it("refuses a header with any field changed", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveValidators([3]);
        const { header } = anchor;
        const forgeries = [
          { ...header, slot: header.slot + 1n },
          { ...header, proposerIndex: header.proposerIndex + 1n },
          { ...header, parentRoot: flip(header.parentRoot) },
          { ...header, stateRoot: flip(header.stateRoot) },
          { ...header, bodyRoot: flip(header.bodyRoot) },
        ];
        for (const forged of forgeries)
          for (const call of [
            proofs.read.verifyValidators([{ ...anchor, header: forged }, proof]),
            proofs.read.verifyBalance([{ ...anchor, header: forged }, block.prover.proveBalance(3)]),
          ])
            await viem.assertions.revertWithCustomErrorWithArgs(call, proofs, "BlockRootMismatch", [
              (got: Hex) => got !== block.blockRoot,
              block.blockRoot,
            ]);
      });

      it("refuses a true header under a timestamp that holds another root, or none", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveValidators([3]);
        const other = keccak256("0x01");
        const childTimestamp = anchor.childTimestamp + 12n;
        await setBeaconRoot(networkHelpers, childTimestamp, other);
        await viem.assertions.revertWithCustomErrorWithArgs(
          proofs.read.verifyValidators([{ ...anchor, childTimestamp }, proof]),
          proofs,
          "BlockRootMismatch",
          [block.blockRoot, other],
        );
        for (const unknown of [childTimestamp + 12n, childTimestamp + 8191n, 0n])
          await viem.assertions.revertWithCustomErrorWithArgs(
            proofs.read.verifyValidators([{ ...anchor, childTimestamp: unknown }, proof]),
            proofs,
            "BlockRootUnknown",
            [unknown],
          );
      });
    });

    describe("verifyValidators", () => {
      it("accepts the first, the last and other validators, alone and together", async () => {
        const { proofs, anchor } = await setUp();
        const sets = [
          [0],
          [LAST],
          [0, LAST],
          [4, 5],
          [20, 21, 22],
          [84, 85],
          [8, 9, 10, 11, 12, 13, 14, 15],
          [1, 63, 340],
        ];
        for (const indices of sets) {
          const [slotTimestamp, roots] = await proofs.read.verifyValidators([
            anchor,
            block.prover.proveValidators(indices),
          ]);
          expect(slotTimestamp).to.equal(GENESIS_TIME + BigInt(block.slot) * SECONDS_PER_SLOT);
          expect(roots).to.deep.equal(
            indices.map((index) => pubkeyRoot(`0x${Buffer.from(block.recordOf(index).pubkey).toString("hex")}`)),
          );
        }
      });

      it("refuses every record with any byte changed, of its index and of each field", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveValidators([6, 7, 200]);
        for (let at = 0; at < 3 * RECORD_BYTES; at++) {
          const call = proofs.read.verifyValidators([anchor, flipRecordByte(proof, at)]);
          // A changed index may not even be in order, or need other siblings.
          const isIndex = at % RECORD_BYTES < 5;
          if (isIndex) await expectOneOf(call, POSITION_ERRORS);
          else await viem.assertions.revertWithCustomError(call, proofs, "StateRootMismatch");
        }
      });

      it("refuses a proof with any sibling changed, missing or left over", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveValidators([6, 7, 200]);
        const { siblings } = proof;
        for (let at = 0; at < siblings.length; at++) {
          const changed = siblings.map((sibling, i) => (i === at ? flip(sibling) : sibling));
          await viem.assertions.revertWithCustomErrorWithArgs(
            proofs.read.verifyValidators([anchor, { ...proof, siblings: changed }]),
            proofs,
            "StateRootMismatch",
            [(got: Hex) => got !== block.stateRoot, block.stateRoot],
          );
          const missing = siblings.filter((_, i) => i !== at);
          const doubled = siblings.flatMap((sibling, i) => (i === at ? [sibling, sibling] : [sibling]));
          for (const wrong of [missing, doubled])
            await viem.assertions.revertWithCustomError(
              proofs.read.verifyValidators([anchor, { ...proof, siblings: wrong }]),
              proofs,
              "SiblingCountMismatch",
            );
        }
        await viem.assertions.revertWithCustomError(
          proofs.read.verifyValidators([anchor, { ...proof, siblings: [] }]),
          proofs,
          "SiblingCountMismatch",
        );
      });

      it("refuses records twice, or in another order", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveValidators([6, 7]);
        const [a, b] = [recordAt(proof, 0), recordAt(proof, 1)];
        for (const [records, index, next] of [
          [[b, a], 7, 6],
          [[a, a], 6, 6],
          [[a, b, b], 7, 7],
          [[a, a, b], 6, 6],
        ] as [Hex[], number, number][])
          await viem.assertions.revertWithCustomErrorWithArgs(
            proofs.read.verifyValidators([anchor, withRecords(proof, records)]),
            proofs,
            "IndicesNotAscending",
            [index, next],
          );
      });

      it("refuses no record, and what is no whole record", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveValidators([6]);
        for (const [records, length] of [
          ["0x", 0n],
          [slice(proof.records, 0, 125), 125n],
          [concatHex([proof.records, "0x00"]), 127n],
        ] as [Hex, bigint][])
          await viem.assertions.revertWithCustomErrorWithArgs(
            proofs.read.verifyValidators([anchor, { ...proof, records }]),
            proofs,
            "RecordsMalformed",
            [length],
          );
      });

      it("refuses a true record at any other index, and an empty one behind the end of the list", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveValidators([LAST]);
        const record = slice(proof.records, 5);
        for (const index of ["0000000000", "0000000001", "0000000190", "000000018e", "ffffffffff"]) {
          const moved = { ...proof, records: concatHex([`0x${index}`, record]) };
          await expectOneOf(proofs.read.verifyValidators([anchor, moved]), POSITION_ERRORS);
        }
        const empty = { ...proof, records: concatHex(["0x0000000190", `0x${"00".repeat(121)}`]) };
        await viem.assertions.revertWithCustomError(
          proofs.read.verifyValidators([anchor, empty]),
          proofs,
          "StateRootMismatch",
        );
      });

      it("refuses a true record against another state", async () => {
        const { proofs, anchorOf } = await networkHelpers.loadFixture(deploy);
        const other = blockOf(fork, COUNT + 1);
        await viem.assertions.revertWithCustomErrorWithArgs(
          proofs.read.verifyValidators([await anchorOf(other), block.prover.proveValidators([3])]),
          proofs,
          "StateRootMismatch",
          [block.stateRoot, other.stateRoot],
        );
      });
    });

    describe("verifyBalance", () => {
      it("answers each of the four balances of a leaf", async () => {
        const { proofs, anchor } = await setUp();
        for (const index of [0, 1, 2, 3, 4, 17, 84, 85, 336, 343, LAST]) {
          const proof = block.prover.proveBalance(index);
          expect(await proofs.read.verifyBalance([anchor, proof])).to.deep.equal([
            GENESIS_TIME + BigInt(block.slot) * SECONDS_PER_SLOT,
            32_000_000_000n + BigInt(index),
          ]);
        }
      });

      it("refuses any change of the leaf, of the index beyond its leaf, or of the branch", async () => {
        const { proofs, anchor } = await setUp();
        const proof = block.prover.proveBalance(17);
        await viem.assertions.revertWithCustomError(
          proofs.read.verifyBalance([anchor, { ...proof, leaf: flip(proof.leaf) }]),
          proofs,
          "StateRootMismatch",
        );
        for (const index of [15, 20, 21, 0, 2 ** 40 - 1])
          await expectOneOf(proofs.read.verifyBalance([anchor, { ...proof, index }]), POSITION_ERRORS);
        for (let at = 0; at < proof.branch.length; at++) {
          const branch = proof.branch.map((sibling, i) => (i === at ? flip(sibling) : sibling));
          await viem.assertions.revertWithCustomError(
            proofs.read.verifyBalance([anchor, { ...proof, branch }]),
            proofs,
            "StateRootMismatch",
          );
        }
        for (const branch of [[], proof.branch.slice(1), [...proof.branch, zeroHash]])
          await viem.assertions.revertWithCustomErrorWithArgs(
            proofs.read.verifyBalance([anchor, { ...proof, branch }]),
            proofs,
            "SiblingCountMismatch",
            [BigInt(branch.length), BigInt(proof.branch.length)],
          );
      });

      it("does not take a record for a balance, nor a balance for a record", async () => {
        const { proofs, anchor } = await setUp();
        const { siblings } = block.prover.proveValidators([3]);
        const disguised = { index: 3, leaf: block.validatorRootOf(3), branch: siblings };
        await expectOneOf(proofs.read.verifyBalance([anchor, disguised]), POSITION_ERRORS);
      });
    });
  });
}

describe("BeaconProofs on a state of 100,000 validators", () => {
  const VALIDATORS = 100_000;
  /** What eight neighbours may cost, per validator, with the call: measured, rounded up. */
  const GAS_PER_NEIGHBOUR = 8_700;

  for (const fork of FORKS)
    it(`proves the first, the last, eight neighbours and scattered ones of ${fork}`, async () => {
      const { proofs, anchorOf } = await networkHelpers.loadFixture(deploy);
      const meter = await viem.deployContract("GasMeter");
      const block = blockOf(fork, VALIDATORS);
      const anchor = await anchorOf(block);
      const neighbours = Array.from({ length: 8 }, (_, i) => 77_784 + i);
      const sets = [[0], [VALIDATORS - 1], neighbours, [0, 21, 349, 5_461, 5_462, 65_535, 65_536, VALIDATORS - 1]];
      for (const indices of sets) {
        const proof = block.prover.proveValidators(indices);
        const [, roots] = await proofs.read.verifyValidators([anchor, proof]);
        expect(roots).to.have.lengthOf(indices.length);
        if (indices !== neighbours) continue;

        const data = encodeFunctionData({ abi: proofs.abi, functionName: "verifyValidators", args: [anchor, proof] });
        const [gasUsed] = await meter.read.measure([proofs.address, data]);
        expect(Number(gasUsed) / indices.length).to.be.within(1_000, GAS_PER_NEIGHBOUR);
      }
      const [, balanceGwei] = await proofs.read.verifyBalance([anchor, block.prover.proveBalance(VALIDATORS - 1)]);
      expect(balanceGwei).to.equal(32_000_099_999n);
    });
});
