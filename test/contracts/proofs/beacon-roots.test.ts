import { expect } from "chai";
import { network } from "hardhat";
import { keccak256, zeroHash } from "viem";

import { setBeaconRoot } from "../../support/system-contracts.ts";

const { viem, networkHelpers } = await network.create();

describe("BeaconRoots", () => {
  const root = keccak256("0x01");

  async function deploy() {
    const harness = await viem.deployContract("ProofHarness");
    const client = await viem.getPublicClient();
    const timestamp = (await client.getBlock()).timestamp - 1200n;
    await setBeaconRoot(networkHelpers, timestamp, root);
    return { harness, timestamp };
  }

  it("reads the root of a known timestamp", async () => {
    const { harness, timestamp } = await networkHelpers.loadFixture(deploy);
    expect(await harness.read.tryGetBeaconRoot([timestamp])).to.equal(root);
  });

  it("answers zero for a timestamp that the ring does not hold", async () => {
    const { harness, timestamp } = await networkHelpers.loadFixture(deploy);
    for (const absent of [0n, timestamp - 1n, timestamp + 1n, timestamp + 8191n, timestamp - 8191n, 2n ** 64n - 1n]) {
      expect(await harness.read.tryGetBeaconRoot([absent])).to.equal(zeroHash);
    }
  });

  it("forgets a root when its place is taken one ring later", async () => {
    const { harness, timestamp } = await networkHelpers.loadFixture(deploy);
    await setBeaconRoot(networkHelpers, timestamp + 8191n, keccak256("0x02"));
    expect(await harness.read.tryGetBeaconRoot([timestamp])).to.equal(zeroHash);
    expect(await harness.read.tryGetBeaconRoot([timestamp + 8191n])).to.equal(keccak256("0x02"));
  });

  it("never calls a known root absent, however little gas it gets", async () => {
    const { harness, timestamp } = await networkHelpers.loadFixture(deploy);
    const answers = new Set<string>();
    for (let gas = 0n; gas < 40_000n; gas += 500n) {
      answers.add(await harness.read.tryGetBeaconRootWithGas([timestamp, gas]).catch(() => "revert"));
    }
    expect([...answers].sort()).to.deep.equal([root, "revert"]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      harness.read.tryGetBeaconRootWithGas([timestamp, 20_000n]),
      harness,
      "NotEnoughGas",
      [(got: bigint) => got < 20_000n, 30_000n],
    );
  });
});
