import { createHash } from "node:crypto";

import { expect } from "chai";
import { bytesToHex, hexToBytes, type Hex } from "viem";

import { isDepositSignatureValid, type SignedDeposit } from "../../chain/keys/deposit-signature.ts";
import { networkByName } from "../../chain/networks.ts";
import { compoundingCredentials } from "../../chain/ssz/domains.ts";
import {
  depositDataRoot,
  depositMessageRoot,
  isSignatureValidByHerumi,
  signDeposit,
} from "../../deposits/deposit-data.ts";
import { encodeDepositFile, parseDepositFile } from "../../deposits/deposit-file.ts";
import { deriveSigningKeys } from "../../deposits/keys.ts";
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

    it("is read back as it was written", () => {
      expect(parseDepositFile(JSON.stringify(entries), want)).to.deep.equal(deposits);
    });

    for (const [what, code, change] of [
      ["another network's name", "WRONG_NETWORK", { network_name: "mainnet" }],
      ["another fork version", "WRONG_NETWORK", { fork_version: "00000000" }],
      ["other credentials", "CREDENTIALS_FOREIGN", { withdrawal_credentials: "02".repeat(32) }],
      ["another amount", "AMOUNT_WRONG", { amount: 32_000_000_000 }],
      ["a wrong message root", "ROOT_MISMATCH", { deposit_message_root: "00".repeat(32) }],
      ["a wrong data root", "ROOT_MISMATCH", { deposit_data_root: "00".repeat(32) }],
      ["a missing field", "DEPOSIT_FILE_MALFORMED", { signature: undefined }],
      ["a prefix", "DEPOSIT_FILE_MALFORMED", { pubkey: first.pubkey }],
      ["a key twice", "KEY_DUPLICATE", { pubkey: deposits[0]!.pubkey.slice(2) }],
    ] as const)
      it(`with ${what} is refused: ${code}`, async () => {
        const text = JSON.stringify(entries.with(1, { ...entries[1], ...change }));
        expect((await thrownBy(() => parseDepositFile(text, want))).code).to.equal(code);
      });

    it("with a signature of another key is refused, its roots being right", async () => {
      const forged = deposits.with(2, { ...deposits[2]!, signature: first.signature });
      const error = await thrownBy(() => parseDepositFile(encodeDepositFile(forged, hoodi), want));
      expect(error).to.include({ code: "SIGNATURE_INVALID" });
      expect(error.message).to.include("deposit 3");
    });

    it("that is empty or no JSON is refused", async () => {
      for (const text of ["", "[]", "{}", "null"])
        expect((await thrownBy(() => parseDepositFile(text, want))).code).to.equal("DEPOSIT_FILE_MALFORMED");
    });
  });
});
