import { expect } from "chai";
import { concatHex, keccak256, numberToHex, sliceHex, stringToHex, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

import { packSignatures, recoverSigner } from "../../../chain/report/signatures.ts";
import { hasCode } from "../../../runtime/errors.ts";

const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const digest = keccak256(stringToHex("a report"));
const accounts = [1, 2, 3].map((i) => privateKeyToAccount(keccak256(numberToHex(i))));
const signed = await Promise.all(accounts.map((account) => account.sign({ hash: digest })));
const first = signed[0] as Hex;

describe("chain/report/signatures", () => {
  it("recovers the signer", async () => {
    for (const [i, signature] of signed.entries())
      expect(await recoverSigner(digest, signature)).to.equal(accounts[i]?.address);
  });

  it("refuses the other form of the same signature, which contracts do not take", async () => {
    const s = BigInt(sliceHex(first, 32, 64));
    const v = Number(BigInt(sliceHex(first, 64)));
    const mirrored = concatHex([
      sliceHex(first, 0, 32),
      numberToHex(SECP256K1_ORDER - s, { size: 32 }),
      numberToHex(v === 27 ? 28 : 27, { size: 1 }),
    ]);
    await refused(mirrored);
  });

  it("refuses v of 0 and 1, other lengths, and what no key made", async () => {
    await refused(concatHex([sliceHex(first, 0, 64), "0x00"]));
    await refused(sliceHex(first, 0, 64));
    await refused(concatHex([first, "0x00"]));
    await refused(concatHex([numberToHex(SECP256K1_ORDER, { size: 32 }), sliceHex(first, 32)]));
  });

  it("packs in ascending order of member, whatever order they came in", () => {
    const pairs = accounts.map(({ address }, i) => [address, signed[i] as Hex] as const);
    const sorted = [...pairs].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    expect(packSignatures(pairs)).to.equal(concatHex(sorted.map(([, signature]) => signature)));
    expect(packSignatures([...pairs].reverse())).to.equal(packSignatures(pairs));
    expect(packSignatures([])).to.equal("0x");
  });
});

async function refused(signature: Hex): Promise<void> {
  const error = await recoverSigner(digest, signature).catch((thrown: unknown) => thrown);
  expect(hasCode(error, "SIGNATURE_INVALID"), signature).to.equal(true);
}
