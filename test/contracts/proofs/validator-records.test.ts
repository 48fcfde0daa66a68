import { expect } from "chai";
import { network } from "hardhat";
import { bytesToHex } from "viem";

import { epochToUint64 } from "../../../chain/slots.ts";
import { blockOf } from "../support/beacon-proofs.ts";

const { viem, networkHelpers } = await network.create();

describe("ValidatorRecords", () => {
  const deploy = () => viem.deployContract("ProofHarness");

  it("reads each field of each record", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const block = blockOf("fulu", 40);
    const indices = [0, 1, 5, 38, 39];
    const { records } = block.prover.proveValidators(indices);
    expect(await harness.read.recordsOf([records])).to.deep.equal(
      indices.map((index) => {
        const record = block.recordOf(index);
        return {
          index,
          pubkey: bytesToHex(record.pubkey),
          withdrawalCredentials: bytesToHex(record.withdrawalCredentials),
          effectiveBalanceGwei: BigInt(record.effectiveBalance),
          slashed: record.slashed,
          activationEpoch: epochToUint64(record.activationEpoch),
          exitEpoch: epochToUint64(record.exitEpoch),
          withdrawableEpoch: epochToUint64(record.withdrawableEpoch),
        };
      }),
    );
  });

  it("refuses a record that is not there", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const { records } = blockOf("fulu", 3).prover.proveValidators([0, 1]);
    for (const i of [2n, 3n, 2n ** 255n])
      await viem.assertions.revertWithCustomErrorWithArgs(
        harness.read.recordAt([records, i]),
        harness,
        "NoSuchRecord",
        [i, 2n],
      );
  });
});
