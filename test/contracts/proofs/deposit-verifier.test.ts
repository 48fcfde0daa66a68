import { PublicKey, SecretKey, Signature } from "@chainsafe/blst";
import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { bytesToHex, encodeFunctionData, hexToBytes, toHex, type Hex } from "viem";

import { seeded } from "../../support/beacon-state.ts";
import {
  COMPRESSED,
  FIELD_MODULUS,
  INFINITY,
  LARGER_ROOT,
  addModulus,
  flagsOf,
  fp,
  fromFp,
  infinity,
  isLarger,
  negate,
  pubkeyY,
  setFlags,
  signatureY,
  xOf,
  type Fp,
} from "../../support/bls-encoding.ts";
import { depositDomain, hintOf, signDeposit, type SignedDeposit } from "../../support/deposit-signing.ts";

const { viem, networkHelpers } = await network.create();

const PAIRING_CHECK = "0x000000000000000000000000000000000000000F";
const MAP_FP2_TO_G2 = "0x0000000000000000000000000000000000000011";

describe("DepositVerifier, one signature", () => {
  const message = {
    withdrawalCredentials: `0x02${"00".repeat(11)}${"c0ffee".padStart(40, "0")}`,
    amountGwei: 1_000_000_000n,
    domain: depositDomain("0x00000000"),
  } as const;
  const key = (name: string) => SecretKey.fromKeygen(seeded(name, 32));
  const good = signDeposit(key("validator"), message);
  const other = signDeposit(key("another validator"), message);

  /** The first deposit of a series of keys that has a property. */
  function findDeposit(accept: (deposit: SignedDeposit) => boolean): SignedDeposit {
    for (let attempt = 0; ; attempt++) {
      const deposit = signDeposit(key(`attempt ${attempt}`), message);
      if (accept(deposit)) return deposit;
    }
  }

  async function deploy() {
    return { verifier: await viem.deployContract("DepositVerifier"), meter: await viem.deployContract("GasMeter") };
  }

  function argumentsOf(deposit: SignedDeposit) {
    const { pubkey, signature, hint, withdrawalCredentials, amountGwei, domain } = deposit;
    return [pubkey, signature, hint, withdrawalCredentials, amountGwei, domain] as const;
  }

  async function verify(deposit: SignedDeposit): Promise<boolean> {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    return verifier.read.verify(argumentsOf(deposit));
  }

  async function expectPairingFailure(deposit: SignedDeposit): Promise<void> {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    await viem.assertions.revertWithCustomErrorWithArgs(
      verifier.read.verify(argumentsOf(deposit)),
      verifier,
      "PrecompileFailed",
      [PAIRING_CHECK],
    );
  }

  async function expectHintIsZero(deposit: SignedDeposit): Promise<void> {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    await viem.assertions.revertWithCustomError(verifier.read.verify(argumentsOf(deposit)), verifier, "HintIsZero");
  }

  async function expectSignMismatch(deposit: SignedDeposit, got: boolean): Promise<void> {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    await viem.assertions.revertWithCustomErrorWithArgs(
      verifier.read.verify(argumentsOf(deposit)),
      verifier,
      "SignMismatch",
      [got, !got],
    );
  }

  describe("a well-formed signature", () => {
    it("is valid when it is over this deposit", async () => {
      expect(await verify(good)).to.equal(true);
    });

    it("INC-05 is invalid for another domain, fork, amount, credentials or public key", async () => {
      const wrong: SignedDeposit[] = [
        { ...good, domain: depositDomain("0x10000910") },
        { ...good, domain: toHex(BigInt(good.domain) ^ 1n, { size: 32 }) },
        { ...good, amountGwei: good.amountGwei + 1n },
        { ...good, amountGwei: 32_000_000_000n },
        { ...good, withdrawalCredentials: toHex(BigInt(good.withdrawalCredentials) ^ 1n, { size: 32 }) },
        { ...good, withdrawalCredentials: `0x01${good.withdrawalCredentials.slice(4)}` },
        { ...good, pubkey: other.pubkey, hint: { ...good.hint, pubkeyY: other.hint.pubkeyY } },
        { ...good, signature: other.signature, hint: { ...other.hint, pubkeyY: good.hint.pubkeyY } },
      ];
      for (const deposit of wrong) {
        expect(await verify(deposit)).to.equal(false);
      }
    });

    it("INC-05 is invalid with either point negated", async () => {
      const negatedKey = setFlags(good.pubkey, flagsOf(good.pubkey) ^ LARGER_ROOT);
      const negatedSignature = setFlags(good.signature, flagsOf(good.signature) ^ LARGER_ROOT);
      for (const [pubkey, signature] of [
        [negatedKey, good.signature],
        [good.pubkey, negatedSignature],
        [negatedKey, negatedSignature], // would cancel out, but the message names the public key
      ] as const) {
        expect(await verify({ ...good, pubkey, signature, hint: hintOf(pubkey, signature) })).to.equal(false);
      }
    });

    it("INC-05 fuzz: agrees with blst on random keys and deposits, and refuses each other's signatures", async () => {
      const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
      const signs = new Set<string>();
      let previous = good;
      await fc.assert(
        fc.asyncProperty(
          bytes(32),
          bytes(32),
          fc.bigInt(1n, 2n ** 53n - 1n),
          bytes(4),
          async (seed, wc, gwei, fork) => {
            const deposit = signDeposit(SecretKey.fromKeygen(seed), {
              withdrawalCredentials: bytesToHex(wc),
              amountGwei: gwei,
              domain: depositDomain(bytesToHex(fork)),
            });
            signs.add(`${flagsOf(deposit.pubkey) & LARGER_ROOT}/${flagsOf(deposit.signature) & LARGER_ROOT}`);

            expect(await verify(deposit)).to.equal(true);
            const { pubkeyY: foreignKeyY, ...signatureHint } = previous.hint;
            expect(foreignKeyY).to.not.deep.equal(deposit.hint.pubkeyY);
            const foreign = {
              ...deposit,
              signature: previous.signature,
              hint: { pubkeyY: deposit.hint.pubkeyY, ...signatureHint },
            };
            expect(await verify(foreign)).to.equal(false);
            previous = deposit;
          },
        ),
        { numRuns: 25, endOnFailure: true },
      );
      expect(signs.size).to.be.greaterThan(1);
    });
  });

  describe("a malformed encoding", () => {
    async function expectRefused(deposit: SignedDeposit): Promise<void> {
      expect(await verify(deposit)).to.equal(false);
    }

    it("INC-05 is invalid without the flag of compression", async () => {
      await expectRefused({ ...good, pubkey: setFlags(good.pubkey, 0) });
      await expectRefused({ ...good, pubkey: setFlags(good.pubkey, LARGER_ROOT) });
      await expectRefused({ ...good, signature: setFlags(good.signature, 0) });
    });

    it("INC-05 is invalid for the point at infinity", async () => {
      const infiniteKey = infinity(48);
      const infiniteSignature = infinity(96);
      await expectRefused({ ...good, pubkey: infiniteKey });
      await expectRefused({ ...good, signature: infiniteSignature });
      await expectRefused({ ...good, pubkey: infiniteKey, signature: infiniteSignature });
      await expectRefused({ ...good, pubkey: setFlags(good.pubkey, COMPRESSED | INFINITY) });
      await expectRefused({ ...good, signature: setFlags(good.signature, COMPRESSED | INFINITY) });
    });

    it("INC-05 reverts for a Y of zero, with which the precompile would read infinity and any message verify", async () => {
      const zeroKey = setFlags(bytesToHex(new Uint8Array(48)), COMPRESSED);
      const zeroSignature = setFlags(bytesToHex(new Uint8Array(96)), COMPRESSED);
      const zeroY = { signatureY0: fp(0n), signatureY1: fp(0n) };
      const forgery = { ...good, pubkey: zeroKey, signature: zeroSignature, hint: { pubkeyY: fp(0n), ...zeroY } };
      await expectHintIsZero(forgery);
      await expectHintIsZero({ ...good, pubkey: zeroKey, hint: { ...good.hint, pubkeyY: fp(0n) } });
      await expectHintIsZero({ ...good, signature: zeroSignature, hint: { ...good.hint, ...zeroY } });
    });

    it("INC-05 is invalid for an X that is not below the modulus", async () => {
      const room = 2n ** 381n - FIELD_MODULUS;
      const keyWithRoom = findDeposit((deposit) => xOf(deposit.pubkey) < room);
      await expectRefused({ ...keyWithRoom, pubkey: addModulus(keyWithRoom.pubkey, 0) });
      const imaginaryWithRoom = findDeposit((deposit) => xOf(deposit.signature) < room);
      await expectRefused({ ...imaginaryWithRoom, signature: addModulus(imaginaryWithRoom.signature, 0) });
      await expectRefused({ ...good, signature: addModulus(good.signature, 48) });
    });

    it("INC-05 is invalid for flags on the real part of a signature", async () => {
      for (const flag of [COMPRESSED, INFINITY, LARGER_ROOT]) {
        const bytes = hexToBytes(good.signature);
        bytes[48] = (bytes[48] ?? 0) | flag;
        await expectRefused({ ...good, signature: bytesToHex(bytes) });
      }
    });

    it("INC-05 reverts when the sign bit is flipped", async () => {
      const flippedKey = setFlags(good.pubkey, flagsOf(good.pubkey) ^ LARGER_ROOT);
      await expectSignMismatch({ ...good, pubkey: flippedKey }, isLarger(good.pubkey));
      const flippedSignature = setFlags(good.signature, flagsOf(good.signature) ^ LARGER_ROOT);
      await expectSignMismatch({ ...good, signature: flippedSignature }, isLarger(good.signature));
    });

    it("INC-05 reverts when the hint is the other square root", async () => {
      const { hint } = good;
      const otherKeyRoot = { ...hint, pubkeyY: negate(hint.pubkeyY) };
      await expectSignMismatch({ ...good, hint: otherKeyRoot }, !isLarger(good.pubkey));
      const otherSignatureRoot = {
        ...hint,
        signatureY0: negate(hint.signatureY0),
        signatureY1: negate(hint.signatureY1),
      };
      await expectSignMismatch({ ...good, hint: otherSignatureRoot }, !isLarger(good.signature));
    });

    it("INC-05 takes the sign of a real Y in Fp2 from its real part", async () => {
      // No signature with a real Y is known; that the sign is judged first is what can be shown.
      const smaller = setFlags(good.signature, COMPRESSED);
      const larger = setFlags(good.signature, COMPRESSED | LARGER_ROOT);
      const half = (FIELD_MODULUS - 1n) / 2n;
      const real = (y: bigint) => ({ ...good.hint, signatureY0: fp(y), signatureY1: fp(0n) });
      await expectSignMismatch({ ...good, signature: larger, hint: real(half) }, false);
      await expectSignMismatch({ ...good, signature: smaller, hint: real(half + 1n) }, true);
      await expectPairingFailure({ ...good, signature: smaller, hint: real(half) });
      await expectPairingFailure({ ...good, signature: larger, hint: real(half + 1n) });
      // An imaginary part decides alone, whatever the real one is.
      const imaginary = { ...good.hint, signatureY0: fp(half + 1n), signatureY1: fp(half) };
      await expectSignMismatch({ ...good, signature: larger, hint: imaginary }, false);
    });

    it("INC-05 reverts for a wrong length", async () => {
      const { verifier } = await networkHelpers.loadFixture(deploy);
      for (const [deposit, pubkeyBytes, signatureBytes] of [
        [{ ...good, pubkey: `${good.pubkey}00` }, 49n, 96n],
        [{ ...good, pubkey: "0x" }, 0n, 96n],
        [{ ...good, signature: good.signature.slice(0, -2) }, 48n, 95n],
        [{ ...good, signature: good.pubkey }, 48n, 48n],
      ] as [SignedDeposit, bigint, bigint][]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          verifier.read.verify(argumentsOf(deposit)),
          verifier,
          "ListsMismatch",
          [pubkeyBytes, signatureBytes, 1n],
        );
      }
    });
  });

  describe("a point that the precompile refuses", () => {
    it("INC-05 reverts for a hint that is no square root", async () => {
      const { hint } = good;
      const step = (y: Fp) => fp(fromFp(y) - 1n);
      await expectPairingFailure({ ...good, hint: { ...hint, pubkeyY: step(hint.pubkeyY) } });
      await expectPairingFailure({ ...good, hint: { ...hint, signatureY0: step(hint.signatureY0) } });
      await expectPairingFailure({ ...good, hint: { ...hint, signatureY1: step(hint.signatureY1) } });
    });

    it("INC-05 reverts for a public key outside of the group", async () => {
      const pubkey = findPoint(48, (bytes) => PublicKey.fromBytes(bytes, false));
      expect(() => PublicKey.fromHex(pubkey, true)).to.throw();
      await expectPairingFailure({ ...good, pubkey, hint: { ...good.hint, pubkeyY: pubkeyY(pubkey) } });
    });

    it("INC-05 reverts for a public key of order three, whose X is zero", async () => {
      const pubkey = setFlags(bytesToHex(new Uint8Array(48)), COMPRESSED);
      await expectPairingFailure({ ...good, pubkey, hint: { ...good.hint, pubkeyY: fp(2n) } });
    });

    it("INC-05 reverts for a signature outside of the group", async () => {
      const signature = findPoint(96, (bytes) => Signature.fromBytes(bytes, false));
      expect(() => Signature.fromHex(signature, true)).to.throw();
      await expectPairingFailure({ ...good, signature, hint: { ...good.hint, ...signatureY(signature) } });
    });

    it("INC-05 reverts for a Y that is not below the modulus, or wider than 48 bytes", async () => {
      const both = findDeposit((deposit) => isLarger(deposit.pubkey) && isLarger(deposit.signature));
      for (const excess of [FIELD_MODULUS, 2n ** 384n, 2n ** 511n]) {
        const above = (y: Fp) => fp(fromFp(y) + excess);
        const { hint } = both;
        await expectPairingFailure({ ...both, hint: { ...hint, pubkeyY: above(hint.pubkeyY) } });
        await expectPairingFailure({ ...both, hint: { ...hint, signatureY0: above(hint.signatureY0) } });
        await expectPairingFailure({ ...both, hint: { ...hint, signatureY1: above(hint.signatureY1) } });
      }
    });
  });

  describe("a precompile that fails", () => {
    it("is never evidence: no amount of gas makes a good signature look bad", async () => {
      const { verifier } = await networkHelpers.loadFixture(deploy);
      const client = await viem.getPublicClient();
      const data = encodeFunctionData({ abi: verifier.abi, functionName: "verify", args: argumentsOf(good) });
      const outcomes = new Set<string>();
      for (let gas = 40_000n; gas < 260_000n; gas += 1_000n) {
        outcomes.add(
          await client.call({ to: verifier.address, data, gas }).then(
            (answer) => (answer.data ?? "0x").slice(0, 66),
            () => "revert",
          ),
        );
      }
      expect([...outcomes].sort()).to.deep.equal([toHex(1n, { size: 32 }), "revert"]);
    });

    it("reverts on a chain that has no such precompile", async () => {
      const { viem: viemOfCancun } = await network.create({ override: { hardfork: "cancun" } });
      const verifier = await viemOfCancun.deployContract("DepositVerifier");
      await viemOfCancun.assertions.revertWithCustomErrorWithArgs(
        verifier.read.verify(argumentsOf(good)),
        verifier,
        "PrecompileFailed",
        [MAP_FP2_TO_G2],
      );
    });
  });
});

/** A random X that is on the curve. That it is in the group too is as good as impossible. */
function findPoint(length: number, decode: (bytes: Uint8Array) => unknown): Hex {
  for (let attempt = 0; ; attempt++) {
    const point = setFlags(bytesToHex(seeded(`point ${attempt}`, length)), COMPRESSED);
    const bytes = hexToBytes(point).map((byte, at) => (at === 48 ? byte & 0x0f : byte));
    try {
      decode(bytes);
      return bytesToHex(bytes);
    } catch {
      // not on the curve, or not below the modulus: about every second one
    }
  }
}
