import { expect } from "chai";
import fc from "fast-check";

import {
  etherToGwei,
  formatGwei,
  formatWei,
  gweiToWei,
  parseEtherText,
  weiToGweiDown,
  weiToGweiExact,
} from "../../chain/units.ts";
import { thrownBy } from "./support/thrown.ts";

describe("units", () => {
  it("Wei and Gwei go there and back, and rounding is down", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.bigInt({ min: 0n, max: 999_999_999n }), (gwei, rest) => {
        expect(weiToGweiExact(gweiToWei(gwei))).to.equal(gwei);
        expect(weiToGweiDown(gweiToWei(gwei) + rest)).to.equal(gwei);
      }),
    );
  });

  it("a part of a Gwei is refused where nothing may be lost", async () => {
    expect((await thrownBy(() => weiToGweiExact(1_000_000_001n))).code).to.equal("NOT_WHOLE_GWEI");
  });

  it("ether is written in full, or cut", () => {
    expect(formatWei(1_500_000_000_000_000_000n)).to.equal("1.5");
    expect(formatWei(1_999_999_999_999_999_999n, 2)).to.equal("1.99");
    expect(formatWei(2_000_000_000_000_000_000n, 3)).to.equal("2.000");
    expect(formatWei(-1n)).to.equal("-0.000000000000000001");
    expect(formatGwei(32_000_000_001n)).to.equal("32.000000001");
    expect(formatGwei(etherToGwei(2048), 0)).to.equal("2048");
  });

  it("ether typed by a person is read exactly or not at all", async () => {
    expect(parseEtherText(" 0.1 ")).to.equal(100_000_000_000_000_000n);
    for (const text of ["", "1,5", "-1", "1e3", "0x1", "1.0000000000000000001", "all"])
      expect((await thrownBy(() => parseEtherText(text))).code, text).to.equal("AMOUNT_INVALID");
  });
});
