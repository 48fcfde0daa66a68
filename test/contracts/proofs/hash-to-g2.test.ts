import { SecretKey } from "@chainsafe/blst";
import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { bytesToHex, concatHex, hexToBytes, slice, type Hex } from "viem";

import { seeded } from "../../support/beacon-state.ts";
import { FIELD_MODULUS } from "../../support/bls-encoding.ts";
import { depositDomain, depositSigningRoot } from "../../support/deposit-signing.ts";

const { viem, networkHelpers } = await network.create();

const TWO_512 = 2n ** 512n;

describe("DepositSignature", () => {
  const deploy = () => viem.deployContract("DepositSignatureHarness");
  const withdrawalCredentials = bytesToHex(seeded("credentials", 32));

  it("computes the domain of deposits of every network", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    for (const version of ["0x00000000", "0x10000910", "0x90000069", "0x00000001"] as const)
      expect(await harness.read.depositDomain([version])).to.equal(depositDomain(version));
    // Printed in every deposit tool.
    expect(depositDomain("0x00000000")).to.equal("0x03000000f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a9");
  });

  it("computes the signing roots of a list of keys as the SSZ library does", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const domain = depositDomain("0x00000000");
    const pubkeys = Array.from({ length: 3 }, (_, i) => bytesToHex(seeded(`key ${i}`, 48)));
    for (const amountGwei of [1n, 1_000_000_000n, 2_048_000_000_000n]) {
      const want = pubkeys.map((pubkey) =>
        bytesToHex(depositSigningRoot(pubkey, { withdrawalCredentials, amountGwei, domain })),
      );
      const args = [concatHex(pubkeys), withdrawalCredentials, amountGwei, domain] as const;
      expect(await harness.read.signingRoots(args)).to.deep.equal(want);
    }
  });
});

describe("BaseField", () => {
  const deploy = () => viem.deployContract("DepositSignatureHarness");
  const words = (value: bigint) => [value >> 256n, value & (2n ** 256n - 1n)] as const;

  /** Numbers around multiples of the modulus are the hard ones: there a quotient is off by one. */
  const hard = [0n, 1n, 2n, 3n, 2n ** 131n].flatMap((k) => [
    k * FIELD_MODULUS - 1n,
    k * FIELD_MODULUS,
    k * FIELD_MODULUS + 1n,
  ]);

  it("reduces any number of 512 bits as bigints do", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const quotients = fc.bigInt(0n, TWO_512 / FIELD_MODULUS - 1n);
    const values = fc.oneof(
      fc.bigInt(0n, TWO_512 - 1n),
      fc.tuple(quotients, fc.bigInt(-2n, 2n)).map(([q, off]) => q * FIELD_MODULUS + (q === 0n ? 0n : off)),
      fc.bigInt(0n, 2n ** 132n).map((low) => TWO_512 - 1n - low),
      fc.bigInt(0n, 2n ** 256n - 1n).map((hi) => (hi << 256n) | (2n ** 256n - 1n)),
    );
    const check = async (value: bigint) => {
      const [hi, lo] = await harness.read.reduce(words(value));
      expect((hi << 256n) | lo).to.equal(value % FIELD_MODULUS);
    };
    for (const value of [...hard, TWO_512 - 1n]) if (value >= 0n) await check(value);
    await fc.assert(fc.asyncProperty(values, check), { numRuns: 400 });
  });

  it("tells elements from other numbers, and the larger of two roots from the smaller", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const half = (FIELD_MODULUS - 1n) / 2n;
    for (const value of [
      0n,
      half,
      half + 1n,
      FIELD_MODULUS - 1n,
      FIELD_MODULUS,
      FIELD_MODULUS + 1n,
      2n ** 511n,
      2n ** 256n,
    ]) {
      expect(await harness.read.isElement(words(value))).to.equal(value < FIELD_MODULUS);
      expect(await harness.read.isLarger(words(value))).to.equal(value > half);
    }
  });
});

describe("HashToG2", () => {
  const deploy = () => viem.deployContract("DepositSignatureHarness");

  it("hashes messages to the points that blst signs", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    const messages = Array.from({ length: 5 }, (_, i) => bytesToHex(seeded(`message ${i}`, 32)));
    const points = await harness.read.hashToG2([messages]);
    // A signature with the secret key 1 is the hashed message itself.
    const one = SecretKey.fromBytes(hexToBytes(`0x${"1".padStart(64, "0")}`));
    for (const [i, message] of messages.entries()) {
      const signature = one.sign(hexToBytes(message));
      expect(uncompressed(slice(points, i * 256, (i + 1) * 256))).to.equal(bytesToHex(signature.toBytes(false)));
    }
  });

  it("hashes nothing to nothing", async () => {
    const harness = await networkHelpers.loadFixture(deploy);
    expect(await harness.read.hashToG2([[]])).to.equal("0x");
  });
});

/** A point as EIP-2537 has it (X0, X1, Y0, Y1 in 64 bytes each) as blst writes it (X1, X0, Y1, Y0 in 48 bytes each). */
function uncompressed(point: Hex): Hex {
  const element = (i: number) => slice(point, i * 64 + 16, (i + 1) * 64);
  return concatHex([element(1), element(0), element(3), element(2)]);
}
