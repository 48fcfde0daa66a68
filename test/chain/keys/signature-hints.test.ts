import { expect } from "chai";
import { concatHex, size, slice, type Hex } from "viem";

import { signatureHints, type FieldElement } from "../../../chain/keys/signature-hints.ts";
import { thrownBy } from "../support/thrown.ts";
import { sampleKeys } from "./sample-keys.ts";

// BLS12-381, from its definition: y^2 = x^3 + 4 over Fp, and y^2 = x^3 + 4(1 + u) over Fp2 with u^2 = -1.
const P = BigInt("0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
const mod = (value: bigint) => ((value % P) + P) % P;
type Fp2 = readonly [real: bigint, imaginary: bigint];
const times = (a: Fp2, b: Fp2): Fp2 => [mod(a[0] * b[0] - a[1] * b[1]), mod(a[0] * b[1] + a[1] * b[0])];
const number = ({ hi, lo }: FieldElement) => BigInt(concatHex([hi, lo]));
const coordinate = (point: Hex, from: number) => BigInt(slice(point, from, from + 48)) & ((1n << 381n) - 1n);
/** Sign bit of a compressed point: y is the larger of the two roots. */
const saysLarger = (point: Hex) => (Number(slice(point, 0, 1)) & 0x20) !== 0;

describe("signature hints", () => {
  for (const [i, { pubkey, signature }] of sampleKeys(8).entries())
    it(`complete key ${i + 1} and its signature to points of the curves`, () => {
      const hints = signatureHints(pubkey, signature);
      const [y, y0, y1] = [number(hints.pubkeyY), number(hints.signatureY0), number(hints.signatureY1)];

      const x = coordinate(pubkey, 0);
      expect(mod(y * y)).to.equal(mod(x ** 3n + 4n));
      expect(y > (P - 1n) / 2n).to.equal(saysLarger(pubkey));

      // The compressed signature has the imaginary part of x first.
      const sx: Fp2 = [coordinate(signature, 48), coordinate(signature, 0)];
      const cube = times(times(sx, sx), sx);
      expect(times([y0, y1], [y0, y1])).to.deep.equal([mod(cube[0] + 4n), mod(cube[1] + 4n)]);
      expect((y1 === 0n ? y0 : y1) > (P - 1n) / 2n).to.equal(saysLarger(signature));
    });

  it("are two words each, the first with 16 zero bytes", () => {
    const [{ pubkey, signature } = { pubkey: "0x", signature: "0x" } as const] = sampleKeys(1);
    for (const element of Object.values(signatureHints(pubkey, signature))) {
      expect([size(element.hi), size(element.lo)]).to.deep.equal([32, 32]);
      expect(slice(element.hi, 0, 16)).to.equal(`0x${"00".repeat(16)}`);
    }
  });

  it("are refused for bytes that are no points", async () => {
    const [{ pubkey, signature } = { pubkey: "0x", signature: "0x" } as const] = sampleKeys(1);
    const infinity = { g1: `0xc0${"00".repeat(47)}`, g2: `0xc0${"00".repeat(95)}` } as const;
    for (const bad of [infinity.g1, `0x${"11".repeat(48)}`, `0x${"ff".repeat(48)}`] as const)
      expect((await thrownBy(() => signatureHints(bad, signature))).code).to.equal("PUBKEY_MALFORMED");
    for (const bad of [infinity.g2, `0x${"11".repeat(96)}`, `0x${"ff".repeat(96)}`, slice(signature, 0, 95)] as const)
      expect((await thrownBy(() => signatureHints(pubkey, bad))).code).to.equal("SIGNATURE_MALFORMED");
  });
});
