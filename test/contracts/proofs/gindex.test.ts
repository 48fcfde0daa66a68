import { ssz } from "@lodestar/types";
import { expect } from "chai";
import { network } from "hardhat";
import { bytesToHex } from "viem";

import { balancesGindex, validatorGindex } from "../../../chain/ssz/gindex.ts";
import { progressiveListRoot } from "../../support/progressive-tree.ts";

const { viem, networkHelpers } = await network.create();

const CONTAINER = 0;
const PROGRESSIVE = 1;
const TYPES = { electra: ssz.electra.BeaconState, fulu: ssz.fulu.BeaconState, gloas: ssz.gloas.BeaconState };
const LAYOUT = {
  electra: [CONTAINER, "container"],
  fulu: [CONTAINER, "container"],
  gloas: [PROGRESSIVE, "progressive"],
} as const;

/** Both sides of the borders of progressive subtrees, and what a mainnet will reach. */
const INDICES = [
  0, 1, 2, 3, 4, 5, 16, 19, 20, 21, 83, 84, 85, 340, 341, 1365, 349_524, 349_525, 1_398_100, 1_398_101, 2_300_000,
];

describe("GIndex", () => {
  async function deploy() {
    return viem.deployContract("ProofHarness");
  }

  for (const fork of ["electra", "fulu", "gloas"] as const)
    it(`places records and balances of ${fork} where the SSZ library finds them by name`, async () => {
      const harness = await networkHelpers.loadFixture(deploy);
      const [layout, name] = LAYOUT[fork];
      for (const index of INDICES) {
        const record = TYPES[fork].getPathInfo(["validators", index]).gindex;
        expect(await harness.read.gindexOfValidator([layout, index])).to.equal(record);
        expect(validatorGindex(name, index)).to.equal(record);
        const leaf = TYPES[fork].getPathInfo(["balances", index]).gindex;
        expect(await harness.read.gindexOfBalances([layout, index])).to.equal(leaf);
        expect(balancesGindex(name, index)).to.equal(leaf);
      }
    });

  it("cannot leave a list with the greatest index that there is", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const index = 2 ** 40 - 1;
    expect(await harness.read.gindexOfValidator([CONTAINER, index])).to.equal((150n << 40n) + 2n ** 40n - 1n);
    expect(await harness.read.gindexOfBalances([CONTAINER, index])).to.equal((152n << 38n) + 2n ** 38n - 1n);
    // Subtree 20 begins at (4^20 - 1) / 3.
    const first = (4n ** 20n - 1n) / 3n;
    const chain = (717n << 20n) - 1n;
    expect(await harness.read.gindexOfValidator([PROGRESSIVE, index])).to.equal(
      ((chain << 1n) << 40n) + 2n ** 40n - 1n - first,
    );
    expect(validatorGindex("progressive", index)).to.equal(((chain << 1n) << 40n) + 2n ** 40n - 1n - first);
  });

  it("agrees with the indices that the specification of light clients prints for Gloas", () => {
    // https://github.com/ethereum/consensus-specs/blob/master/specs/gloas/light-client/sync-protocol.md
    expect(TYPES.gloas.getPathInfo(["finalizedCheckpoint", "root"]).gindex).to.equal(735n);
    expect(TYPES.gloas.getPathInfo(["currentSyncCommittee"]).gindex).to.equal(2945n);
    expect(TYPES.gloas.getPathInfo(["validators"]).gindex).to.equal(358n);
    expect(TYPES.gloas.getPathInfo(["balances"]).gindex).to.equal(359n);
  });

  it("relies on progressive lists that EIP-7916 hashes as the SSZ library does", () => {
    const { validators, balances } = TYPES.gloas.fields;
    const record = ssz.phase0.Validator.defaultValue();
    for (const count of [0, 1, 2, 5, 6, 21, 22, 86]) {
      const records = Array.from({ length: count }, (_, i) => ({ ...record, effectiveBalance: i + 1 }));
      const chunks = records.map((value) => ssz.phase0.Validator.hashTreeRoot(value));
      expect(bytesToHex(validators.hashTreeRoot(records))).to.equal(bytesToHex(progressiveListRoot(chunks, count)));

      const packed = Buffer.alloc(Math.ceil(count / 4) * 32);
      for (let i = 0; i < count; i++) packed.writeBigUInt64LE(BigInt(i + 7), i * 8);
      const leaves = Array.from({ length: packed.length / 32 }, (_, i) => packed.subarray(i * 32, (i + 1) * 32));
      const values = Array.from({ length: count }, (_, i) => i + 7);
      expect(bytesToHex(balances.hashTreeRoot(values))).to.equal(bytesToHex(progressiveListRoot(leaves, count)));
    }
  });
});
