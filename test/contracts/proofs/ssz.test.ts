import { ssz } from "@lodestar/types";
import { expect } from "chai";
import { network } from "hardhat";
import { bytesToHex, hexToBytes, numberToHex, pad, parseGwei, type Hex } from "viem";

import { pubkeyRoot } from "../../../chain/ssz/domains.ts";
import { createBeaconBlock, seeded } from "../../support/beacon-state.ts";
import { DEPOSIT_CONTRACT, installDepositContract } from "../../support/system-contracts.ts";

const { viem, networkHelpers } = await network.create();

describe("Ssz", () => {
  const pubkey = bytesToHex(seeded("pubkey", 48));
  const signature = bytesToHex(seeded("signature", 96));
  const withdrawalCredentials = bytesToHex(seeded("credentials", 32));
  const amountsGwei = [1n, 1_000_000_000n, 31_000_000_000n, 2_047_123_456_789n];

  async function deploy() {
    const harness = await viem.deployContract("ProofHarness");
    await installDepositContract(networkHelpers);
    const depositContract = await viem.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
    return { harness, depositContract };
  }

  it("writes numbers in little-endian order", async () => {
    const { harness } = await networkHelpers.loadFixture(deploy);
    for (const value of [0n, 1n, 0x0102030405060708n, 32_000_000_000n, 2n ** 64n - 1n]) {
      const bytes = hexToBytes(numberToHex(value, { size: 8 })).reverse();
      expect(await harness.read.littleEndian([value])).to.equal(pad(bytesToHex(bytes), { dir: "right", size: 32 }));
    }
  });

  it("computes the root of a header as the SSZ library does", async () => {
    const { harness } = await networkHelpers.loadFixture(deploy);
    const block = createBeaconBlock({ fork: "fulu", validatorCount: 1 });
    expect(await harness.read.headerRoot([block.anchorAt(0n).header])).to.equal(block.blockRoot);
  });

  it("computes the root of a record as the SSZ library does", async () => {
    const { harness } = await networkHelpers.loadFixture(deploy);
    const block = createBeaconBlock({ fork: "electra", validatorCount: 20 });
    for (let index = 0; index < 20; index++) {
      const { records } = block.prover.proveValidators([index]);
      const pubkey = bytesToHex(block.recordOf(index).pubkey);
      const keyRoot = pubkeyRoot(pubkey);
      expect(await harness.read.validatorRoot([records])).to.deep.equal([block.validatorRootOf(index), keyRoot]);
      expect(await harness.read.pubkeyRoot([pubkey])).to.equal(keyRoot);
    }
  });

  it("refuses a record of a wrong length", async () => {
    const { harness } = await networkHelpers.loadFixture(deploy);
    for (const length of [0, 121, 125, 127])
      await viem.assertions.revertWithCustomErrorWithArgs(
        harness.read.validatorRoot([bytesToHex(new Uint8Array(length))]),
        harness,
        "WrongLength",
        [BigInt(length), 126n],
      );
  });

  it("computes the root of deposit data as the SSZ library does", async () => {
    const { harness } = await networkHelpers.loadFixture(deploy);
    for (const amountGwei of amountsGwei) {
      const want = ssz.phase0.DepositData.hashTreeRoot({
        pubkey: hexToBytes(pubkey),
        withdrawalCredentials: hexToBytes(withdrawalCredentials),
        amount: Number(amountGwei),
        signature: hexToBytes(signature),
      });
      const got = await harness.read.depositDataRoot([pubkey, withdrawalCredentials, amountGwei, signature]);
      expect(got).to.equal(bytesToHex(want));
    }
  });

  it("computes the root that the real deposit contract wants", async () => {
    const { harness, depositContract } = await networkHelpers.loadFixture(deploy);
    for (const amountGwei of amountsGwei.slice(1)) {
      const root = await harness.read.depositDataRoot([pubkey, withdrawalCredentials, amountGwei, signature]);
      const value = parseGwei(amountGwei.toString());
      await depositContract.write.deposit([pubkey, withdrawalCredentials, signature, root], { value });

      const flipped = bytesToHex(hexToBytes(root).map((byte, at) => (at === 31 ? byte ^ 1 : byte)));
      await viem.assertions.revertWith(
        depositContract.write.deposit([pubkey, withdrawalCredentials, signature, flipped], { value }),
        "DepositContract: reconstructed DepositData does not match supplied deposit_data_root",
      );
    }
    const client = await viem.getPublicClient();
    expect(await client.getBalance({ address: DEPOSIT_CONTRACT })).to.equal(
      parseGwei(
        amountsGwei
          .slice(1)
          .reduce((sum, amount) => sum + amount, 0n)
          .toString(),
      ),
    );
  });

  it("refuses public keys and signatures of a wrong length", async () => {
    const { harness } = await networkHelpers.loadFixture(deploy);
    for (const [bytes, got] of [
      ["0x", 0n],
      [`${pubkey}00`, 49n],
      [pubkey.slice(0, -2), 47n],
    ] as [Hex, bigint][]) {
      await viem.assertions.revertWithCustomErrorWithArgs(harness.read.pubkeyRoot([bytes]), harness, "WrongLength", [
        got,
        48n,
      ]);
    }
    for (const [bytes, got] of [
      ["0x", 0n],
      [`${signature}00`, 97n],
      [pubkey, 48n],
    ] as [Hex, bigint][]) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        harness.read.depositDataRoot([pubkey, withdrawalCredentials, 1n, bytes]),
        harness,
        "WrongLength",
        [got, 96n],
      );
    }
  });
});
