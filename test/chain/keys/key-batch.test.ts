import { expect } from "chai";
import { concatHex, encodeAbiParameters, encodePacked, keccak256, slice, type Hex } from "viem";

import {
  assertBatchIsFor,
  encodeKeyBatchFile,
  parseKeyBatchFile,
  readKeyBatchFile,
  toKeyBatchFile,
} from "../../../chain/keys/key-batch-file.ts";
import { MAX_BATCH_KEYS, commitmentOf, revealOf } from "../../../chain/keys/key-batch.ts";
import { isDepositSignatureValid } from "../../../chain/keys/deposit-signature.ts";
import { networkByName } from "../../../chain/networks.ts";
import { thrownBy } from "../support/thrown.ts";
import { credentials, devnet, sampleKeys } from "./sample-keys.ts";

const keys = sampleKeys(5);
const batch = { operatorId: 7, keys };

/** The chain as the contract computes it (types/KeyBatch.sol): what is revealed, folded onto the tail. */
function fold(operatorId: bigint, revealed: readonly { pubkey: Hex; signature: Hex }[], tail: Hex): Hex {
  const link = (key: { pubkey: Hex; signature: Hex }, rest: Hex) =>
    encodePacked(["uint256", "bytes", "bytes", "bytes26"], [operatorId, key.pubkey, key.signature, rest]);
  return revealed.reduceRight((rest, key) => slice(keccak256(link(key, rest)), 0, 26), tail);
}

describe("a key batch", () => {
  it("commits to its keys in order and to its operator", () => {
    const end = slice(keccak256(encodeAbiParameters([{ type: "uint256" }], [7n])), 0, 26);
    expect(commitmentOf(batch)).to.equal(fold(7n, keys, end));
    const others = [
      { operatorId: 8, keys },
      { operatorId: 7, keys: keys.slice(1) },
      { operatorId: 7, keys: keys.toReversed() },
      { operatorId: 7, keys: keys.with(4, { ...sampleKeys(1, 99)[0]! }) },
    ];
    expect(new Set([batch, ...others].map(commitmentOf)).size).to.equal(5);
  });

  it("is revealed in parts, each opening what the one before left", () => {
    let commitment = commitmentOf(batch);
    for (const [from, count] of [
      [0, 2],
      [2, 1],
      [3, 2],
    ] as const) {
      const reveal = revealOf(batch, from, count);
      expect(fold(7n, reveal.keys, reveal.tail)).to.equal(commitment);
      expect(reveal.pubkeys).to.equal(concatHex(keys.slice(from, from + count).map((key) => key.pubkey)));
      expect(reveal.signatures).to.have.length(2 + 192 * count);
      expect(reveal.hints).to.have.length(count);
      // A thief's own batch cannot be opened with the owner's keys: every link names its operator.
      expect(fold(8n, reveal.keys, reveal.tail)).not.to.equal(commitment);
      commitment = reveal.tail;
    }
    expect(commitment).to.equal(commitmentOf({ operatorId: 7, keys: [] }));
  });

  it("reveals only what it has", async () => {
    for (const [from, count] of [
      [0, 6],
      [5, 1],
      [-1, 1],
      [0, 0],
      [0.5, 1],
    ] as const)
      expect((await thrownBy(() => revealOf(batch, from, count))).code).to.equal("BATCH_RANGE");
  });
});

describe("a key batch file", () => {
  const file = toKeyBatchFile(batch, devnet, credentials);
  const text = (change: object) => JSON.stringify({ ...file, ...change });
  const changedKey = (change: object) => text({ keys: keys.with(2, { ...keys[2]!, ...change }) });

  it("is written and read", () => {
    expect(parseKeyBatchFile(encodeKeyBatchFile(file))).to.deep.equal(file);
    assertBatchIsFor(file, { network: devnet, operatorId: 7, withdrawalCredentials: credentials });
  });

  it("is refused for another network, operator or vault", async () => {
    const want = { network: devnet, operatorId: 7, withdrawalCredentials: credentials };
    const others = [
      { ...want, network: networkByName("hoodi") },
      { ...want, operatorId: 8 },
      { ...want, withdrawalCredentials: `0x${"02".repeat(32)}` as const },
    ];
    for (const other of others)
      expect((await thrownBy(() => assertBatchIsFor(file, other))).code).to.equal("KEY_BATCH_FOREIGN");
  });

  for (const [what, code, content] of [
    ["no JSON", "KEY_BATCH_MALFORMED", "{"],
    ["no keys", "KEY_BATCH_MALFORMED", text({ keys: [] })],
    ["too many keys", "KEY_BATCH_MALFORMED", text({ keys: Array(MAX_BATCH_KEYS + 1).fill(keys[0]) })],
    ["another version", "KEY_BATCH_MALFORMED", text({ version: 2 })],
    ["another amount", "KEY_BATCH_MALFORMED", text({ amountGwei: "32000000000" })],
    ["a short key", "KEY_BATCH_MALFORMED", changedKey({ pubkey: "0x12" })],
    ["a key twice", "KEY_DUPLICATE", text({ keys: [...keys, keys[0]] })],
    ["a signature of another key", "SIGNATURE_INVALID", changedKey({ signature: keys[1]?.signature })],
    ["a signature that is no point", "SIGNATURE_INVALID", changedKey({ signature: `0x${"11".repeat(96)}` })],
    ["another network", "SIGNATURE_INVALID", text({ network: "hoodi" })],
    ["other credentials", "SIGNATURE_INVALID", text({ withdrawalCredentials: `0x${"02".repeat(32)}` })],
    ["another operator", "COMMITMENT_MISMATCH", text({ operatorId: 8 })],
    ["keys in another order", "COMMITMENT_MISMATCH", text({ keys: keys.toReversed() })],
  ] as const)
    it(`with ${what} is refused: ${code}, in one line`, async () => {
      const error = await thrownBy(() => parseKeyBatchFile(content, "batch.json"));
      expect(error.code).to.equal(code);
      expect(error.message).not.to.include("\n");
      expect(error.message).to.include("batch.json");
    });

  it("that is not there is told", async () => {
    expect((await thrownBy(() => readKeyBatchFile("/none/batch.json"))).code).to.equal("KEY_BATCH_MISSING");
  });
});

describe("INC-05 a predeposit signature", () => {
  const [first, second] = sampleKeys(2);
  const deposit = { ...first!, withdrawalCredentials: credentials, amountGwei: 1_000_000_000n };

  it("is valid for exactly its key, credentials, amount and network", () => {
    expect(isDepositSignatureValid(deposit, devnet.genesisForkVersion)).to.equal(true);
    const others = [
      { ...deposit, pubkey: second!.pubkey },
      { ...deposit, signature: second!.signature },
      { ...deposit, withdrawalCredentials: `0x01${credentials.slice(4)}` as const },
      { ...deposit, withdrawalCredentials: `${credentials.slice(0, -2)}00` as Hex },
      { ...deposit, amountGwei: 32_000_000_000n },
      { ...deposit, amountGwei: 1_000_000_001n },
      { ...deposit, amountGwei: 0n },
    ];
    for (const other of others) expect(isDepositSignatureValid(other, devnet.genesisForkVersion)).to.equal(false);
    for (const version of ["0x00000000", "0x10000910", "0x90000069", "0x01000001", "0x06000001"] as const)
      expect(isDepositSignatureValid(deposit, version)).to.equal(false);
  });

  it("is never valid at infinity, outside the group or in another length", () => {
    const infinity = { pubkey: `0xc0${"00".repeat(47)}`, signature: `0xc0${"00".repeat(95)}` } as const;
    for (const change of [
      infinity,
      { pubkey: infinity.pubkey },
      { signature: infinity.signature },
      { pubkey: `0x80${"00".repeat(46)}04` as const },
      { pubkey: slice(deposit.pubkey, 0, 47) },
      { signature: `${deposit.signature}00` as Hex },
    ])
      expect(isDepositSignatureValid({ ...deposit, ...change }, devnet.genesisForkVersion)).to.equal(false);
  });
});
