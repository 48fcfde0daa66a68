import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { keccak256, toHex, zeroHash, type Hex } from "viem";

import { createBeaconBlock, type ValidatorProof } from "../../support/beacon-state.ts";
import { setBeaconRoot } from "../../support/system-contracts.ts";
import { expectGasWithin } from "../support/gas-bounds.ts";

const { viem, networkHelpers } = await network.create();

const VALIDATOR_COUNT = 300;
const LAST = VALIDATOR_COUNT - 1;

for (const fork of ["electra", "fulu"] as const) {
  describe(`BeaconProofs on a state of ${fork}`, () => {
    const block = createBeaconBlock({ fork, validatorCount: VALIDATOR_COUNT });
    const stateRoot = block.header.stateRoot;

    async function deploy() {
      const harness = await viem.deployContract("ProofHarness");
      const client = await viem.getPublicClient();
      const childTimestamp = (await client.getBlock()).timestamp - 600n;
      await setBeaconRoot(networkHelpers, childTimestamp, block.blockRoot);
      return { harness, childTimestamp };
    }

    describe("verifyAnchor", () => {
      it("accepts the header of the block that EIP-4788 names", async () => {
        const { harness, childTimestamp } = await networkHelpers.loadFixture(deploy);
        const gasUsed = await harness.read.verifyAnchor([{ childTimestamp, header: block.header }]);
        expectGasWithin(gasUsed, 1, 11_000);
      });

      it("refuses a header with any field changed", async () => {
        const { harness, childTimestamp } = await networkHelpers.loadFixture(deploy);
        const { header } = block;
        const forgeries = [
          { ...header, slot: header.slot + 1n },
          { ...header, proposerIndex: header.proposerIndex + 1n },
          { ...header, parentRoot: flip(header.parentRoot) },
          { ...header, stateRoot: flip(header.stateRoot) },
          { ...header, bodyRoot: flip(header.bodyRoot) },
        ];
        for (const forged of forgeries) {
          await viem.assertions.revertWithCustomErrorWithArgs(
            harness.read.verifyAnchor([{ childTimestamp, header: forged }]),
            harness,
            "BlockRootMismatch",
            [(got: Hex) => got !== block.blockRoot, block.blockRoot],
          );
        }
      });

      it("refuses a true header under a timestamp that holds another root", async () => {
        const { harness, childTimestamp } = await networkHelpers.loadFixture(deploy);
        const other = keccak256("0x01");
        await setBeaconRoot(networkHelpers, childTimestamp + 12n, other);
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.verifyAnchor([{ childTimestamp: childTimestamp + 12n, header: block.header }]),
          harness,
          "BlockRootMismatch",
          [block.blockRoot, other],
        );
      });

      it("refuses a timestamp that EIP-4788 does not know", async () => {
        const { harness, childTimestamp } = await networkHelpers.loadFixture(deploy);
        for (const unknown of [childTimestamp + 12n, childTimestamp + 8191n, 0n]) {
          await viem.assertions.revertWithCustomErrorWithArgs(
            harness.read.verifyAnchor([{ childTimestamp: unknown, header: block.header }]),
            harness,
            "BlockRootUnknown",
            [unknown],
          );
        }
      });
    });

    describe("verifyValidator", () => {
      it("accepts the first, the last and some other validators", async () => {
        const { harness } = await networkHelpers.loadFixture(deploy);
        for (const index of [0, 1, 2, 63, 64, 255, 256, LAST]) {
          const gasUsed = await harness.read.verifyValidator([stateRoot, block.proofOf(index)]);
          expectGasWithin(gasUsed, 1, 21_000);
        }
      });

      it("accepts random validators at their own place and at no other", async () => {
        const { harness } = await networkHelpers.loadFixture(deploy);
        const index = fc.integer({ min: 0, max: LAST });
        const anywhere = fc.oneof(index, fc.integer({ min: 0, max: 2 ** 40 - 1 }));
        await fc.assert(
          fc.asyncProperty(index, anywhere, async (at, claimed) => {
            const verification = harness.read.verifyValidator([stateRoot, { ...block.proofOf(at), index: claimed }]);
            if (at === claimed) await verification;
            else await viem.assertions.revertWithCustomError(verification, harness, "StateRootMismatch");
          }),
          { numRuns: 40 },
        );
      });

      it("refuses a record with any field changed", async () => {
        const { harness } = await networkHelpers.loadFixture(deploy);
        for (const index of [0, 7, LAST]) {
          for (const forged of forgeriesOf(block.proofOf(index))) {
            await viem.assertions.revertWithCustomErrorWithArgs(
              harness.read.verifyValidator([stateRoot, forged]),
              harness,
              "StateRootMismatch",
              [(got: Hex) => got !== stateRoot, stateRoot],
            );
          }
        }
      });

      it("refuses a branch with any sibling changed", async () => {
        const { harness } = await networkHelpers.loadFixture(deploy);
        const proof = block.proofOf(LAST);
        for (let level = 0; level < proof.branch.length; level++) {
          const branch = proof.branch.map((sibling, at) => (at === level ? flip(sibling) : sibling));
          await viem.assertions.revertWithCustomError(
            harness.read.verifyValidator([stateRoot, { ...proof, branch }]),
            harness,
            "StateRootMismatch",
          );
        }
      });

      it("refuses a branch of any other length", async () => {
        const { harness } = await networkHelpers.loadFixture(deploy);
        const proof = block.proofOf(5);
        expect(proof.branch).to.have.lengthOf(47);
        const branches = [[], proof.branch.slice(0, 46), proof.branch.slice(1), [...proof.branch, zeroHash]];
        for (const branch of branches) {
          await viem.assertions.revertWithCustomErrorWithArgs(
            harness.read.verifyValidator([stateRoot, { ...proof, branch }]),
            harness,
            "BranchLengthMismatch",
            [BigInt(branch.length), 47n],
          );
        }
      });

      it("refuses an empty record behind the end of the list", async () => {
        const { harness } = await networkHelpers.loadFixture(deploy);
        const proof = { ...block.proofOf(LAST), index: VALIDATOR_COUNT };
        const empty = {
          ...proof,
          pubkeyRoot: zeroHash,
          withdrawalCredentials: zeroHash,
          effectiveBalanceGwei: 0n,
          slashed: false,
          activationEligibilityEpoch: 0n,
          activationEpoch: 0n,
          exitEpoch: 0n,
          withdrawableEpoch: 0n,
        };
        for (const forged of [proof, empty]) {
          await viem.assertions.revertWithCustomError(
            harness.read.verifyValidator([stateRoot, forged]),
            harness,
            "StateRootMismatch",
          );
        }
      });

      it("refuses a true record against another state", async () => {
        const { harness } = await networkHelpers.loadFixture(deploy);
        const other = createBeaconBlock({ fork, validatorCount: VALIDATOR_COUNT + 1 }).header.stateRoot;
        await viem.assertions.revertWithCustomErrorWithArgs(
          harness.read.verifyValidator([other, block.proofOf(3)]),
          harness,
          "StateRootMismatch",
          [stateRoot, other],
        );
      });
    });
  });
}

/** One forgery for each field of a record. */
function forgeriesOf(proof: ValidatorProof): ValidatorProof[] {
  return [
    { ...proof, pubkeyRoot: flip(proof.pubkeyRoot) },
    { ...proof, withdrawalCredentials: flip(proof.withdrawalCredentials) },
    { ...proof, effectiveBalanceGwei: proof.effectiveBalanceGwei ^ 1n },
    { ...proof, slashed: !proof.slashed },
    { ...proof, activationEligibilityEpoch: proof.activationEligibilityEpoch ^ 1n },
    { ...proof, activationEpoch: proof.activationEpoch ^ 1n },
    { ...proof, exitEpoch: proof.exitEpoch ^ 1n },
    { ...proof, withdrawableEpoch: proof.withdrawableEpoch ^ 1n },
    { ...proof, index: proof.index ^ 1 },
  ];
}

function flip(word: Hex): Hex {
  return toHex(BigInt(word) ^ 1n, { size: 32 });
}
