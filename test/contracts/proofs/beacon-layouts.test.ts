import { expect } from "chai";
import { network } from "hardhat";

import { GENESIS_TIME, LAYOUTS, SECONDS_PER_SLOT, blockOf, deployBeaconProofs } from "../support/beacon-proofs.ts";

const connection = await network.create({ network: "default", chainType: "l1" });
const { viem, networkHelpers } = connection;

const INDICES = [3, 4, 60];
const MAX_UINT64 = 2n ** 64n - 1n;
const deploy = () => deployBeaconProofs(connection);

describe("BeaconProofs, layouts", () => {
  it("says from which slots it knows which layout", async () => {
    const { proofs } = await networkHelpers.loadFixture(deploy);
    expect(await proofs.read.layouts()).to.deep.equal(LAYOUTS);
  });

  it("refuses layouts that are not in the order of their slots", async () => {
    const { proofs } = await networkHelpers.loadFixture(deploy);
    for (const layouts of [
      { containerSlot: 2n, progressiveSlot: 1n, closingSlot: 3n },
      { containerSlot: 1n, progressiveSlot: 3n, closingSlot: 2n },
    ])
      await viem.assertions.revertWithCustomErrorWithArgs(
        viem.deployContract("BeaconProofs", [GENESIS_TIME, SECONDS_PER_SLOT, layouts]),
        proofs,
        "LayoutsOutOfOrder",
        [layouts],
      );
  });

  it("INC-37 takes each layout from its first slot to its last one", async () => {
    const { proofs, anchorOf } = await networkHelpers.loadFixture(deploy);
    for (const [fork, slot] of [
      ["electra", LAYOUTS.containerSlot],
      ["fulu", LAYOUTS.progressiveSlot - 1n],
      ["gloas", LAYOUTS.progressiveSlot],
      ["gloas", LAYOUTS.closingSlot - 1n],
    ] as const) {
      const block = blockOf(fork, 100, Number(slot));
      const anchor = await anchorOf(block);
      const [, roots] = await proofs.read.verifyValidators([anchor, block.prover.proveValidators(INDICES)]);
      expect(roots).to.have.lengthOf(INDICES.length);
      const [, balanceGwei] = await proofs.read.verifyBalance([anchor, block.prover.proveBalance(60)]);
      expect(balanceGwei).to.equal(32_000_000_060n);
    }
  });

  it("INC-37 refuses every state before the first layout and from the closing slot on", async () => {
    const { proofs, anchorOf } = await networkHelpers.loadFixture(deploy);
    const { containerSlot, closingSlot } = LAYOUTS;
    for (const [fork, slot] of [
      ["electra", containerSlot - 1n],
      ["gloas", closingSlot],
      ["gloas", closingSlot + 1n],
      ["fulu", closingSlot],
    ] as const) {
      const block = blockOf(fork, 100, Number(slot));
      const anchor = await anchorOf(block);
      for (const call of [
        proofs.read.verifyValidators([anchor, block.prover.proveValidators(INDICES)]),
        proofs.read.verifyBalance([anchor, block.prover.proveBalance(60)]),
      ])
        await viem.assertions.revertWithCustomErrorWithArgs(call, proofs, "LayoutUnknown", [
          slot,
          containerSlot,
          closingSlot,
        ]);
    }
  });

  it("INC-37 refuses a newer state under the old layout, and an older one under the new layout", async () => {
    const { proofs, anchorOf } = await networkHelpers.loadFixture(deploy);
    for (const [fork, slot] of [
      ["gloas", LAYOUTS.progressiveSlot - 1n],
      ["fulu", LAYOUTS.progressiveSlot],
    ] as const) {
      const block = blockOf(fork, 100, Number(slot));
      const anchor = await anchorOf(block);
      await viem.assertions.revertWithCustomError(
        proofs.read.verifyValidators([anchor, block.prover.proveValidators([60])]),
        proofs,
        "SiblingCountMismatch",
      );
      // With as many siblings as the other layout wants it gets further, and leads nowhere.
      const honest = blockOf(fork === "gloas" ? "fulu" : "gloas", 100).prover;
      for (const call of [
        proofs.read.verifyValidators([anchor, honest.proveValidators([60])]),
        proofs.read.verifyBalance([anchor, honest.proveBalance(60)]),
      ])
        await viem.assertions.revertWithCustomError(call, proofs, "StateRootMismatch");
    }
  });

  it("has no progressive layout where Gloas is not scheduled", async () => {
    const layouts = { containerSlot: 0n, progressiveSlot: 20_000_000n, closingSlot: 20_000_000n };
    const { proofs, anchorOf } = await deployBeaconProofs(connection, layouts);
    const fulu = blockOf("fulu", 100);
    await proofs.read.verifyValidators([await anchorOf(fulu), fulu.prover.proveValidators(INDICES)]);
    const gloas = blockOf("gloas", 100);
    await viem.assertions.revertWithCustomError(
      proofs.read.verifyValidators([await anchorOf(gloas), gloas.prover.proveValidators([60])]),
      proofs,
      "SiblingCountMismatch",
    );
    const late = blockOf("gloas", 100, 20_000_000);
    await viem.assertions.revertWithCustomErrorWithArgs(
      proofs.read.verifyValidators([await anchorOf(late), late.prover.proveValidators([60])]),
      proofs,
      "LayoutUnknown",
      [20_000_000n, 0n, 20_000_000n],
    );
  });

  it("answers the time of a slot, whatever the network's genesis and slots", async () => {
    const layouts = { containerSlot: 0n, progressiveSlot: MAX_UINT64, closingSlot: MAX_UINT64 };
    const { anchorOf } = await networkHelpers.loadFixture(deploy);
    const proofs = await viem.deployContract("BeaconProofs", [1_000n, 6n, layouts]);
    const block = blockOf("fulu", 10, 77);
    const [time] = await proofs.read.verifyValidators([await anchorOf(block), block.prover.proveValidators([1])]);
    expect(time).to.equal(1_462n);
  });
});
