import { PublicKey, SecretKey, Signature, aggregateSignatures, verify as blstVerify } from "@chainsafe/blst";
import { expect } from "chai";
import fc from "fast-check";
import { network } from "hardhat";
import { bytesToHex, concatHex, encodeFunctionData, hexToBytes, keccak256, toHex, type Hex } from "viem";

import { seeded } from "../../support/beacon-state.ts";
import {
  COMPRESSED,
  INFINITY,
  LARGER_ROOT,
  flagsOf,
  fp,
  fromFp,
  infinity,
  negate,
  setFlags,
  signatureY,
} from "../../support/bls-encoding.ts";
import {
  depositDomain,
  depositSigningRoot,
  hintOf,
  signDeposit,
  type SignedDeposit,
} from "../../support/deposit-signing.ts";

const { viem, networkHelpers } = await network.create();

const G1MSM = "0x000000000000000000000000000000000000000C";
const G2MSM = "0x000000000000000000000000000000000000000E";

/** Order of both groups. */
const GROUP_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

const message = {
  withdrawalCredentials: `0x02${"00".repeat(11)}${"c0ffee".padStart(40, "0")}`,
  amountGwei: 1_000_000_000n,
  domain: depositDomain("0x00000000"),
} as const;

describe("DepositVerifier, a batch", () => {
  const deposits = Array.from({ length: 32 }, (_, i) =>
    signDeposit(SecretKey.fromKeygen(seeded(`batch ${i}`, 32)), message),
  );
  const first = (count: number) => deposits.slice(0, count);
  const replaced = (batch: readonly SignedDeposit[], at: number, deposit: Partial<SignedDeposit>) =>
    batch.map((good, i) => (i === at ? { ...good, ...deposit } : good));

  async function deploy() {
    return { verifier: await viem.deployContract("DepositVerifier"), meter: await viem.deployContract("GasMeter") };
  }

  function argumentsOf(batch: readonly SignedDeposit[], terms: typeof message = message) {
    const { withdrawalCredentials, amountGwei, domain } = terms;
    const [pubkeys, signatures] = [concatHex(batch.map((d) => d.pubkey)), concatHex(batch.map((d) => d.signature))];
    return [pubkeys, signatures, batch.map((d) => d.hint), withdrawalCredentials, amountGwei, domain] as const;
  }

  async function verify(batch: readonly SignedDeposit[]): Promise<boolean> {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    return verifier.read.verifyBatch(argumentsOf(batch));
  }

  async function expectPrecompileFailure(batch: readonly SignedDeposit[], precompile: Hex): Promise<void> {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    await viem.assertions.revertWithCustomErrorWithArgs(
      verifier.read.verifyBatch(argumentsOf(batch)),
      verifier,
      "PrecompileFailed",
      [precompile],
    );
  }

  it("accepts 1 to 32 good signatures", async () => {
    for (const count of [1, 2, 3, 31, 32]) expect(await verify(first(count))).to.equal(true);
  });

  it("accepts the same deposit twice: each of the two is good", async () => {
    expect(await verify([...first(2), ...first(1)])).to.equal(true);
  });

  it("stays below what a transaction may use, by far, also without the optimiser", async () => {
    const { verifier, meter } = await networkHelpers.loadFixture(deploy);
    const data = encodeFunctionData({ abi: verifier.abi, functionName: "verifyBatch", args: argumentsOf(deposits) });
    const [gasUsed] = await meter.read.measure([verifier.address, data]);
    expect(Number(gasUsed)).to.be.below(16_777_216 / 2);
  });

  it("INC-05 refuses one wrong signature anywhere among good ones", async () => {
    const foreign = signDeposit(SecretKey.fromKeygen(seeded("foreign", 32)), message);
    for (const at of [0, 1, 4]) {
      const { pubkeyY } = first(5)[at]?.hint ?? foreign.hint;
      const stolen = { signature: foreign.signature, hint: { ...foreign.hint, pubkeyY } };
      expect(await verify(replaced(first(5), at, stolen))).to.equal(false);
    }
  });

  it("INC-05 refuses good signatures of other terms, and in another order", async () => {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    const batch = first(3);
    const [a, b] = [batch[0], batch[1]];
    if (a === undefined || b === undefined) throw new Error("the batch is empty");
    const swap = (mine: SignedDeposit, other: SignedDeposit) => ({
      ...mine,
      signature: other.signature,
      hint: { ...other.hint, pubkeyY: mine.hint.pubkeyY },
    });
    expect(await verify([swap(a, b), swap(b, a)])).to.equal(false);
    for (const terms of [
      { ...message, amountGwei: 32_000_000_000n },
      { ...message, domain: depositDomain("0x10000910") },
      { ...message, withdrawalCredentials: bytesToHex(seeded("other credentials", 32)) },
    ])
      expect(await verifier.read.verifyBatch(argumentsOf(batch, terms as typeof message))).to.equal(false);
  });

  it("INC-05 refuses forged signatures whose errors cancel out", async () => {
    const d = SecretKey.fromKeygen(seeded("error", 32)).sign(seeded("anything", 32));
    const minus = Signature.fromHex(setFlags(bytesToHex(d.toBytes()), flagsOf(bytesToHex(d.toBytes())) ^ LARGER_ROOT));
    const plus = (deposit: SignedDeposit, error: Signature): SignedDeposit => {
      const signature = bytesToHex(aggregateSignatures([Signature.fromHex(deposit.signature), error]).toBytes());
      return { ...deposit, signature, hint: hintOf(deposit.pubkey, signature) };
    };
    const [a, b, ...rest] = first(4);
    if (a === undefined || b === undefined) throw new Error("the batch is empty");
    const [forgedA, forgedB] = [plus(a, d), plus(b, minus)];

    // The sum of all signatures is the same as that of the good ones: without coefficients this would pass.
    const sum = (batch: readonly SignedDeposit[]) =>
      bytesToHex(aggregateSignatures(batch.map(({ signature }) => Signature.fromHex(signature))).toBytes());
    expect(sum([forgedA, forgedB, ...rest])).to.equal(sum(first(4)));
    expect(await verify([forgedA, forgedB, ...rest])).to.equal(false);
    expect(await verify([forgedA, forgedB])).to.equal(false);
    expect(await verify([...rest, forgedA, forgedB])).to.equal(false);
    // Nor do errors that were scaled to any coefficients but the real ones.
    expect(await verify([plus(plus(a, d), d), plus(b, minus), ...rest])).to.equal(false);
  });

  it("INC-05 draws coefficients over the signatures too: errors scaled to those of the good batch do not pass", async () => {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    const batch = first(2);
    const [a, b] = batch;
    if (a === undefined || b === undefined) throw new Error("the batch is empty");
    const data = encodeFunctionData({ abi: verifier.abi, functionName: "verifyBatch", args: argumentsOf(batch) });
    const coefficient = (i: bigint) =>
      BigInt(keccak256(concatHex([keccak256(data), toHex(i, { size: 32 })]))) & (2n ** 128n - 1n);
    /** scalar * E, where E is a message's point: the signature of the scalar as a secret key. */
    const error = (scalar: bigint) =>
      SecretKey.fromBytes(hexToBytes(toHex(scalar, { size: 32 }))).sign(seeded("anything", 32));
    const plus = (deposit: SignedDeposit, scalar: bigint): SignedDeposit => {
      const sum = aggregateSignatures([Signature.fromHex(deposit.signature), error(scalar)]);
      const signature = bytesToHex(sum.toBytes());
      return { ...deposit, signature, hint: hintOf(deposit.pubkey, signature) };
    };

    // r_0 * (r_1 E) + r_1 * (-r_0 E) is nothing.
    const forged = [plus(a, coefficient(1n)), plus(b, GROUP_ORDER - coefficient(0n))];
    expect(await verify(batch)).to.equal(true);
    expect(await verify(forged)).to.equal(false);
  });

  it("INC-05 fuzz: agrees with blst, whichever signatures of a batch are wrong", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), fc.nat(25), async (wrong, from) => {
        const batch = wrong.map((isWrong, i) => {
          const good = deposits[from + i];
          const other = deposits[(from + i + 1) % 32];
          if (good === undefined || other === undefined) throw new Error("there is no such deposit");
          if (!isWrong) return good;
          return { ...good, signature: other.signature, hint: { ...other.hint, pubkeyY: good.hint.pubkeyY } };
        });
        const all = batch.every((deposit) =>
          blstVerify(
            depositSigningRoot(deposit.pubkey, message),
            PublicKey.fromHex(deposit.pubkey),
            Signature.fromHex(deposit.signature),
          ),
        );
        expect(all).to.equal(!wrong.includes(true));
        expect(await verify(batch)).to.equal(all);
      }),
      { numRuns: 15 },
    );
  });

  it("INC-05 refuses what is no point anywhere in the batch", async () => {
    const good = first(3)[2];
    if (good === undefined) throw new Error("the batch is empty");
    for (const deposit of [
      { pubkey: setFlags(good.pubkey, 0) },
      { pubkey: infinity(48) },
      { pubkey: setFlags(good.pubkey, COMPRESSED | INFINITY) },
      { signature: setFlags(good.signature, LARGER_ROOT) },
      { signature: infinity(96) },
      { pubkey: infinity(48), signature: infinity(96) },
    ])
      expect(await verify(replaced(first(3), 2, deposit))).to.equal(false);
  });

  it("INC-05 reverts for a hint that is wrong anywhere in the batch", async () => {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    const good = first(3)[1];
    if (good === undefined) throw new Error("the batch is empty");
    const { hint } = good;
    const otherRoot = { ...hint, pubkeyY: negate(hint.pubkeyY) };
    await viem.assertions.revertWithCustomError(
      verifier.read.verifyBatch(argumentsOf(replaced(first(3), 1, { hint: otherRoot }))),
      verifier,
      "SignMismatch",
    );
    const zero = { ...hint, signatureY0: fp(0n), signatureY1: fp(0n) };
    await viem.assertions.revertWithCustomError(
      verifier.read.verifyBatch(argumentsOf(replaced(first(3), 1, { hint: zero }))),
      verifier,
      "HintIsZero",
    );
    const offCurve = (y: { hi: Hex; lo: Hex }) => fp(fromFp(y) - 1n);
    const key = { hint: { ...hint, pubkeyY: offCurve(hint.pubkeyY) } };
    await expectPrecompileFailure(replaced(first(3), 1, key), G1MSM);
    const signature = { hint: { ...hint, signatureY0: offCurve(hint.signatureY0) } };
    await expectPrecompileFailure(replaced(first(3), 1, signature), G2MSM);
  });

  it("INC-05 reverts for points outside of their group: that of order three, and one on the whole curve", async () => {
    const orderThree = { pubkey: setFlags(bytesToHex(new Uint8Array(48)), COMPRESSED) };
    for (const at of [0, 1]) {
      const hint = { ...first(2)[at]?.hint, pubkeyY: fp(2n) } as SignedDeposit["hint"];
      await expectPrecompileFailure(replaced(first(2), at, { ...orderThree, hint }), G1MSM);

      const signature = signatureOutsideOfGroup();
      const pubkeyY = first(2)[at]?.hint.pubkeyY ?? fp(0n);
      const outside = { signature, hint: { pubkeyY, ...signatureY(signature) } };
      await expectPrecompileFailure(replaced(first(2), at, outside), G2MSM);
    }
  });

  it("reverts for no keys, and for lists that do not belong together", async () => {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    const [pubkeys, signatures, hints, ...terms] = argumentsOf(first(2));
    for (const [args, operands] of [
      [
        ["0x", "0x", [], ...terms],
        [0n, 0n, 0n],
      ],
      [
        [pubkeys, signatures, hints.slice(1), ...terms],
        [96n, 192n, 1n],
      ],
      [
        [pubkeys, signatures.slice(0, -2) as Hex, hints, ...terms],
        [96n, 191n, 2n],
      ],
      [
        [`${pubkeys}00`, signatures, hints, ...terms],
        [97n, 192n, 2n],
      ],
    ] as [Parameters<typeof verifier.read.verifyBatch>[0], [bigint, bigint, bigint]][])
      await viem.assertions.revertWithCustomErrorWithArgs(
        verifier.read.verifyBatch(args),
        verifier,
        "ListsMismatch",
        operands,
      );
  });

  it("is never evidence when a precompile fails: no amount of gas makes good signatures look bad", async () => {
    const { verifier } = await networkHelpers.loadFixture(deploy);
    const client = await viem.getPublicClient();
    const data = encodeFunctionData({ abi: verifier.abi, functionName: "verifyBatch", args: argumentsOf(first(2)) });
    const outcomes = new Set<string>();
    for (let gas = 60_000n; gas < 420_000n; gas += 2_500n)
      outcomes.add(
        await client.call({ to: verifier.address, data, gas }).then(
          (answer) => (answer.data ?? "0x").slice(-1),
          () => "revert",
        ),
      );
    expect([...outcomes].sort()).to.deep.equal(["1", "revert"]);
  });
});

/** A random X of G2's curve. That it is in the group too is as good as impossible. */
function signatureOutsideOfGroup(): Hex {
  for (let attempt = 0; ; attempt++) {
    const bytes = hexToBytes(setFlags(bytesToHex(seeded(`point ${attempt}`, 96)), COMPRESSED));
    bytes[48] = (bytes[48] ?? 0) & 0x0f;
    try {
      Signature.fromBytes(bytes, false);
      return bytesToHex(bytes);
    } catch {
      // not on the curve, or not below the modulus: about every second one
    }
  }
}
