import { createHash } from "node:crypto";

import { Signature, aggregateSignatures } from "@chainsafe/blst";
import { expect } from "chai";
import { bytesToHex, hexToBytes, type Hex } from "viem";

import { isDepositSignatureValid, type SignedDeposit } from "../../chain/keys/deposit-signature.ts";
import { networkByName } from "../../chain/networks.ts";
import { compoundingCredentials } from "../../chain/ssz/domains.ts";
import { depositDataRoot, depositMessageRoot, signDeposit } from "../../deposits/deposit-data.ts";
import { decodeDepositFile, encodeDepositFile } from "../../deposits/deposit-file.ts";
import { deriveSigningKeys } from "../../deposits/keys.ts";
import { isSignatureValidByHerumi } from "../../deposits/second-opinion.ts";
import { findProblems, throwFirst } from "../../deposits/verify/find-problems.ts";
import { createPool } from "../../deposits/workers/pool.ts";
import { thrownBy } from "../chain/support/thrown.ts";

const hoodi = networkByName("hoodi");
const withdrawalCredentials = compoundingCredentials(`0x${"ab".repeat(20)}`);
const terms = { withdrawalCredentials, amountGwei: 1_000_000_000n, genesisForkVersion: hoodi.genesisForkVersion };
const hash = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const zeros = (size: number) => new Uint8Array(size);

/** As deposit() of the deposit contract computes it. */
function rootByContract({ pubkey, withdrawalCredentials, amountGwei, signature }: SignedDeposit): Hex {
  const amount = Buffer.alloc(8);
  amount.writeBigUInt64LE(amountGwei);
  const bytes = hexToBytes(signature);
  const pubkeyRoot = hash(hexToBytes(pubkey), zeros(16));
  const signatureRoot = hash(hash(bytes.subarray(0, 64)), hash(bytes.subarray(64), zeros(32)));
  return bytesToHex(hash(hash(pubkeyRoot, hexToBytes(withdrawalCredentials)), hash(amount, zeros(24), signatureRoot)));
}

/** One point less another; the sign of a compressed point is one bit of it. */
function minus(point: Signature, other: Signature): Signature {
  const negative = other.toBytes();
  negative[0] = (negative[0] ?? 0) ^ 0x20;
  return aggregateSignatures([point, Signature.fromBytes(negative)]);
}

describe("deposit data", () => {
  const keys = deriveSigningKeys(`${"abandon ".repeat(23)}art`, 0, 3);
  const deposits = keys.map((key) => signDeposit(key.secretKey, terms));
  const first = deposits[0]!;

  // Published by other tools, for their own users: one for mainnet, one for Goerli.
  const published = [
    {
      forkVersion: "0x00000000",
      pubkey: "0x8666389c3fe6ff0bca9adba81504f380b9e2c719419760d561836472fafe295cb50696524e19cba084e1d788d66c80d6",
      withdrawalCredentials: "0x0100000000000000000000000000000000000000000000000000000000000001",
      signature:
        "0xa1f3ece1cb871e1af29fdaf94cab58d48d128d0ed2342a1f042f49344943c25ec6eab4f2219301e421a88453c6aa29e90b78373a8341c17738bc0ff4d0a724494535b494cd21fd2633a7a12353a5232c9806e1576f1e2447631ec3310db4008b",
      messageRoot: "0xdc224ac1c94d70906d643644f20398bdea5dabea123116a9d6135b8f5f4906bd",
      dataRoot: "0xf5c6b52d2ba608f0df4123e5ed051b5765a636e09d1372668e1ec074430f2279",
    },
    {
      forkVersion: "0x00001020",
      pubkey: "0xa1a9bd71c9106f54681384710234c39b92ef8f34827409b53bd98a665f58dc36f9ac4d5548cbeb36dc0cdc72485ad745",
      withdrawalCredentials: "0x0100000000000000000000004d68568b8d4e6244233c685b48fea619621b78d2",
      signature:
        "0xa79ed4118518270271f72f01b89d933b1fb8992b74103ce93e24901d467dcca876a8c3b7a7d5c6f60787195d66c5874b0ca79b1bca1d5d18f5b311cccbfdcce70c6262e5c9c5df4dddf24cfcfe118b53561d7313ec2374bd71430a26bdc8d926",
      messageRoot: "0x3c0974bd6b5e82ad0db9f0e35a0f420122aebfc0aa72a1e339a0d7e7947254b0",
      dataRoot: "0x853e1ba19b31d630aa3686d75f4750c436a4782d9b73a651c31f91247bb31592",
    },
  ] as const;
  for (const { forkVersion, messageRoot, dataRoot, ...fields } of published)
    it(`made by others for fork ${forkVersion} has our roots and passes our checks`, () => {
      const deposit = { ...fields, amountGwei: 32_000_000_000n };
      expect(depositMessageRoot(deposit)).to.equal(messageRoot);
      expect(depositDataRoot(deposit)).to.equal(dataRoot);
      expect(rootByContract(deposit)).to.equal(dataRoot);
      expect(isDepositSignatureValid(deposit, forkVersion)).to.equal(true);
      expect(isSignatureValidByHerumi(deposit, forkVersion)).to.equal(true);
    });

  it("of ours has the root that the deposit contract computes", () => {
    for (const deposit of deposits) expect(depositDataRoot(deposit)).to.equal(rootByContract(deposit));
  });

  it("is signed by one implementation and valid under two", () => {
    for (const deposit of deposits) {
      expect(isDepositSignatureValid(deposit, hoodi.genesisForkVersion)).to.equal(true);
      expect(isSignatureValidByHerumi(deposit, hoodi.genesisForkVersion)).to.equal(true);
    }
  });

  it("INC-05 of another fork, credentials, amount, key or form is valid under neither", () => {
    const others: [SignedDeposit, Hex][] = [
      [first, "0x00000000"],
      [first, hoodi.capellaForkVersion],
      [{ ...first, withdrawalCredentials: `0x00${withdrawalCredentials.slice(4)}` }, hoodi.genesisForkVersion],
      [{ ...first, amountGwei: 32_000_000_000n }, hoodi.genesisForkVersion],
      [{ ...first, pubkey: deposits[1]!.pubkey }, hoodi.genesisForkVersion],
      [{ ...first, signature: deposits[1]!.signature }, hoodi.genesisForkVersion],
      [{ ...first, signature: `0x${"11".repeat(96)}` }, hoodi.genesisForkVersion],
      [{ ...first, pubkey: `0xc0${"00".repeat(47)}`, signature: `0xc0${"00".repeat(95)}` }, hoodi.genesisForkVersion],
    ];
    for (const [deposit, version] of others) {
      expect(isDepositSignatureValid(deposit, version)).to.equal(false);
      expect(isSignatureValidByHerumi(deposit, version)).to.equal(false);
    }
  });

  describe("file", () => {
    const want = { network: hoodi, withdrawalCredentials, amountGwei: 1_000_000_000n };
    const pool = createPool({ threads: 1 });
    const problemsOf = async (text: string, expected: Parameters<typeof findProblems>[1] = want) =>
      (await findProblems(decodeDepositFile(text), expected, pool)).map(({ code, position }) => `${position} ${code}`);
    const entries: Record<string, unknown>[] = JSON.parse(encodeDepositFile(deposits, hoodi));

    it("is what the launchpad reads", () => {
      expect(Object.keys(entries[0] ?? {})).to.deep.equal([
        "pubkey",
        "withdrawal_credentials",
        "amount",
        "signature",
        "deposit_message_root",
        "deposit_data_root",
        "fork_version",
        "network_name",
        "deposit_cli_version",
      ]);
      expect(entries[0]).to.include({
        amount: 1_000_000_000,
        fork_version: "10000910",
        network_name: "hoodi",
        deposit_cli_version: "2.7.0",
        pubkey: first.pubkey.slice(2),
      });
      expect(JSON.parse(encodeDepositFile(deposits, hoodi, "9.9.9"))[0].deposit_cli_version).to.equal("9.9.9");
    });

    it("is read back as it was written", async () => {
      const read = decodeDepositFile(JSON.stringify(entries));
      for (const [i, deposit] of deposits.entries()) expect(read[i]).to.deep.include(deposit);
      expect(await problemsOf(JSON.stringify(entries))).to.deep.equal([]);
      expect(await problemsOf(JSON.stringify(entries), { network: hoodi })).to.deep.equal([]);
    });

    for (const [what, code, change] of [
      ["another network's name", "WRONG_NETWORK", { network_name: "mainnet" }],
      ["another fork version", "WRONG_NETWORK", { fork_version: "00000000" }],
      ["other credentials", "CREDENTIALS_FOREIGN", { withdrawal_credentials: "02".repeat(32) }],
      ["another amount", "AMOUNT_WRONG", { amount: 32_000_000_000 }],
      ["a wrong message root", "ROOT_MISMATCH", { deposit_message_root: "00".repeat(32) }],
      ["a wrong data root", "ROOT_MISMATCH", { deposit_data_root: "00".repeat(32) }],
      ["a key twice", "KEY_DUPLICATE", { pubkey: deposits[0]!.pubkey.slice(2) }],
    ] as const)
      it(`INC-05 with ${what} has the problem ${code}, and throws it`, async () => {
        const text = JSON.stringify(entries.with(1, { ...entries[1], ...change }));
        const problems = await findProblems(decodeDepositFile(text), want, pool);
        expect(problems.map(({ code: got, position }) => `${position} ${got}`)).to.include(`1 ${code}`);
        expect(problems.every(({ position }) => position === 1)).to.equal(true);
        expect((await thrownBy(() => throwFirst(problems))).code).to.equal(problems[0]?.code);
      });

    for (const [what, code, changed] of [
      ["credentials of a withdrawal key", "CREDENTIALS_BLS", { withdrawalCredentials: `0x00${"ab".repeat(31)}` }],
      ["credentials of the zero address", "CREDENTIALS_INVALID", { withdrawalCredentials: `0x02${"00".repeat(31)}` }],
      [
        "credentials of an unknown kind",
        "CREDENTIALS_INVALID",
        { withdrawalCredentials: `0x03${"00".repeat(11)}${"ab".repeat(20)}` },
      ],
      [
        "credentials with bytes between",
        "CREDENTIALS_INVALID",
        { withdrawalCredentials: `0x01${"01".repeat(11)}${"ab".repeat(20)}` },
      ],
      ["too little", "AMOUNT_OUT_OF_RANGE", { amountGwei: 999_999_999n }],
      ["too much", "AMOUNT_OUT_OF_RANGE", { amountGwei: 2_048_000_000_001n }],
      [
        "more than 32 ETH that do not compound",
        "AMOUNT_OUT_OF_RANGE",
        { amountGwei: 32_000_000_001n, withdrawalCredentials: `0x01${"00".repeat(11)}${"ab".repeat(20)}` },
      ],
    ] as const)
      it(`INC-09 with ${what} has the problem ${code} whatever was expected, its signature and roots being right`, async () => {
        const [key] = deriveSigningKeys(`${"abandon ".repeat(23)}art`, 0, 1);
        const text = encodeDepositFile([signDeposit(key!.secretKey, { ...terms, ...changed })], hoodi);
        expect(await problemsOf(text, { network: hoodi })).to.deep.equal([`0 ${code}`]);
      });

    it("with signatures of other keys has a problem for each of those alone, its roots being right", async () => {
      const forged = deposits
        .with(2, { ...deposits[2]!, signature: first.signature })
        .with(0, { ...first, signature: `0x${"11".repeat(96)}` });
      const problems = await problemsOf(encodeDepositFile(forged, hoodi));
      expect(problems).to.deep.equal(["0 SIGNATURE_INVALID", "2 SIGNATURE_INVALID"]);
    });

    it("with two signatures that only add up together is refused", async () => {
      // Each wrong by the same amount in opposite directions: a sum that is not weighted at random would accept it.
      const [one, two] = [deposits[0]!, deposits[1]!].map(({ signature }) => Signature.fromHex(signature));
      const third = Signature.fromHex(deposits[2]!.signature);
      const plus = aggregateSignatures([one!, third]);
      const forged = [
        { ...deposits[0]!, signature: bytesToHex(plus.toBytes()) },
        { ...deposits[1]!, signature: bytesToHex(minus(two!, third).toBytes()) },
      ];
      expect(await problemsOf(encodeDepositFile(forged, hoodi))).to.deep.equal([
        "0 SIGNATURE_INVALID",
        "1 SIGNATURE_INVALID",
      ]);
    });

    for (const [what, change] of [
      ["a missing field", { signature: undefined }],
      ["a prefix", { pubkey: first.pubkey }],
      ["an amount as text", { amount: "1000000000" }],
    ] as const)
      it(`with ${what} is refused: DEPOSIT_FILE_MALFORMED`, async () => {
        const text = JSON.stringify(entries.with(1, { ...entries[1], ...change }));
        expect((await thrownBy(() => decodeDepositFile(text))).code).to.equal("DEPOSIT_FILE_MALFORMED");
      });

    it("that is empty or no JSON is refused", async () => {
      for (const text of ["", "[]", "{}", "null", JSON.stringify(entries).slice(0, 500)])
        expect((await thrownBy(() => decodeDepositFile(text))).code).to.equal("DEPOSIT_FILE_MALFORMED");
    });
  });
});
